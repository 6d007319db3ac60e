import type { Config } from '../config.ts';
import type { Engine } from '../engines/engine.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { LocalFiles, ObjectStore } from '../landing/object-store.ts';
import type { Deferral } from '../source/limiter.ts';
import type { Catalog, CatalogStore } from '../tables/catalog.ts';
import type { RunSummary } from '../tables/run-summary.ts';
import type {
  Compaction,
  EvidenceExported,
  EvidenceExportOptions,
  Exported,
  ExportOptions,
  Plan,
  Published,
  QuarantineFilter,
  QuarantineList,
  QuarantineShown,
  RecordChoice,
  Removal,
  RemovalChoice,
  Replayed,
  StreamDrift,
  Swept,
  TableSum,
} from './answers.ts';
import type { Coverage, CoverageOptions } from './certainty.ts';
import type { FateChoice, Finding, Freshness, FreshnessOptions, Lineage, RawComparison, RecordFate, RowChoice } from './findings.ts';
import type { LoginDates } from './login-dates.ts';
import type { Logins } from './logins.ts';
import type { ListedPlay, PlayChoice, PlayList } from './plays-listing.ts';
import type { Recordings, RuleBook } from './rule-book.ts';
import type { Schedule } from './schedule/answers.ts';
import type { Snowflake } from './snowflake-answers.ts';

/** What a surface brings along; tests bring their own. */
export interface Effects {
  readonly clock: Clock;
  readonly log: Log;
  /** Every request to Spotify goes through it. */
  readonly fetch: typeof fetch;
  /** Told about long work as it goes on. */
  readonly progress: (event: Progress) => void;
}

export interface Progress {
  /** Such as `saved_tracks`, `transform`. */
  readonly step: string;
  readonly account: string | null;
  readonly done: number;
  readonly total: number | null;
  readonly unit: 'requests' | 'files' | 'bytes' | 'records';
}

export interface RunOptions {
  /** Accounts and streams by name; empty = all that are configured. */
  readonly accounts: readonly string[];
  readonly streams: readonly string[];
  /** Asks though the quota was used up, where its end is only guessed. */
  readonly now?: boolean;
  /** What is read is kept as it was received; the next build brings it into the tables. Nothing is enriched. */
  readonly landOnly?: boolean;
}

export interface EnrichOptions {
  /** Whose login asks; null: the first account that has one. */
  readonly account: string | null;
  /** Requests at most; null: as the settings say, or 100. */
  readonly budget: number | null;
  /** As in `RunOptions`. */
  readonly now?: boolean;
}

/** Tracks that plays and lists name and no answer has described. */
export interface EnrichmentStatus {
  /** Still to be asked for; what Spotify does not know is not among them. */
  readonly left: number;
  readonly requestsLeft: number;
  readonly requestsPerRun: number;
  /** Of the last seven days. */
  readonly runsPerDay: number;
  /** UTC date, about, at this budget and pace; null where nothing is left or nothing is spent. */
  readonly doneOn: string | null;
}

export interface ImportOptions {
  /** Null: the only one configured. */
  readonly account: string | null;
  /** It is known that no data of this account is there yet. */
  readonly isNewAccount?: boolean;
  /** Tells what would happen, and changes nothing. */
  readonly isDryRun?: boolean;
}

export interface Status {
  readonly lake: string;
  readonly catalog: Catalog;
  /** Per table: rows a query sees, files, bytes. */
  readonly tables: readonly {
    readonly table: string;
    readonly rows: number;
    readonly partitions: number;
    readonly files: number;
    readonly bytes: number;
    /** What `compact` would save: files, and bytes as an estimate. */
    readonly gain: { readonly files: number; readonly bytes: number };
  }[];
  /** Raw objects landed but in no table yet. */
  readonly pending: number;
  readonly lastRun: RunSummary | null;
  /** Null where the lake holds no plays. */
  readonly enrichment: EnrichmentStatus | null;
  /** The pause that Spotify asked for and that still lasts; null: none. */
  readonly deferred: Deferral | null;
  readonly logins: readonly LoginDates[];
  /** Exports that may be another person's. */
  readonly warnings: readonly string[];
}

/** The pipeline with everything wired. Every verb of every surface ends here. */
export interface App {
  readonly config: Config;
  readonly store: ObjectStore;
  readonly files: LocalFiles;
  readonly catalog: CatalogStore;
  run(options: RunOptions, signal: AbortSignal): Promise<RunSummary>;
  /** Asks for tracks that nothing has described, most played first, and for nothing else. */
  enrich(options: EnrichOptions, signal: AbortSignal): Promise<RunSummary>;
  importFiles(paths: readonly string[], options: ImportOptions, signal: AbortSignal): Promise<RunSummary>;
  /** Brings into the tables what was landed and is in none yet; asks Spotify nothing. */
  build(signal: AbortSignal): Promise<RunSummary>;
  rebuild(signal: AbortSignal): Promise<RunSummary>;
  /** Removes what nothing names any more; runs do it once a day by themselves. */
  sweep(): Promise<Swept>;
  /** Makes one file of every partition that has several; the rows stay the same. */
  compact(options: { readonly isDryRun: boolean }, signal: AbortSignal): Promise<Compaction>;
  /** Removes inputs; the tables then are those of what is left. Without `confirmed` it only says what would go. */
  remove(choice: RemovalChoice, options: { readonly confirmed: boolean }, signal: AbortSignal): Promise<Removal>;
  /** Lets a purged account in again; what was removed stays removed. */
  readmit(account: string, signal: AbortSignal): Promise<Removal>;
  status(): Promise<Status>;
  /** Plays of a span of time, and what they are made of. */
  plays(choice: PlayChoice, signal: AbortSignal): Promise<PlayList>;
  /** One play with the records that it is made of. */
  play(playId: string, signal: AbortSignal): Promise<ListedPlay>;
  /** A stored row and the line of raw that it came from. */
  why(choice: RowChoice, signal: AbortSignal): Promise<Lineage>;
  /** The bucket that one record of a file or answer is in, and why. */
  whyRecord(choice: FateChoice, signal: AbortSignal): Promise<readonly RecordFate[]>;
  freshness(options: FreshnessOptions, signal: AbortSignal): Promise<readonly Freshness[]>;
  /** Looks at the machine and the lake; `deep` reads every table file and raw object, too; `probe` asks Spotify what this app may call. */
  doctor(options: { readonly deep: boolean; readonly probe?: boolean }, signal: AbortSignal): Promise<readonly Finding[]>;
  /** All of raw against what the tables consumed; changes nothing. */
  compareRaw(): Promise<RawComparison>;
  plan(options: RunOptions): Promise<Plan>;
  quarantined(filter: QuarantineFilter, signal: AbortSignal): Promise<QuarantineList>;
  showQuarantined(choice: RecordChoice, signal: AbortSignal): Promise<QuarantineShown>;
  /** A rebuild, with what it did to quarantine. Null where the rebuild failed: then the tables are as they were. */
  replayQuarantine(signal: AbortSignal): Promise<{ readonly summary: RunSummary; readonly replayed: Replayed | null }>;
  exportTables(options: ExportOptions, signal: AbortSignal): Promise<Exported>;
  /** Everything that plays are made of, as files that `importFiles` takes. */
  exportEvidence(options: EvidenceExportOptions, signal: AbortSignal): Promise<EvidenceExported>;
  /** Of one stream, or of all that raw holds. */
  /** Rows and checksum of every partition of all tables or of one, from a reading of every row. */
  tableSums(options: { readonly table: string | null }, signal: AbortSignal): Promise<readonly TableSum[]>;
  schemaDrift(options: { readonly stream: string | null }, signal: AbortSignal): Promise<readonly StreamDrift[]>;
  /** What of the record is certain, and when to ask Spotify for the next export. */
  coverage(options: CoverageOptions, signal: AbortSignal): Promise<Coverage>;
  readonly logins: Logins;
  readonly rules: RuleBook;
  readonly recordings: Recordings;
  /** Everything above, done in time without a person. */
  readonly schedule: Schedule;
  /** Refuses, as `usage`, the name of an account that neither the settings nor the tables know; null is all accounts. */
  refuseUnknown(account: string | null, signal: AbortSignal): Promise<void>;
  /** Brings the tables of Athena to the newest version of the catalog; nothing where they show it already. */
  publish(signal: AbortSignal): Promise<Published>;
  /** What is done in Snowflake. */
  snowflake(): Promise<Snowflake>;
  /** Who answers: DuckDB on this machine, unless Athena or Snowflake is asked for. */
  engine(name?: Engine['dialect']): Promise<Engine>;
  close(): Promise<void>;
}
