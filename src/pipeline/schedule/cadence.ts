import { createHash } from 'node:crypto';
import type { Cadence } from '../../config.ts';
import { nextCron } from '../../kernel/cron.ts';

const MINUTE_MS = 60_000;
/** A time of cron is put off by less than this, so that not everybody asks Spotify on the hour. */
const CRON_JITTER_MS = 5 * MINUTE_MS;
const FIRST_BACKOFF_MS = 15 * MINUTE_MS;
const LONGEST_BACKOFF_MS = 6 * 60 * MINUTE_MS;

/** When a job is to be started. */
export interface Rhythm {
  readonly cadence: Cadence;
  /** IANA name; cron is read on its clocks. */
  readonly timeZone: string;
  /** The same seed gives the same times; other jobs and other installations have other seeds. */
  readonly seed: string;
}

/** What is known of a job's starts. */
export interface Standing {
  readonly startedAt: Date | null;
  /** Set where it is to be started again for another reason than its rhythm, such as a failure. */
  readonly retryAt: Date | null;
}

/** A number in [0, below), always the same for a seed. */
function jitter(seed: string, below: number): number {
  return Math.floor((createHash('sha256').update(seed).digest().readUInt32BE() / 2 ** 32) * below);
}

/**
 * The time from which on the job is to be started, in the past where it is due; null: never. A pure function of its arguments.
 *
 * However many times passed since the last start, they are one: a machine that slept for a week catches up with a single start. A job that was
 * never started is due now. Intervals keep a grid of their own, shifted by the seed; a time of the grid less than half an interval after the
 * last start is left out. A last start in the future was written by a wrong clock and counts as now.
 */
export function dueFrom(now: Date, { startedAt, retryAt }: Standing, { cadence, timeZone, seed }: Rhythm): Date | null {
  if (retryAt !== null) return retryAt;
  if (startedAt === null) return now;
  const last = Math.min(startedAt.getTime(), now.getTime());
  if ('everyMs' in cadence) {
    const { everyMs } = cadence;
    const phase = jitter(seed, everyMs);
    return new Date(Math.ceil((last + everyMs / 2 - phase) / everyMs) * everyMs + phase);
  }
  const late = jitter(seed, CRON_JITTER_MS);
  const next = nextCron(cadence.cron, timeZone, new Date(last - late));
  return next === null ? null : new Date(next.getTime() + late);
}

/** How long to wait after so many failures in a row: 15 minutes, doubled with each, 6 hours at most. */
export function backoffMs(failures: number): number {
  return Math.min(FIRST_BACKOFF_MS * 2 ** (failures - 1), LONGEST_BACKOFF_MS);
}
