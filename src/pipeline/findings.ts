/** What the verbs that look after a lake answer. */
import type { RecordText } from './quarantined-record.ts';

/** One thing that was looked at. */
export interface Finding {
  /** Such as `table files`. */
  readonly check: string;
  readonly state: 'ok' | 'warn' | 'fail';
  /** Key, path or setting that it is about; null for the machine. */
  readonly where: string | null;
  readonly found: string;
  /** What to do; null where nothing is to be done. */
  readonly next: string | null;
}

/** Raw against what the tables say they hold. Keys ascend. */
export interface RawComparison {
  readonly catalogVersion: number;
  readonly landed: number;
  readonly consumed: number;
  /** Landed, in no table yet, and in the next build. */
  readonly waiting: readonly string[];
  /** Landed, in no table, and too old for the next build to look at. */
  readonly missed: readonly string[];
  /** In the tables, but no longer in raw: a rebuild would forget them. */
  readonly gone: readonly string[];
  /** In raw without a landing note: no build ever sees them. */
  readonly unnoted: readonly string[];
}

/** How old the newest data of one stream of one account is. */
export interface Freshness {
  readonly account: string | null;
  /** Null: nothing of the account was ever observed. */
  readonly stream: string | null;
  readonly newestAt: string | null;
  readonly ageMs: number | null;
  /** Older than asked for, or never observed; false where nothing was asked. */
  readonly isStale: boolean;
}

export interface FreshnessOptions {
  /** In milliseconds; null = any age will do. */
  readonly maxAgeMs: number | null;
  readonly stream: string | null;
}

/** A row by its key: values of the key's columns in their order, or `column=value` pairs. */
export interface RowChoice {
  readonly table: string;
  readonly key: readonly string[];
}

/** A stored row and the line of raw that it came from. */
export interface Lineage {
  readonly table: string;
  /** With the bookkeeping columns, whose names start with `_`. */
  readonly row: Readonly<Record<string, null | boolean | number | string>>;
  /** Null where the row names no raw object: it was worked out from many. */
  readonly raw: {
    readonly key: string;
    /** 1-based. */
    readonly line: number;
    /** 0-based element of the list; null for the whole body. */
    readonly item: number | null;
    readonly stream: string;
    /** Null for a file that a person handed over. */
    readonly request: { readonly method: string; readonly path: string; readonly query: Readonly<Record<string, string>> } | null;
    readonly status: number | null;
    readonly observedAt: string | null;
    readonly record: RecordText;
  } | null;
}
