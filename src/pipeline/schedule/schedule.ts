import type { Config } from '../../config.ts';
import type { LoginDates } from '../login-dates.ts';
import type { JobReport, Schedule, ScheduleOptions } from './answers.ts';
import { type Job, jobsOf } from './jobs.ts';
import { type JobEntry, NO_ACCOUNT, placeOf } from './memory.ts';
import { entryAfter, failedEntry, nextStart, type Standing } from './standing.ts';
import { type Listeners, tell } from './telling.ts';
import { loginTroubles, overWith, troublesOf } from './trouble.ts';
import { type Turn, takeTurn, type Work } from './turn.ts';

export interface ScheduleWorld extends Listeners {
  readonly config: Config;
  readonly work: Work;
  /** The pause that Spotify asked for and that lasts; null: none. */
  readonly deferral: () => Promise<{ readonly until: string } | null>;
  readonly logins: () => Promise<readonly LoginDates[]>;
}

/** A timer stands still while the machine sleeps, so the time is looked at this often. */
const TICK_MS = 60_000;
/** Another process may have changed what is due. */
const LONGEST_WAIT_MS = 15 * TICK_MS;

const timeOrNull = (text: string | null | undefined): Date | null => (text === null || text === undefined ? null : new Date(text));
const asksSpotify = ({ kind }: Job): boolean => kind === 'run' || kind === 'enrich';
const idOf = ({ account, name }: Job): string => `${account ?? NO_ACCOUNT}/${name}`;

/** What is due the longest, or will be the soonest. */
function firstOf(all: readonly Standing[]): (Standing & { readonly nextAt: Date }) | null {
  const timed = all.flatMap(({ nextAt, ...one }) => (nextAt === null ? [] : [{ ...one, nextAt }]));
  return timed.sort((a, b) => a.nextAt.getTime() - b.nextAt.getTime())[0] ?? null;
}

/** Keeps an account's reading and the lake's housekeeping going without a person. State is what was started last; see `Memory`. */
export function createSchedule(world: ScheduleWorld): Schedule {
  const { config, clock, memory } = world;

  async function standings(): Promise<readonly Standing[]> {
    const now = clock.now();
    const pausedUntil = timeOrNull((await world.deferral())?.until);
    const known = new Map<string, Awaited<ReturnType<typeof memory.read>>>();
    const all: Standing[] = [];
    for (const job of jobsOf(config, now)) {
      const place = placeOf(job);
      const found = known.get(place) ?? (await memory.read(place));
      known.set(place, found);
      const entry = found.jobs[job.name] ?? null;
      all.push({ job, entry, nextAt: nextStart(now, job, entry, asksSpotify(job) ? pausedUntil : null) });
    }
    return all;
  }

  const store = (job: Job, entry: JobEntry | null, over: readonly string[] = []): Promise<void> =>
    memory.change(placeOf(job), (known) => {
      const { [job.name]: _, ...others } = known.jobs;
      const told = Object.fromEntries(Object.entries(known.told).filter(([key]) => !over.includes(key)));
      return { ...known, told, jobs: entry === null ? others : { ...others, [job.name]: entry } };
    });

  /** Since when Spotify answers nobody; null while it does. */
  async function deferredSince(job: Job, { outcome }: Turn): Promise<Date | null> {
    const { deferredSince: since } = await memory.read(NO_ACCOUNT);
    const isDeferred = outcome === 'deferred';
    if (!isDeferred && !(outcome === 'done' && asksSpotify(job))) return timeOrNull(since);
    const now = isDeferred ? (since ?? clock.now().toISOString()) : null;
    if (now !== since) await memory.change(NO_ACCOUNT, (known) => ({ ...known, deferredSince: now }));
    return timeOrNull(now);
  }

  async function start(standing: Standing, signal: AbortSignal): Promise<JobReport> {
    const { job, entry } = standing;
    const startedAt = clock.now();
    const failures = (entry?.failures ?? 0) + 1;
    // The worst is written first: a job that takes the whole process with it is a failure, and waits like one.
    await store(job, failedEntry(startedAt, startedAt, failures));
    const turn = await takeTurn(world.work, job, signal);
    const after = entryAfter(clock.now(), standing, startedAt, turn);
    await store(job, after, overWith(job, turn));
    const since = await deferredSince(job, turn);
    const { name, account } = job;
    const { outcome, exitCode, did, problem } = turn;
    if (!signal.aborted) {
      const said = troublesOf(job, turn, after?.failures ?? 0, since, clock.now());
      await tell(world, [...said, ...loginTroubles(await world.logins())], signal);
    }
    return {
      ...{ name, account, startedAt: startedAt.toISOString(), endedAt: clock.now().toISOString(), outcome, exitCode, did },
      runId: turn.summary?.runId ?? null,
      message: problem?.message ?? null,
      hint: problem?.hint ?? null,
      nextAt: nextStart(clock.now(), job, after, null)?.toISOString() ?? null,
    };
  }

  /** Until that time, the signal, or for a while. */
  async function wait(until: Date | null, signal: AbortSignal): Promise<void> {
    const end = Math.min(until?.getTime() ?? Infinity, clock.now().getTime() + LONGEST_WAIT_MS);
    for (let left = end - clock.now().getTime(); left > 0 && !signal.aborted; left = end - clock.now().getTime()) {
      await clock.sleep(Math.min(left, TICK_MS), signal).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    }
  }

  async function keep({ isOnce, onReport }: ScheduleOptions, signal: AbortSignal): Promise<void> {
    const done = new Set<string>();
    while (!signal.aborted) {
      const next = firstOf((await standings()).filter(({ job }) => !done.has(idOf(job))));
      if (next !== null && next.nextAt <= clock.now()) {
        const report = await start(next, signal);
        world.log.debug('a job has ended', { ...report });
        onReport(report);
        if (isOnce) done.add(idOf(next.job));
      } else if (isOnce) return;
      else await wait(next?.nextAt ?? null, signal);
    }
  }

  return {
    plan: async () =>
      (await standings()).map(({ job: { name, account, streams }, entry, nextAt }) => ({
        ...{ name, account, streams },
        startedAt: entry?.startedAt ?? null,
        nextAt: nextAt?.toISOString() ?? null,
        failures: entry?.failures ?? 0,
      })),
    keep,
  };
}
