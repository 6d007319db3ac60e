import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type Clock, createSystemClock } from '../../kernel/clock.ts';
import { environment } from '../../pipeline/environment.ts';

export interface Output {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Characters in a line; null where it is no terminal. */
  readonly columns: number | null;
}

/** What the command line touches of the world; tests bring their own. */
export interface CliEffects {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
  /** All of standard input. */
  readonly stdin: () => Promise<string>;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  /** Fires when a person or the machine wants the command to end. */
  readonly signal: AbortSignal;
}

/** The world of this process. */
export function processEffects(): CliEffects {
  return {
    cwd: process.cwd(),
    env: environment(),
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    stdin: () => text(process.stdin),
    clock: createSystemClock(),
    fetch,
    signal: endSignal(),
  };
}

function outputOf(stream: NodeJS.WriteStream): Output {
  // `tonearm query … | head` closes the pipe before all is written: nothing is wrong then.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    write: (chunk) => {
      stream.write(chunk);
    },
    isTerminal: stream.isTTY === true,
    columns: stream.isTTY ? stream.columns : null,
  };
}

/** The first Ctrl-C ends the command in order; a second one ends the process, as Node does without us. */
function endSignal(): AbortSignal {
  const end = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => end.abort());
  return end.signal;
}

/** Of the package these files belong to, bundled or not. */
export function packageVersion(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); dirname(folder) !== folder; folder = dirname(folder)) {
    const path = join(folder, 'package.json');
    if (existsSync(path)) return String((JSON.parse(readFileSync(path, 'utf8')) as { version?: unknown }).version);
  }
  return 'unknown';
}
