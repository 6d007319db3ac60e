import type { WatchConfig } from '../source/watch.ts';
import type { TimeZone } from '../tables/time-zone.ts';

/** Settings after the file, the environment and the defaults have been joined and checked. */
export interface Config {
  /** Folder of the lake, absolute; or `s3://bucket/prefix`. */
  readonly lake: string;
  /** How a lake in a bucket is reached; what is null is taken from AWS's own variables and files. */
  readonly bucket?: {
    /** Of another S3 than Amazon's. */
    readonly endpoint: string | null;
    readonly region: string | null;
    /** Whether the bucket is named in the path in place of the host; null: as the endpoint needs it. */
    readonly pathStyle: boolean | null;
    /** Absolute: where copies of its files and what is on its way into it lie on this machine. */
    readonly cacheFolder: string;
    /** What copies may take, about. */
    readonly cacheBytes: number;
  };
  /** What is deployed to AWS; absent where the file has no such section. */
  readonly aws?: AwsConfig;
  /** Where the tables are loaded into Snowflake; absent where the file has no such section. */
  readonly snowflake?: SnowflakeConfig;
  /** Where Spotify is. Anything but Spotify's own hosts makes rows `source = 'sample'`. */
  readonly spotify: {
    readonly apiUrl: string;
    readonly accountsUrl: string;
    readonly clientId: string | null;
    readonly clientSecret: string | null;
    /** Longest Retry-After, in milliseconds, that a run sits out; a longer one defers the run. */
    readonly maxRetryAfterMs: number;
  };
  /** Folder of the logins that `tonearm login` makes, absolute and outside the lake; null: none are kept. */
  readonly credentials: string | null;
  /** Logins are kept there in place of the folder: in AWS Secrets Manager, in secrets that are called `tonearm/<name>/…`. */
  readonly secrets?: { readonly name: string /** Null: that of AWS's own variables and files. */; readonly region: string | null };
  readonly accounts: readonly AccountConfig[];
  /** What to watch beyond the accounts' own; the first account's token reads it. */
  readonly watch: WatchConfig | null;
  /** Where OpenLineage events go: a file, absolute, or an address. */
  readonly openLineage: { readonly file: string } | { readonly url: string } | null;
  /** Months that raw of each source is kept by `retain`; null: for ever. */
  readonly retention: Readonly<Record<'web_api' | 'export' | 'sample', number | null>>;
  /** Requests that a run spends on tracks that nothing has described yet; 0: none. */
  readonly enrichment: { readonly requestsPerRun: number };
  /** When `schedule` does what, by the name of a group, a stream or a task, where the file says so; null: never. */
  readonly schedule?: Readonly<Record<string, Cadence | null>>;
  /** Where the schedule tells of trouble; absent: nowhere. It may hold a token: a secret. */
  readonly webhook?: string;
  /** What `serve` shows, and the secret that lets in beyond this machine; null: nobody is let in there. */
  readonly dashboard?: { readonly covers: boolean; readonly token: string | null };
  /** As DuckDB writes it, such as `1GB`. */
  readonly memoryLimit: string;
  readonly threads: number;
  /** The least that is worth a line of the log. */
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

export interface AwsConfig {
  /** `[a-z][a-z0-9-]*`, at most 30 characters: begins the name of every resource. */
  readonly name: string;
  /** Null: that of the AWS profile. */
  readonly region: string | null;
  readonly architecture: 'arm64' | 'x64';
  /** An e-mail address; null: nobody. */
  readonly alarmsTo: string | null;
  /** A month; null: no budget. */
  readonly budgetUsd: number | null;
  /** Whether a crawler guesses the schema of raw. */
  readonly crawler: boolean;
  /** Where a build brings the tables besides the lake; null: nowhere. */
  readonly publish: 'athena' | null;
}

export interface SnowflakeConfig {
  /** What stands before `.snowflakecomputing.com`. */
  readonly account: string;
  readonly user: string;
  readonly auth: 'key_pair' | 'oauth' | 'browser' | 'pat';
  /** PEM, absolute; null: another way to log in. */
  readonly keyFile: string | null;
  /** Of the key; a secret, of the environment. */
  readonly passphrase: string | null;
  /** Of `oauth` and `pat`; a secret, of the environment. */
  readonly token: string | null;
  readonly role: string;
  readonly warehouse: string;
  readonly database: string;
  /** Of what people ask; what is loaded lies in another, which has `_STORED` after it. */
  readonly schema: string;
  /** How rows get there; null: `stage` where the lake's bucket is connected, else `put`. */
  readonly load: 'put' | 'stage' | 'pipe' | null;
  /** Whether what builds on this machine loads it, too. */
  readonly publish: boolean;
  /** Null: the usual one of the account. */
  readonly address: string | null;
}

/** How often something is done; cron is read on the clocks of the account. */
export type Cadence = { readonly everyMs: number } | { readonly cron: string };

export interface AccountConfig {
  /** `[a-z0-9-]+` */
  readonly name: string;
  /** No settings name an account: this one stands in. */
  readonly isAssumed?: true;
  /** Of the environment, where it goes before a login; never from tonearm.yaml. */
  readonly refreshToken: string | null;
  /** Reports count days in it. */
  readonly timeZone: TimeZone;
  /** Streams that `run` reads for this account. */
  readonly streams: readonly string[];
}

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfigRequest {
  /** Absolute; tonearm.yaml is looked for here and in the folders above. */
  readonly cwd: string;
  readonly env: Environment;
  /** Of the command line; relative to `cwd`. */
  readonly flags: { readonly lake?: string | undefined; readonly config?: string | undefined; readonly memory?: string | undefined };
  /** Names of the streams that an account reads where its settings name none. */
  readonly streams: readonly string[];
  /** Further names that settings may say. */
  readonly optInStreams?: readonly string[];
}

export const CONFIG_FILE = 'tonearm.yaml';
