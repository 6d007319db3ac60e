import type { Catalog } from '../tables/catalog.ts';
import type { LogicalType } from '../tables/star-schema.ts';

/** Timestamps as ISO text in UTC, dates as `YYYY-MM-DD`, whole numbers beyond 2^53 as bigint. */
export type Scalar = null | boolean | number | bigint | string;

export interface QueryLimits {
  /** The result is cut after this many rows; `stats().truncated` then says so. */
  readonly rows: number;
  /** Text size of the rows, in UTF-8 bytes; cut likewise, before the row that would pass it. */
  readonly bytes: number;
  /** Longer than this ends the query with `limit_exceeded`. Time of the machine, not of the pipeline's clock. */
  readonly ms: number;
}

export interface Query {
  readonly sql: string;
  /** Named, written `$name` in the SQL; each engine rewrites to its own markers. */
  readonly params: Readonly<Record<string, Scalar>>;
  readonly limits: QueryLimits;
  /** `guarded`: a person's SQL. One statement, reading only, files limited to the catalog's, in a process that may be killed. */
  readonly trust: 'ours' | 'guarded';
}

export interface ResultColumn {
  readonly name: string;
  readonly type: LogicalType;
}

export interface Result {
  readonly columns: readonly ResultColumn[];
  readonly batches: AsyncIterable<readonly (readonly Scalar[])[]>;
  /** The one catalog version that the query saw. */
  readonly catalogVersion: number;
  /** Complete once `batches` is drained. `truncated`: the row or byte limit cut the result short. */
  stats(): { scannedBytes: number | null; ms: number; rows: number; truncated: boolean };
}

/** A table as a query sees it: public columns in the order of the declaration, with what each means. */
export interface TableShape {
  readonly table: string;
  readonly kind: string;
  /** What one row is. */
  readonly grain: string;
  readonly key: readonly string[];
  readonly columns: readonly (ResultColumn & { readonly nullable: boolean; readonly description: string })[];
}

export interface Engine {
  readonly dialect: 'duckdb' | 'athena' | 'snowflake';
  /** Resolves with the first rows at hand. Errors, then or while reading on: `bad_sql`, `limit_exceeded`, `cancelled`, `corrupt` (a table file is gone or damaged; names it). */
  query(query: Query, signal: AbortSignal): Promise<Result>;
  /** Brings the engine from one catalog version to the next. DuckDB reads the lake itself and has nothing to do. Twice is a no-op everywhere. */
  publish(next: Catalog, previous: Catalog | null, signal: AbortSignal): Promise<{ replaced: number; statements: number }>;
  describe(): Promise<readonly TableShape[]>;
  close(): Promise<void>;
}
