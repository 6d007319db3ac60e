import { styleText } from 'node:util';
import type { CliEffects, Output } from '../effects.ts';

/** Emphasis for a terminal; where colours are not wanted, the text itself. */
export interface Paint {
  dim(text: string): string;
  bold(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
}

/** Colours on a terminal only, and never where `NO_COLOR` is set (https://no-color.org) or the terminal is `dumb`. */
export function paintFor(env: CliEffects['env'], output: Output): Paint {
  const isPlain = !output.isTerminal || (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb';
  const style = (format: 'dim' | 'bold' | 'red' | 'yellow') => (text: string) => {
    return isPlain ? text : styleText(format, text, { validateStream: false });
  };
  return { dim: style('dim'), bold: style('bold'), red: style('red'), yellow: style('yellow') };
}
