import type { SnowflakeLoad } from '../engines/snowflake/publish.ts';
import type { PlannedStep } from '../engines/snowflake/setup.ts';
import type { TableSum } from './answers.ts';
import type { Finding } from './findings.ts';

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

export interface SnowflakeConnected {
  readonly bucket: string;
  readonly integration: string;
  readonly roleArn: string;
  readonly topicArn: string;
  readonly userArn: string;
  readonly externalId: string;
  /** Null: Snowflake comes as far as the list of files. Else what it says. */
  readonly refusal: string | null;
  /** What is left to do, in order. */
  readonly next: readonly string[];
}

/** Who of Snowflake is let in to read the tables: this user of its own AWS account, where it says this id. */
export interface SnowflakeGuest {
  /** Of what the deployment makes for it, as the integration names it. */
  readonly roleName: string;
  readonly topicName: string;
  readonly userArn: string;
  readonly externalId: string;
  /** Who may subscribe to the topic of new files; null: there is no topic, as no pipe listens. */
  readonly subscriberArn: string | null;
}

/** What Tonearm does in Snowflake. */
export interface Snowflake {
  plan(options: SnowflakeOptions, signal: AbortSignal): Promise<readonly PlannedStep[]>;
  apply(options: SnowflakeOptions, signal: AbortSignal): Promise<readonly PlannedStep[]>;
  drop(options: SnowflakeOptions, signal: AbortSignal): Promise<void>;
  publish(options: SnowflakeOptions, signal: AbortSignal): Promise<SnowflakeLoad>;
  /** Loads the newest version, and takes out whatever pipes brought: what was removed is nowhere then. Errors: those of `publish`. */
  forget(signal: AbortSignal): Promise<void>;
  /** Errors: `config` for a lake in no bucket, or where nobody is logged in to AWS; `bad_response`. */
  connect(options: SnowflakeOptions, signal: AbortSignal): Promise<SnowflakeConnected>;
  /** What is wrong with what Snowflake holds and with what loads it. `now`: by the clock of who asks. Errors: those of a session and of `verify`. */
  doctor(options: SnowflakeOptions & { readonly now: Date }, signal: AbortSignal): Promise<readonly Finding[]>;
  /** Whom a deployment lets in. Errors: those of the lake's store. */
  guest(): Promise<SnowflakeGuest | null>;
  verify(signal: AbortSignal): Promise<SnowflakeVerified>;
}
