import type { SnowflakeLoad } from '../engines/snowflake/publish.ts';
import type { PlannedStep } from '../engines/snowflake/setup.ts';
import type { TableSum } from './answers.ts';

export interface SnowflakeOptions {
  /** Role that makes and drops; null: the user's own. */
  readonly role?: string | null;
  /** Loads every file anew. */
  readonly isWhole?: boolean;
}

/** A partition of which Snowflake holds other rows than the lake; null: nothing of it. */
export interface SnowflakeDifference {
  readonly table: string;
  readonly partition: string;
  readonly lake: RowSum | null;
  readonly snowflake: RowSum | null;
}

export type RowSum = Pick<TableSum, 'rows' | 'checksum'>;

export interface SnowflakeVerified {
  readonly catalogVersion: number;
  readonly loadedVersion: number;
  readonly partitions: number;
  readonly differences: readonly SnowflakeDifference[];
}

/** What Tonearm does in Snowflake. */
export interface Snowflake {
  plan(options: SnowflakeOptions, signal: AbortSignal): Promise<readonly PlannedStep[]>;
  apply(options: SnowflakeOptions, signal: AbortSignal): Promise<readonly PlannedStep[]>;
  drop(options: SnowflakeOptions, signal: AbortSignal): Promise<void>;
  publish(options: SnowflakeOptions, signal: AbortSignal): Promise<SnowflakeLoad>;
  verify(signal: AbortSignal): Promise<SnowflakeVerified>;
}
