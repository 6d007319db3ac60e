import type { Command } from 'commander';
import { processEffects } from '../src/surfaces/cli/effects.ts';
import { createProgram } from '../src/surfaces/cli/main.ts';
import type { TextFile } from './docs.ts';

export interface CommandLine {
  /** `docs/runbook.md:12` */
  readonly place: string;
  /** What stands behind `tonearm`. */
  readonly text: string;
  /** Speaks of a verb, perhaps without all that it takes. */
  readonly isProse: boolean;
}

/** Behind these a shell does something else. */
const ENDS = /\s+(#|\||>|2>|<[\s(]|&&|;).*$/;

/** Lines of code blocks that call tonearm, and `tonearm …` within the prose, or within the words of the program. */
export function commandLines({ path, text }: TextFile): readonly CommandLine[] {
  let isCode = false;
  return text.split('\n').flatMap((line, at) => {
    const place = `${path}:${at + 1}`;
    if (/^(```|~~~)/.test(line)) isCode = !isCode;
    const isProse = !isCode;
    const called = isCode ? [/(?:^|&& |=|\$ |<\()\s*(?:node bin\/tonearm\.mjs|tonearm) (.*)$/.exec(line)?.[1]] : inProse(line);
    return called.filter((one) => one !== undefined).map((one) => ({ place, text: one.replace(ENDS, '').trim(), isProse }));
  });
}

const inProse = (line: string): readonly (string | undefined)[] =>
  [...line.matchAll(/\\?`tonearm ([^`\\]+)\\?`/g)].map(([, called]) => called).filter((called) => called !== '…');

/** As a shell parts them; what a person is to fill in stays one word. */
export function wordsOf(text: string): readonly string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|<[^>]*>|[^\s"']+/g)].map(([word, double, single]) => double ?? single ?? word);
}

const effects = processEffects();

/** What the program itself says against that line, or null. Nothing is run. Prose may leave out what a verb needs. */
export async function complaint({ text, isProse }: Pick<CommandLine, 'text' | 'isProse'>): Promise<string | null> {
  const program = createProgram(effects, () => undefined);
  program.configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  silence(program);
  try {
    await program.parseAsync([...wordsOf(text)], { from: 'user' });
    return null;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const isShown = 'code' in error && ['commander.helpDisplayed', 'commander.help', 'commander.version'].includes(String(error.code));
    const isLeftOut = isProse && /missing required argument|required option .* not specified/.test(error.message);
    return isShown || isLeftOut ? null : error.message;
  }
}

/** Every verb parses its words and then does nothing. */
function silence(command: Command): void {
  for (const verb of command.commands) {
    // A verb that takes words of its own does something itself, also where others stand below it.
    if (verb.commands.length === 0 || verb.registeredArguments.length > 0) verb.action(() => undefined);
    silence(verb);
  }
}
