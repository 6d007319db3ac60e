import type { ExportStream } from '../types.ts';
import { exportName } from './names.ts';

/** How much of a file is looked at: some 80 records. */
export const HEAD_BYTES = 64 * 1024;

export interface RecognisedHistory {
  readonly stream: ExportStream;
  /** Whose export it is, as its first record says; exports of 2023 and later do not say it. */
  readonly username: string | null;
}

const EXTENDED = [/"ts"\s*:/, /"ms_played"\s*:/] as const;
const SHORT = [/"endTime"\s*:/, /"msPlayed"\s*:/] as const;

/** Where both names of a record were met; infinity where one was not. */
function firstOf(text: string, names: readonly [RegExp, RegExp]): number {
  const at = names.map((name) => text.search(name));
  return at.includes(-1) ? Number.POSITIVE_INFINITY : Math.max(...at);
}

function username(text: string): string | null {
  const [, found] = /"username"\s*:\s*("(?:[^"\\\p{Cc}]|\\.)*")/u.exec(text) ?? [];
  try {
    const value: unknown = found === undefined ? null : JSON.parse(found);
    return typeof value === 'string' && value !== '' ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/**
 * A streaming history, told by the names in its first records, whatever the file is called; by its own name where there is no whole record to
 * look at: in a list that is empty, or that was cut within its first record. Null for anything else.
 * @param head the first {@link HEAD_BYTES} of the unpacked file
 */
export function recogniseHistory(head: Uint8Array, name: string): RecognisedHistory | null {
  const text = new TextDecoder().decode(head);
  if (!/^\s*\[/.test(text)) return null;
  const [extended, short] = [firstOf(text, EXTENDED), firstOf(text, SHORT)];
  if (extended < short) return { stream: 'extended_history', username: username(text) };
  if (short < extended) return { stream: 'account_history', username: null };
  const named = text.includes('}') ? null : exportName(name);
  return named?.kind === 'history' ? { stream: named.stream, username: username(text) } : null;
}

/** The newest time in the ends of a history, whose records ascend; null where there is none. UTC, of minutes or seconds. */
export function newestTime(...ends: readonly Uint8Array[]): Date | null {
  const text = ends.map((end) => new TextDecoder().decode(end)).join(' ');
  const found = text.matchAll(/"(?:ts|endTime)"\s*:\s*"(20\d\d-\d\d-\d\d)[T ](\d\d:\d\d)(:\d\dZ)?"/g);
  const times = [...found].map(([, day, minute, rest = ':00Z']) => Date.parse(`${day}T${minute}${rest}`)).filter((at) => !Number.isNaN(at));
  return times.length === 0 ? null : new Date(Math.max(...times));
}
