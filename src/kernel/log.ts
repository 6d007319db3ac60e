import type { Clock } from './clock.ts';
import { PipelineError } from './errors.ts';

/** One line on stderr: an event in words, with facts beside it. No secret is ever a fact. */
export interface Log {
  debug(message: string, facts?: Facts): void;
  info(message: string, facts?: Facts): void;
  warn(message: string, facts?: Facts): void;
  error(message: string, facts?: Facts): void;
}

type Facts = Readonly<Record<string, unknown>>;

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export interface LogOptions {
  readonly format: 'json' | 'human';
  /** The least that is worth a line. */
  readonly level: LogLevel;
  /** Takes whole lines, each with its line feed; surfaces give stderr, since stdout is the result. */
  readonly write: (line: string) => void;
  readonly clock: Clock;
}

const SECRET_NAME = /token|secret|authorization|password|codeverifier|cookie/;
const SECRET_IN_TEXT = /(\bbearer\s+|\bbasic\s+|(?:token|secret|password|code_verifier)=)[^\s&"']+/gi;
const HIDDEN = '[hidden]';
/** Facts are flat by habit; deeper than this, or in a circle, is no fact a person reads. */
const MAX_DEPTH = 5;

/**
 * A log that hides any fact whose name speaks of a token, secret, authorization, password, code verifier or cookie, however deep it lies, and
 * credentials within texts (`Bearer …`, `access_token=…`). JSON lines come from pino, loaded only when asked for: a person's terminal
 * does not wait for it.
 */
export async function createLog({ format, level, write, clock }: LogOptions): Promise<Log> {
  return hiding(format === 'json' ? await jsonLines(level, write, clock) : humanLines(level, write));
}

/** A log that hides the same things, for whoever writes lines in another way; what `emit` is given holds no secret. */
export function hiding(emit: Emit): Log {
  const at = (of: Level) => (message: string, facts?: Facts) => emit(of, shown(message), visible(facts ?? {}));
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

type Level = Exclude<LogLevel, 'silent'>;
type Emit = (level: Level, message: string, facts: Record<string, unknown>) => void;

async function jsonLines(level: LogLevel, write: (line: string) => void, clock: Clock): Promise<Emit> {
  const { pino } = await import('pino');
  const logger = pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: () => `,"time":"${clock.now().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write },
  );
  return (of, message, facts) => logger[of](facts, message);
}

const RANK: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3, silent: 4 };
const PREFIX: Readonly<Record<Level, string>> = { debug: 'debug: ', info: '', warn: 'warning: ', error: 'error: ' };

function humanLines(least: LogLevel, write: (line: string) => void): Emit {
  return (of, message, facts) => {
    if (RANK[of] < RANK[least]) return;
    const beside = Object.entries(facts).map(
      ([name, value]) => `${name}=${typeof value === 'string' ? quoted(value) : JSON.stringify(value)}`,
    );
    write(`${PREFIX[of]}${[oneLine(message), ...beside].join('  ')}\n`);
  };
}

/** Control characters could end the line or steer the terminal. */
const oneLine = (text: string): string => text.replace(/\p{Cc}+/gu, ' ');

const quoted = (text: string): string => (/^[\x21\x23-\x7e]+$/.test(text) ? text : JSON.stringify(text));

const shown = (text: string): string => text.replace(SECRET_IN_TEXT, `$1${HIDDEN}`);

function visible(facts: Facts, depth = 1): Record<string, unknown> {
  const entries = Object.entries(facts).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name, isSecret(name) ? HIDDEN : plain(value, depth)]));
}

const isSecret = (name: string): boolean => SECRET_NAME.test(name.toLowerCase().replace(/[^a-z]/g, ''));

/** A value as JSON can write it, without secrets. */
function plain(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return shown(value);
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value !== 'object') return value;
  if (depth > MAX_DEPTH) return '[…]';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Error) return visible(errorFacts(value), depth + 1);
  if (value instanceof Uint8Array) return `[${value.byteLength} bytes]`;
  if (value instanceof URL) return shown(value.href);
  if (Array.isArray(value)) return value.map((element) => plain(element, depth + 1));
  return visible(value as Facts, depth + 1);
}

function errorFacts(error: Error): Facts {
  const known = error instanceof PipelineError ? { code: error.code, hint: error.hint ?? undefined } : { name: error.name };
  return { ...known, message: error.message, cause: error.cause };
}
