/** A job and when it is started next. */
export interface ScheduledJob {
  readonly name: string;
  /** Null where it is of no account. */
  readonly account: string | null;
  readonly streams: readonly string[];
  /** ISO 8601, UTC; null: never was. */
  readonly startedAt: string | null;
  /** In the past where it is due; null: never. */
  readonly nextAt: string | null;
  /** In a row, up to now. */
  readonly failures: number;
}

/** `held`: another run was at work on the lake, and nothing was done. */
export type JobOutcome = 'done' | 'failed' | 'deferred' | 'login_needed' | 'cancelled' | 'held';

/** One start of a job, and what it came to. */
export interface JobReport {
  readonly name: string;
  readonly account: string | null;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly outcome: JobOutcome;
  readonly exitCode: number;
  readonly runId: string | null;
  readonly did: string;
  readonly message: string | null;
  readonly hint: string | null;
  readonly nextAt: string | null;
}

export interface ScheduleOptions {
  /** Only what is due now, each once. */
  readonly isOnce: boolean;
  readonly onReport: (report: JobReport) => void;
}

export interface Schedule {
  /** Every job, as things stand; starts nothing. */
  plan(): Promise<readonly ScheduledJob[]>;
  /**
   * Starts what is due, one at a time, until the signal fires; with `isOnce` until nothing is due any more. A job that fails is reported and
   * started again later. Never throws but for a bug.
   */
  keep(options: ScheduleOptions, signal: AbortSignal): Promise<void>;
}
