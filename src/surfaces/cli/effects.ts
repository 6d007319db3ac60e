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
  /** False once the reader went away, as in `tonearm query … | head`. */
  isOpen(): boolean;
  /** Resolves when more can be written without piling it up in memory, or when nobody reads any more. */
  drained(): Promise<void>;
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
  const stderr = outputOf(process.stderr);
  return {
    cwd: process.cwd(),
    env: environment(),
    stdout: outputOf(process.stdout),
    stderr,
    stdin: () => text(process.stdin),
    clock: createSystemClock(),
    fetch,
    signal: endSignal(stderr),
  };
}

function outputOf(stream: NodeJS.WriteStream): Output {
  let isOpen = true;
  // `tonearm query … | head` closes the pipe before all is written: nothing is wrong then.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    isOpen = false;
  });
  return {
    write: (chunk) => {
      if (isOpen) stream.write(chunk);
    },
    isTerminal: stream.isTTY === true,
    columns: stream.isTTY ? stream.columns : null,
    isOpen: () => isOpen,
    drained: async () => {
      if (!isOpen || !stream.writableNeedDrain) return;
      await new Promise<void>((resolve) => {
        for (const event of ['drain', 'error', 'close']) stream.once(event, () => resolve());
      });
    },
  };
}

/** The first Ctrl-C ends the command in order, and says so on a terminal; a second one ends the process, as Node does without us. */
function endSignal(stderr: Output): AbortSignal {
  const end = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(name, () => {
      if (stderr.isTerminal) stderr.write('\r\u001b[2Kstopping; once more ends it at once\n');
      end.abort();
    });
  }
  return end.signal;
}

/** Of the package these files belong to, bundled or not. */
export function packageVersion(): string {
  const path = join(packageFolder(), 'package.json');
  return existsSync(path) ? String((JSON.parse(readFileSync(path, 'utf8')) as { version?: unknown }).version) : 'unknown';
}

/** Where that package lies. */
export function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}
