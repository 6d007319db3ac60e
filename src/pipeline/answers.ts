/** What the verbs that only look, or write outside the lake, are asked and answer. */
import type { ExportFormat } from '../engines/duckdb/export.ts';
import type { Receipt } from '../landing/removals.ts';
import type { Deferral } from '../source/limiter.ts';
import type { FieldSeen } from './json-fields.ts';
import type { RecordText } from './quarantined-record.ts';

export interface PlannedStream {
  readonly account: string;
  readonly stream: string;
  /** The least; exact where nothing changed at Spotify since the last run. */
  readonly requests: number;
  /** Null where nobody can know before asking. */
  readonly atMost: number | null;
  readonly because: string;
}

/** What a run would do now. */
export interface Plan {
  readonly catalogVersion: number;
  readonly streams: readonly PlannedStream[];
  /** `atMost` is null where that of one stream is. */
  readonly total: { readonly requests: number; readonly atMost: number | null };
  /** The pause that Spotify asked for and that still lasts: until then a run asks nothing. Null: none. */
  readonly deferred: Deferral | null;
  /** Accounts that a run would end with `login_needed`. */
  readonly loginNeeded: readonly string[];
  /** Raw objects that the next build reads: those in no table yet, or all of them where the tables are made anew. */
  readonly build: { readonly rawObjects: number; readonly bytes: number };
  /** Why every table would be made anew; null where only what is new is added. */
  readonly rebuild: string | null;
}

export interface ExportOptions {
  /** Names of public tables or views; `all` for every one of them. */
  readonly tables: readonly string[] | 'all';
  /** Absolute. A file for one table; a folder where it is one, ends with `/`, or several tables go there. */
  readonly to: string;
  /** Null: as the file's name ends; parquet for a folder. */
  readonly format: string | null;
  /** Files that are there may be replaced. */
  readonly force: boolean;
}

export interface ExportedFile {
  readonly table: string;
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
}

export interface Exported {
  /** The one version that every file shows. */
  readonly catalogVersion: number;
  readonly format: ExportFormat;
  readonly files: readonly ExportedFile[];
}

export interface EvidenceExportOptions {
  /** Absolute; an empty folder, or one that is not there. */
  readonly to: string;
  /** Null: every account. */
  readonly account: string | null;
  /** IP addresses and user agents of the extended history; without them its files are written anew, with the same records. */
  readonly keepsAddresses: boolean;
}

export interface EvidenceFile {
  readonly account: string;
  readonly stream: string;
  /** Below the folder, with `/`. */
  readonly path: string;
  readonly bytes: number;
}

export interface EvidenceExported {
  readonly folder: string;
  readonly keepsAddresses: boolean;
  /** In the order of landing; README.txt is not among them. */
  readonly files: readonly EvidenceFile[];
}

/** One fault of one record that could not be placed. */
export interface QuarantineRow {
  readonly account: string;
  readonly stream: string;
  readonly code: string;
  readonly message: string;
  readonly field: string;
  readonly file: string | null;
  readonly rawKey: string;
  /** 1-based. */
  readonly line: number;
  /** 0-based; null for the whole body. */
  readonly item: number | null;
}

export interface QuarantineFilter {
  readonly stream: string | null;
  readonly code: string | null;
  readonly limit: number;
}

export interface QuarantineList {
  readonly rows: readonly QuarantineRow[];
  /** Faults and records that match, shown or not. */
  readonly total: { readonly faults: number; readonly records: number };
}

export interface RecordChoice {
  /** A raw key or its last part, or the name of an imported file, whole or its last part. */
  readonly name: string;
  readonly line: number | null;
  readonly item: number | null;
}

export interface QuarantinedDocument {
  readonly faults: readonly QuarantineRow[];
  readonly record: RecordText;
}

export interface QuarantineShown {
  readonly documents: readonly QuarantinedDocument[];
  /** Records that match but are not shown. */
  readonly more: number;
}

/** What became of the records that were in quarantine before a replay. */
export interface Replayed {
  readonly before: number;
  readonly left: number;
  readonly stay: number;
  /** Records that only the present contract refuses. */
  readonly added: number;
  readonly codes: readonly { readonly code: string; readonly before: number; readonly left: number; readonly stay: number }[];
}

export interface DriftedField {
  /** Such as `items[].track.popularity`. */
  readonly path: string;
  /** Some table reads it. */
  readonly isRead: boolean;
  /** In the sample that has it. */
  readonly seen: FieldSeen;
  /** UTC days of the last answer before the change and of the first one after it, found in raw; null where nothing dates them. */
  readonly changed: { readonly lastBefore: string; readonly firstAfter: string } | null;
  /** Where the tables find it now: Spotify calls `track` of a playlist's items `item` since 2026. Null where nowhere. */
  readonly movedTo: string | null;
}

/** What is read of each end of a stream to see how it drifted; the rest is not looked at. */
export const SAMPLE = { rawObjects: 10, bytes: 16 * 1024 * 1024 } as const;

export interface Sample {
  readonly rawObjects: number;
  readonly answers: number;
  /** UTC days; null where no answer was read. */
  readonly firstDay: string | null;
  readonly lastDay: string | null;
}

/** What one partition holds, as every engine can tell. */
export interface TableSum {
  readonly table: string;
  readonly partition: string;
  readonly rows: number;
  /** Decimal text of a number below 2^64. */
  readonly checksum: string;
}

/** A change that a run noticed in the answers that it read, and told then. */
export interface NoticedChange {
  readonly change: 'vanished' | 'appeared';
  readonly path: string;
  /** UTC days of the last answer before the change, and of the first one after it. */
  readonly lastBefore: string | null;
  readonly firstAfter: string;
  /** Some table reads it. */
  readonly isRead: boolean;
  /** It vanished, some table reads it, and the tables do not find it under another name. */
  readonly isLoss: boolean;
}

export interface StreamDrift {
  readonly stream: string;
  /** Raw objects that there are; the samples are the two ends of them. */
  readonly rawObjects: number;
  readonly earlier: Sample;
  readonly recent: Sample;
  /** By runs, as they read; the oldest first. */
  readonly noticed: readonly NoticedChange[];
  readonly vanished: readonly DriftedField[];
  readonly appeared: readonly DriftedField[];
  /** Read by a table, gone, and found nowhere else: its column is null from then on. */
  readonly gone: readonly string[];
  /** Read by a table and in neither sample, though there were objects that could have held it. */
  readonly neverSeen: readonly string[];
}

/** `name`: of an imported file, whole or its last part, of an archive, the sha256 of a file, a raw key, or a run id. */
export type RemovalChoice =
  | { readonly verb: 'purge'; readonly account: string }
  | { readonly verb: 'forget'; readonly name: string }
  | { readonly verb: 'retain' };

export interface RemovalSelection {
  readonly rawObjects: number;
  /** Unpacked. */
  readonly bytes: number;
  readonly streams: readonly { readonly account: string; readonly stream: string; readonly rawObjects: number; readonly bytes: number }[];
  /** Names of imported files among them. */
  readonly files: readonly string[];
}

export interface Removal {
  /** False: it was only looked, and nothing was removed. */
  readonly confirmed: boolean;
  readonly selected: RemovalSelection;
  /** Of this removal, after those of earlier ones that had been left unfinished. */
  readonly receipts: readonly Receipt[];
}

/** What a sweep removed. */
export interface Swept {
  readonly tableFiles: number;
  readonly bytes: number;
  readonly catalogVersions: number;
  readonly segments: number;
  readonly tempFiles: number;
}

/** A partition that is made one file. */
export interface CompactedPartition {
  readonly table: string;
  readonly partition: string;
  readonly rows: number;
  readonly before: { readonly files: number; readonly bytes: number };
  /** Where it was only looked, `bytes` is an estimate. */
  readonly after: { readonly files: number; readonly bytes: number };
}

/** What a compaction did or, as a dry run, would do. */
export interface Compaction {
  readonly isDryRun: boolean;
  /** The version that shows it: with nothing to do, or as a dry run, the one that was current. */
  readonly catalogVersion: number;
  /** The tables are those of another version of the rules: the next run makes them anew, each partition as one file. */
  readonly waitsForRebuild: boolean;
  readonly partitions: readonly CompactedPartition[];
}

/** What a publication to Athena did. */
export interface Published {
  /** The version that Athena shows now, or one that is newer and was published meanwhile. */
  readonly catalogVersion: number;
  readonly database: string;
  readonly workgroup: string;
  /** Tables and views that changed. */
  readonly replaced: number;
  /** Changes asked of AWS Glue. */
  readonly statements: number;
}
