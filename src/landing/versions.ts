import { PipelineError } from '../kernel/errors.ts';
import type { Versioned } from '../kernel/versioned.ts';
import { exists, readText } from './object-bytes.ts';
import type { Key, ObjectStore } from './object-store.ts';

const DIGITS = 12;
/** Of a longer series no more is listed, and its newest number is looked for; one request lists 1,000 keys of a bucket. */
const MOST_LISTED = 500;
/** What stands in place of a swept version, so that its number is never free again. */
const STUB = { swept: true } as const;
export const SWEPT_STUB = `${JSON.stringify(STUB)}\n`;

export interface VersionsOptions<T> {
  readonly store: ObjectStore;
  /** What the keys start with, such as `catalog/`. */
  readonly prefix: string;
  /** Throws for what is no value of the series. */
  readonly parse: (json: unknown) => T;
  /**
   * For series that only hint (state, leases): versions older than this many are removed as new ones are written. A writer so slow that its
   * number was removed may then write an old number anew, which nobody reads. Never for the catalog.
   */
  readonly keep?: number;
  /** The text of a version; JSON by default. The same value must give the same text. */
  readonly serialise?: (value: T) => string;
}

/** The `count` numbers before `end`, from 1. */
const numbersBefore = (end: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => end - count + index).filter((version) => version > 0);

const isStub = (json: unknown): boolean => typeof json === 'object' && json !== null && 'swept' in json && json.swept === true;

/**
 * A numbered series in an object store: `<prefix><12 digits>.json`, from 1 without gaps. Atomic and durable by the store's `create`.
 * Errors: `corrupt` naming the key for a version that cannot be read; `internal` for a base that was never written.
 * The first read lists no more than 500 numbers and looks for the newest by halves, each later one lists only what is newer.
 */
export function createVersions<T>(options: VersionsOptions<T>): Versioned<T> {
  const { store, prefix, parse, keep, serialise = (value: T) => `${JSON.stringify(value)}\n` } = options;
  let last = 0;

  const keyOf = (version: number): Key => `${prefix}${String(version).padStart(DIGITS, '0')}.json`;

  function versionOf(key: Key): number | null {
    const name = key.slice(prefix.length);
    return /^\d{12}\.json$/.test(name) ? Number(name.slice(0, DIGITS)) : null;
  }

  /** The highest number above `from` among the next {@link MOST_LISTED} of the listing, and whether there are more. */
  async function listedAfter(from: number): Promise<{ highest: number; isCut: boolean }> {
    let highest = from;
    let seen = 0;
    for await (const { key } of store.list(prefix, from === 0 ? undefined : keyOf(from))) {
      // Digits sort before what else may live under the prefix, such as the folder of catalog segments.
      if (key > keyOf(10 ** DIGITS - 1)) break;
      highest = versionOf(key) ?? highest;
      seen += 1;
      if (seen >= MOST_LISTED && highest > from) return { highest, isCut: true };
    }
    return { highest, isCut: false };
  }

  /** A number at or above `from` that is there: the highest, where there is no gap. Asks for twice the logarithm of what lies between. */
  async function leap(from: number): Promise<number> {
    let low = from;
    let step = 1;
    while (await exists(store, keyOf(low + step))) {
      low += step;
      step *= 2;
    }
    for (; step >= 1; step = Math.floor(step / 2)) if (await exists(store, keyOf(low + step))) low += step;
    return low;
  }

  async function newest(): Promise<number> {
    let found = await listedAfter(last);
    while (found.isCut) found = await listedAfter(await leap(found.highest));
    last = Math.max(last, found.highest);
    return last;
  }

  const damaged = (key: Key, cause: unknown): PipelineError =>
    new PipelineError(`${key} is damaged`, { code: 'corrupt', hint: 'Restore it from a backup, or run: tonearm rebuild', cause });

  /** Null where the version is absent or swept. */
  async function at(version: number): Promise<T | null> {
    const key = keyOf(version);
    const text = await readText(store, key);
    if (text === null) return null;
    try {
      const json: unknown = JSON.parse(text);
      return isStub(json) ? null : parse(json);
    } catch (error) {
      throw error instanceof PipelineError ? error : damaged(key, error);
    }
  }

  async function read(): Promise<{ version: number; value: T } | null> {
    const version = await newest();
    if (version === 0) return null;
    const value = await at(version);
    if (value === null) throw damaged(keyOf(version), new Error('the newest version is missing or swept'));
    return { version, value };
  }

  async function write(base: number, value: T): Promise<'written' | 'conflict'> {
    if (base > last && !(await exists(store, keyOf(base)))) {
      throw new PipelineError(`${keyOf(base)} was never written, so nothing can follow it`, { code: 'internal' });
    }
    const isWritten = await store.create(keyOf(base + 1), new TextEncoder().encode(serialise(value)));
    last = Math.max(last, base + 1);
    if (isWritten && keep !== undefined && last % keep === 0) await store.remove(numbersBefore(last - keep, keep).map(keyOf));
    return isWritten ? 'written' : 'conflict';
  }

  return { read, newest, at, write };
}
