import type { Key } from './object-store.ts';

/** `[a-z0-9-]+`, the account's name in the config; `_app` where none is involved. */
export type AccountName = string;
export const APP_ACCOUNT: AccountName = '_app';

export type Source = 'export' | 'web_api' | 'sample';

/**
 * How the bytes of a raw object are laid out once unpacked:
 * `pages` = NDJSON, a {@link RawLine} each; `object` and `array` = one JSON document as a person or a bucket handed it over;
 * `opaque` = bytes that are no JSON (a broken file), kept for the record.
 */
export type RawFormat = 'pages' | 'object' | 'array' | 'opaque';

/** A raw object as its landing note describes it. The note is `landed/<id>.json` and is written before the object. */
export interface RawObject {
  /** Time-ordered id of the landing note: `<UTC yyyymmddthhmmssmmmz>-<8 hex>`, ascending with landing time. */
  readonly landedId: string;
  readonly key: Key;
  /** What the bytes are an answer to: a stream name of the source, or `unplaced`. */
  readonly stream: string;
  readonly account: AccountName;
  readonly source: Source;
  readonly format: RawFormat;
  /** Bytes unpacked. */
  readonly bytes: number;
  /** Of the unpacked bytes, lower-case hex. */
  readonly sha256: string;
  readonly landedAt: Date;
  /** Null for what nothing dates (a bare file): older than everything dated. For `pages` each line has its own. */
  readonly observedAt: Date | null;
  /** Version of the contract that every record was found to fulfil when it was landed; null = unknown, look again. */
  readonly contract: number | null;
  /** What landed it: a run id. */
  readonly runId: string;
  /** The file's name as the person knows it, for imports. */
  readonly name: string | null;
}

/** Pages read one after the other to see one list whole. */
export interface Walk {
  /** Observation time of the first answer of the walk; the same on all its lines. */
  readonly started_at: string;
  /** 0-based number of the answer within the walk. */
  readonly seq: number;
}

/** One line of a raw object of format `pages`: one answer, whatever its status. */
export interface RawLine {
  /** 1-based. */
  readonly line: number;
  /** ISO 8601 UTC: the answer's `Date` header; the local clock only where it is absent. */
  readonly observed_at: string;
  readonly request: { readonly method: string; readonly path: string; readonly query: Readonly<Record<string, string>> };
  readonly status: number;
  readonly etag?: string;
  readonly walk?: Walk;
  /** JSON text as received, CR and LF between tokens written as spaces. Absent where the answer had none or it is no JSON. */
  readonly body?: unknown;
  readonly body_base64?: string;
  /** Of the body's bytes as received. */
  readonly body_sha256: string;
}
