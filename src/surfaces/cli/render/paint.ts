import { styleText } from 'node:util';
import type { CliEffects, Output } from '../effects.ts';

/** Colours, or, where the output has none, the text itself. */
export interface Paint {
  dim(text: string): string;
  bold(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
}

/**
 * Colours on a terminal only, and never where `NO_COLOR` is set (https://no-color.org) or the terminal is `dumb`. `FORCE_COLOR` goes before
 * all of that, as it does in Node: any value but 0 or false means colours, even into a file.
 */
export function paintFor(env: CliEffects['env'], output: Output): Paint {
  const isColoured = forced(env.FORCE_COLOR) ?? (output.isTerminal && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb');
  const style = (format: 'dim' | 'bold' | 'red' | 'yellow') => (text: string) => {
    return isColoured ? styleText(format, text, { validateStream: false }) : text;
  };
  return { dim: style('dim'), bold: style('bold'), red: style('red'), yellow: style('yellow') };
}

/** Null: it says nothing. */
function forced(value: string | undefined): boolean | null {
  if (value === undefined || value === '') return null;
  return value !== '0' && value !== 'false';
}
