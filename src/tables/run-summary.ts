import type { Tally } from './catalog.ts';

/** One stream of one account in one run; what `runs/<run-id>.json` and the table `run_streams` hold. */
export interface StreamSummary extends Tally {
  readonly account: string;
  readonly stream: string;
  /** Answers received; 0 for an import. */
  readonly requests: number;
  readonly outcome: 'done' | 'failed' | 'deferred' | 'unavailable' | 'skipped';
  readonly error: { readonly code: string; readonly message: string; readonly hint: string | null; readonly retryAt: string | null } | null;
}

/** One file of an import. */
export interface FileSummary extends Tally {
  readonly name: string;
  /**
   * `landed`, `known` (the same bytes were landed before), `quarantined` (kept, but no record could be placed), `refused` (not kept),
   * `left_alone` (recognised as something that no table is made of, and not kept).
   */
  readonly outcome: 'landed' | 'known' | 'quarantined' | 'refused' | 'left_alone';
  /** The stream it was recognised as; null where nobody can tell. */
  readonly stream: string | null;
  readonly sha256: string | null;
  readonly rawKey: string | null;
  /** Why, where it is not `landed`; what is odd about it, where it is. */
  readonly note: string | null;
}

/** The reconciling summary of a run: `runs/<run-id>.json`. */
export interface RunSummary {
  readonly runId: string;
  readonly verb: 'run' | 'enrich' | 'import' | 'build' | 'rebuild';
  /** Nothing was changed: this is what would have been. */
  readonly isDryRun?: boolean;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly outcome: 'done' | 'failed' | 'deferred' | 'cancelled';
  /** Of the command, by the order of precedence 2, 6, 1, 4, 5, 3, 0. */
  readonly exitCode: number;
  readonly catalogVersion: number | null;
  readonly total: Tally;
  readonly streams: readonly StreamSummary[];
  readonly files: readonly FileSummary[];
  /** Earlier records whose verdict the new evidence changed. */
  readonly judgedAnew: readonly { readonly from: string; readonly to: string; readonly count: number }[];
  /** Rows that a query sees, per table, before and after. */
  readonly tables: readonly { readonly table: string; readonly rowsBefore: number; readonly rowsAfter: number }[];
  /** What is odd and yet no error, a sentence each. */
  readonly warnings: readonly string[];
  /** Everything that went wrong or waits, each with its code. */
  readonly outcomes: readonly {
    readonly code: string;
    readonly exitCode: number;
    readonly message: string;
    readonly hint: string | null;
    readonly retryAt: string | null;
  }[];
}
