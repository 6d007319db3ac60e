/** What the server of the dashboard answers, as JSON. The page reads these types and nothing else of the server. */
import type { ErrorCode } from '../../kernel/errors.ts';
import type { App, Progress } from '../../pipeline/app.ts';
import type { Report } from '../../reports/report.ts';
import type { ReportResult } from '../../reports/run-report.ts';

type Answered<Name extends 'coverage' | 'doctor' | 'freshness' | 'quarantined' | 'run' | 'schemaDrift' | 'showQuarantined' | 'status'> =
  Awaited<ReturnType<App[Name]>>;

/** The reconciling summary of a run. */
export type RunSummary = Answered<'run'>;
type PlayList = Awaited<ReturnType<App['plays']>>;
/** Whole numbers beyond 2^53 come as text. */
export type JsonScalar = null | boolean | number | string;

/** Whatever goes wrong, with the status of HTTP beside it. */
export interface ErrorAnswer {
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly hint: string | null };
}

/** `GET /api/about` */
export interface AboutAnswer {
  /** Of Tonearm. */
  readonly version: string;
  /** Its last folder or its bucket, and no more of where it lies. */
  readonly lake: string;
  readonly accounts: readonly { readonly name: string /** In which it lives today. */; readonly timeZone: string }[];
  /** `YYYY-MM-DD`, in the zone of the first account. */
  readonly today: string;
  /** ISO 8601, UTC: what day it is in any other zone. */
  readonly now: string;
  /** Every zone that the settings name, each once. */
  readonly timeZones: readonly string[];
  /** `YYYY-MM-DD`, in the time zone of its account; null: no play is known. */
  readonly firstPlayedOn: string | null;
  /** 0: the empty lake. */
  readonly catalogVersion: number;
  readonly isDemo: boolean;
  /** Cover images may be asked of Spotify. */
  readonly covers: boolean;
  readonly needsLogin: boolean;
  /** Jobs are started in time in the same process. */
  readonly schedule: boolean;
}

/** `GET /api/covers`: where the picture of each item is, by `album/<id>`, `artist/<id>` or `track/<id>`. */
export type CoversAnswer = Readonly<Record<string, string>>;

/** One of `GET /api/reports` */
export interface ReportListing extends Pick<Report, 'name' | 'question' | 'coverage' | 'content' | 'whenEmpty'> {
  readonly params: readonly { readonly name: string; readonly description: string }[];
}

/** `GET /api/reports/:name` */
export interface ReportAnswer extends Omit<ReportResult, 'params' | 'rows'> {
  readonly params: Readonly<Record<string, JsonScalar>>;
  readonly rows: readonly (readonly JsonScalar[])[];
}

/** `GET /api/plays/:playId`, with `evidence` */
export type PlayAnswer = PlayList['plays'][number];

/** One thing that is read or made, and how far it has come. */
export type RunStep = Progress;

/** What this process is doing to the lake, or did last. */
export interface RunLive {
  /** Of this process; `summary` has the id of the run. */
  readonly id: string;
  /** `schedule`: a job of the schedule. */
  readonly verb: 'run' | 'import' | 'replay' | 'schedule';
  readonly isDryRun: boolean;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly state: 'running' | 'done' | 'failed' | 'cancelled' | 'deferred';
  readonly steps: readonly RunStep[];
  /** It waits for Spotify, for so long at least. */
  readonly waiting: { readonly until: string; readonly why: string } | null;
  readonly summary: RunSummary | null;
  /** Why it failed before there was anything to sum up. */
  readonly error: ErrorAnswer['error'] | null;
}

type Status = Answered<'status'>;

/** Of the catalog its heading alone, and of the place of the lake its last name. */
export interface StatusAnswer extends Omit<Status, 'catalog'> {
  readonly catalog: Pick<Status['catalog'], 'version' | 'committedAt' | 'runId' | 'contract' | 'rules'>;
}

/** `GET /api/pipeline` */
export interface PipelineAnswer {
  readonly status: StatusAnswer;
  readonly freshness: Answered<'freshness'>;
  readonly run: RunLive | null;
  readonly jobs: Awaited<ReturnType<App['schedule']['plan']>>;
  readonly logins: Status['logins'];
  /** Looked for on demand: `GET /api/doctor`. */
  readonly findings: null;
}

/** `GET /api/runs`, the newest first */
export type RunsAnswer = readonly RunSummary[];
/** `GET /api/quarantine` */
export type QuarantineAnswer = Answered<'quarantined'>;
/** `GET /api/quarantine/record` */
export type QuarantineRecordAnswer = Answered<'showQuarantined'>;
/** `GET /api/doctor` */
export type DoctorAnswer = Answered<'doctor'>;
/** `GET /api/drift` */
export type DriftAnswer = Answered<'schemaDrift'>;
/** `GET /api/coverage` */
export type CoverageAnswer = Answered<'coverage'>;

/** `POST /api/runs`, `POST /api/quarantine/replay` and `POST /api/imports/:id`: it has begun, and `GET /api/events` tells the rest. */
export interface StartedAnswer {
  readonly id: string;
}

/** `POST /api/imports`: what an import of the upload would do. */
export interface UploadAnswer {
  /** For `POST` and `DELETE /api/imports/:id`. */
  readonly id: string;
  readonly summary: RunSummary;
}

/** Event `catalog` of `GET /api/events` */
export interface CatalogEvent {
  readonly version: number;
  /** Names of those whose rows are others than before. */
  readonly tables: readonly string[];
}

/** What `GET /api/events` sends, by the name of the event. `reset`: what was missed is not known any more, so all may have changed. */
export interface LiveEvents {
  readonly run: RunLive;
  readonly catalog: CatalogEvent;
  readonly ping: Readonly<Record<string, never>>;
  readonly reset: Readonly<Record<string, never>>;
}
