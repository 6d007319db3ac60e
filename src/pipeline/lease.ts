import { z } from 'zod';
import type { Clock } from '../kernel/clock.ts';
import { PipelineError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { Versioned } from '../kernel/versioned.ts';
import { isGone, processIdentity, thisProcess } from './process-identity.ts';

/** What the newest entry of the series `lease/` says. `until` null: nobody works. */
export const leaseEntry = z.object({
  holder: z.string(),
  verb: z.string(),
  since: z.iso.datetime(),
  until: z.iso.datetime().nullable(),
  process: processIdentity.optional(),
});
export type LeaseEntry = z.infer<typeof leaseEntry>;

/** A run that died on another machine leaves the lake locked for this long at most. */
const HOLD_MS = 15 * 60 * 1000;
/** How often a holder says that it is still at work. */
const RENEW_MS = HOLD_MS / 3;

export interface Lease {
  /** Says that the holder is still at work, where that is due. Never throws: a lease saves work, nothing depends on it. */
  renew(): Promise<void>;
  release(): Promise<void>;
}

export interface LeaseOptions {
  readonly series: Versioned<LeaseEntry>;
  readonly clock: Clock;
  readonly log: Log;
  readonly runId: string;
  readonly verb: string;
}

const text = (ms: number): string => new Date(ms).toISOString();

async function newest(series: Versioned<LeaseEntry>, log: Log): Promise<{ version: number; value: LeaseEntry } | null | 'unreadable'> {
  try {
    return await series.read();
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'corrupt') {
      log.warn('the lease cannot be read; working without one', { cause: error.message });
      return 'unreadable';
    }
    throw error;
  }
}

/** Refuses, as `lease_held`, where somebody is at work; nothing is taken. */
export async function refuseWhereHeld(series: Pick<Versioned<LeaseEntry>, 'read'>, now: Date): Promise<void> {
  const found = await series.read();
  if (found !== null && (await isRunning(found.value, now.getTime()))) throw held(found.value);
}

const held = ({ holder, verb, since, until }: LeaseEntry): PipelineError =>
  new PipelineError(`another ${verb} is at work on this lake since ${since} (${holder})`, {
    code: 'lease_held',
    retryable: true,
    hint: `wait until it has ended; if it died, its lease ends at ${until}`,
  });

/** A time further ahead than any holder asks for was written by a clock that was wrong. */
export async function isRunning({ until, process }: LeaseEntry, now: number): Promise<boolean> {
  const left = until === null ? 0 : Date.parse(until) - now;
  return left > 0 && left <= HOLD_MS && (process === undefined || !(await isGone(process)));
}

const NO_LEASE: Lease = { renew: async () => undefined, release: async () => undefined };

/**
 * Takes the lease on a lake, so that two runs do not do the same work. Correctness never depends on it: a holder that lost it goes on, and
 * the catalog's commit decides.
 *
 * Errors: `lease_held` while another holder's time has not run out, unless it was a process of this machine that is gone.
 */
export async function takeLease({ series, clock, log, runId, verb }: LeaseOptions): Promise<Lease> {
  const found = await newest(series, log);
  if (found === 'unreadable') return NO_LEASE;
  const since = clock.now();
  if (found !== null && (await isRunning(found.value, since.getTime()))) throw held(found.value);
  const process = await thisProcess();

  let version = found?.version ?? 0;
  let renewedAt = since.getTime();
  let isLost = false;
  const write = async (until: number | null): Promise<boolean> => {
    const entry = { holder: runId, verb, since: since.toISOString(), until: until === null ? null : text(until), process };
    const isWritten = (await series.write(version, entry)) === 'written';
    if (isWritten) version += 1;
    return isWritten;
  };
  if (!(await write(renewedAt + HOLD_MS))) {
    const winner = await newest(series, log);
    throw held(
      winner === null || winner === 'unreadable'
        ? { holder: 'unknown', verb, since: text(renewedAt), until: text(renewedAt + HOLD_MS) }
        : winner.value,
    );
  }
  const attempt = async (until: number | null): Promise<void> => {
    if (isLost) return;
    try {
      isLost = !(await write(until));
      if (isLost) log.warn('another run has taken over the lease; this one goes on, the catalog decides', { runId });
    } catch (error) {
      log.warn('the lease could not be renewed', { runId, cause: String(error) });
    }
  };
  return {
    renew: async () => {
      const now = clock.now().getTime();
      if (now - renewedAt < RENEW_MS) return;
      renewedAt = now;
      await attempt(now + HOLD_MS);
    },
    release: () => attempt(null),
  };
}
