import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { createInterface, type Interface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type Clock, createSystemClock } from '../../kernel/clock.ts';
import { asPipelineError } from '../../kernel/errors.ts';
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
  /** The next line that a person types; null where standard input has ended. Rejects with `cancelled` when the signal fires. */
  readonly nextLine: (signal: AbortSignal) => Promise<string | null>;
  /** Opens a browser; false where there is none that a person could see. */
  readonly openBrowser: (url: string) => Promise<boolean>;
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
    nextLine: lineReader(process.stdin),
    openBrowser: (url) => openBrowser(url, stderr),
    clock: createSystemClock(),
    fetch,
    signal: endSignal(stderr),
  };
}

/** Lines one after the other; what is typed before somebody asks is kept. The stream is let go between two questions, so that it keeps no process alive. */
function lineReader(stream: NodeJS.ReadStream): CliEffects['nextLine'] {
  let lines: Interface | null = null;
  const read: string[] = [];
  let isOver = false;
  return async (signal) => {
    const reading = lines ?? createInterface({ input: stream, terminal: false });
    if (lines === null) {
      reading.on('line', (line) => read.push(line));
      reading.once('close', () => {
        isOver = true;
      });
    }
    lines = reading;
    reading.resume();
    const over = new AbortController();
    const stop = AbortSignal.any([signal, over.signal]);
    try {
      while (read.length === 0 && !isOver) {
        await Promise.race([once(reading, 'line', { signal: stop }), once(reading, 'close', { signal: stop })]);
      }
      return read.shift() ?? null;
    } catch (error) {
      throw asPipelineError(error);
    } finally {
      over.abort();
      if (!isOver) reading.pause();
    }
  };
}

/** Over SSH, without a display or without a terminal a browser would open where nobody looks, or not at all. */
async function openBrowser(url: string, stderr: Output): Promise<boolean> {
  const env = environment();
  const isRemote = env.SSH_CONNECTION !== undefined || env.SSH_TTY !== undefined;
  const hasDisplay = process.platform !== 'linux' || [env.DISPLAY, env.WAYLAND_DISPLAY, env.WSL_DISTRO_NAME].some(Boolean);
  if (!stderr.isTerminal || isRemote || !hasDisplay) return false;
  try {
    const { default: open } = await import('open');
    const browser = await open(url);
    // What fails later cannot be told any more: the address is on the screen all the same.
    browser.once('error', () => undefined);
    return true;
  } catch {
    return false;
  }
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
