import { backoffMs, dueFrom } from './cadence.ts';
import type { Job } from './jobs.ts';
import type { JobEntry } from './memory.ts';
import type { Turn } from './turn.ts';

/** How a job stands. */
export interface Standing {
  readonly job: Job;
  /** Null: it was never started. */
  readonly entry: JobEntry | null;
  /** In the past where it is due; null: never. */
  readonly nextAt: Date | null;
}

const MINUTE_MS = 60_000;
/** A login may be mended at any time. */
const LOGIN_RETRY_MS = 60 * MINUTE_MS;
const HELD_RETRY_MS = 2 * MINUTE_MS;
/** No entry asks for a longer wait than Spotify may, so a later time was written by a wrong clock. */
const LONGEST_RETRY_MS = 31 * 24 * 60 * MINUTE_MS;

const later = (now: Date, ms: number): string => new Date(now.getTime() + ms).toISOString();

/** When a job is started next, not before `pausedUntil`; in the past where it is due; null: never. */
export function nextStart(now: Date, { rhythm }: Job, entry: JobEntry | null, pausedUntil: Date | null): Date | null {
  const startedAt = entry === null ? null : new Date(entry.startedAt);
  const retryAt = entry?.retryAt ? new Date(entry.retryAt) : null;
  const isWrong = retryAt !== null && retryAt.getTime() - now.getTime() > LONGEST_RETRY_MS;
  const nextAt = dueFrom(now, { startedAt, retryAt: isWrong ? null : retryAt }, rhythm);
  return nextAt !== null && pausedUntil !== null && pausedUntil > nextAt ? pausedUntil : nextAt;
}

/** Of a job whose start failed for the n-th time in a row; `now` is when that is known. */
export const failedEntry = (now: Date, startedAt: Date, failures: number): JobEntry => ({
  startedAt: startedAt.toISOString(),
  failures,
  retryAt: later(now, backoffMs(failures)),
});

/** What is remembered of a job once a turn is over; null: as if it had never been started. */
export function entryAfter(now: Date, { job, entry: before }: Standing, startedAt: Date, turn: Turn): JobEntry | null {
  const failures = before?.failures ?? 0;
  const done = { startedAt: startedAt.toISOString(), failures: 0, retryAt: null };
  switch (turn.outcome) {
    case 'done':
      return done;
    case 'cancelled':
      return before;
    case 'held':
      return { ...(before ?? done), retryAt: later(now, HELD_RETRY_MS) };
    case 'deferred':
      return { ...done, failures, retryAt: turn.problem?.retryAt ?? later(now, backoffMs(1)) };
    case 'login_needed': {
      const usual = nextStart(now, job, done, null)?.toISOString() ?? '9';
      const soon = later(now, LOGIN_RETRY_MS);
      return { ...done, retryAt: usual < soon ? null : soon };
    }
    case 'failed':
      return failedEntry(now, startedAt, failures + 1);
  }
}
