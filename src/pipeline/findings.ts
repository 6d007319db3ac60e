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

/** One record of one raw object, by its place there. */
export interface FateChoice {
  /** Name of an imported file, whole or its last part; its sha256 or the beginning of it; a raw key or its last part. */
  readonly name: string;
  /** 0-based; null for the whole of the file or answer. */
  readonly record: number | null;
  /** 1-based; null where there is only one. */
  readonly line: number | null;
  readonly showsAddresses: boolean;
}

/** What became of one record. */
export interface RecordFate {
  readonly rawKey: string;
  readonly stream: string;
  readonly account: string;
  /** Null for what was polled. */
  readonly file: string | null;
  readonly line: number;
  /** Path of the list in the body; empty for the whole body, and for files of history. */
  readonly list: string;
  readonly record: number | null;
  /** kept, merged, duplicate, filtered or quarantined; null for one that no build has seen yet. */
  readonly verdict: string | null;
  /** Rule that gave the verdict, where one did. */
  readonly reason: string | null;
  readonly because: string;
  /** The play that it speaks of. */
  readonly play: {
    readonly playId: string;
    readonly endedAt: string;
    readonly title: string | null;
    readonly artist: string | null;
  } | null;
  readonly faults: readonly { readonly field: string; readonly code: string; readonly message: string }[];
  readonly text: RecordText;
}
