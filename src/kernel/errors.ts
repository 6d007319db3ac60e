/**
 * Every way a run can fail, as a closed set. `docs/runbook.md` says for each what it means and what to do.
 * A driver translates what it met into one of these; a surface renders it; nothing in between catches it.
 */
export const ERROR_CODES = [
  'usage', // wrong words on the command line
  'config', // tonearm.yaml or the environment is wrong
  'not_found', // a report, table, run or account of that name does not exist
  'login_needed', // only a person can help: no token, a dead refresh token, a missing scope
  'forbidden', // 403 for this item or endpoint
  'unavailable', // this app may not call this endpoint at all
  'missing', // 404: the item does not exist
  'rate_limited', // 429 with a Retry-After
  'quota_exceeded', // 429 with reason QUOTA_EXCEEDED
  'network', // no answer, a cut-off answer, a time-out
  'upstream', // 5xx
  'bad_response', // an answer that is not what the API documents
  'bad_input', // a file or value from a person that cannot be read
  'bad_sql', // a query that does not parse, bind or pass the guard
  'limit_exceeded', // a row, byte, memory or time limit ended it
  'storage', // the object store failed
  'corrupt', // stored data is not what was written
  'conflict', // another writer was first, too often
  'lease_held', // another run is at work
  'check_failed', // a check on the data failed
  'cancelled', // stopped by a signal
  'internal', // a bug in Tonearm
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export interface ErrorFacts {
  readonly code: ErrorCode;
  /** Worth trying again, unchanged, later. */
  readonly retryable?: boolean;
  /** One sentence: what the person can do next. */
  readonly hint?: string;
  /** When to try again, where the other side said so. */
  readonly retryAt?: Date;
  readonly cause?: unknown;
}

/** The only error that crosses a door. The message says what failed and on which thing; `hint` says what to do. */
export class PipelineError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly hint: string | null;
  readonly retryAt: Date | null;

  constructor(message: string, facts: ErrorFacts) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = 'PipelineError';
    this.code = facts.code;
    this.retryable = facts.retryable ?? false;
    this.hint = facts.hint ?? null;
    this.retryAt = facts.retryAt ?? null;
  }
}

/** A PipelineError as it is; what an AbortSignal throws as `cancelled`; anything else as `internal`. The cause is kept. */
export function asPipelineError(error: unknown): PipelineError {
  if (error instanceof PipelineError) return error;
  if (error instanceof Error && error.name === 'AbortError') return new PipelineError('stopped', { code: 'cancelled', cause: error });
  const message = error instanceof Error ? error.message : String(error);
  return new PipelineError(message, { code: 'internal', cause: error });
}
