import { describe, expect, it } from 'vitest';
import type { Config } from '../../config.ts';
import { createVirtualClock, type VirtualClock } from '../../kernel/clock.ts';
import { PipelineError } from '../../kernel/errors.ts';
import { createMemoryStore } from '../../landing/memory-store.ts';
import type { ObjectStore } from '../../landing/object-store.ts';
import type { RunSummary } from '../../tables/run-summary.ts';
import type { RunOptions } from '../app.ts';
import type { LoginDates } from '../login-dates.ts';
import type { Notice } from '../notify.ts';
import { outcomeOf, summarise } from '../summary.ts';
import type { JobReport } from './answers.ts';
import { createMemory } from './memory.ts';
import { createSchedule, type ScheduleWorld } from './schedule.ts';
import type { Work } from './turn.ts';

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
const STREAMS = ['recently_played', 'profile', 'saved_tracks', 'top_tracks', 'playlists'];
const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

const account = (name: string) => ({ name, refreshToken: 'r', timeZone: 'Europe/Berlin', streams: STREAMS });

interface Stage {
  readonly clock: VirtualClock;
  readonly store: ObjectStore;
  readonly reports: JobReport[];
  readonly notices: Notice[];
  /** Lets that time pass on a machine that is awake. */
  keepFor(ms: number): Promise<void>;
  /** Another process over the same lake. */
  again(more?: Partial<ScheduleWorld>): ReturnType<typeof createSchedule>;
}

type Answer = (options: RunOptions) => PipelineError | null;

/** A schedule whose runs end as `answer` says, and take a minute. */
async function stage(answer: Answer = () => null, more: Partial<ScheduleWorld> = {}, config: Partial<Config> = {}): Promise<Stage> {
  const clock = createVirtualClock(new Date('2026-03-02T12:00:00Z'));
  const store = createMemoryStore();
  const reports: JobReport[] = [];
  const notices: Notice[] = [];
  const summaryOf = (verb: 'run' | 'build' | 'enrich', error: PipelineError | null): RunSummary => {
    const startedAt = clock.now();
    clock.advance(60_000);
    const outcomes = error === null ? [] : [outcomeOf(error)];
    return summarise({
      runId: `run-${reports.length}`,
      verb,
      startedAt,
      finishedAt: clock.now(),
      built: null,
      streams: [],
      files: [],
      outcomes,
    });
  };
  const nothing = { rawObjects: 0, bytes: 0, streams: [], files: [] };
  const work: Work = {
    run: async (options) => summaryOf('run', answer(options)),
    build: async () => summaryOf('build', answer({ accounts: [], streams: ['build'] })),
    enrich: async () => summaryOf('enrich', answer({ accounts: [], streams: ['enrich'] })),
    remove: async () => ({ confirmed: true, selected: nothing, receipts: [] }),
    compareRaw: async () => ({ catalogVersion: 1, landed: 1, consumed: 1, waiting: [], missed: [], gone: [], unnoted: [] }),
    schemaDrift: async () => [],
  };
  const world = (): ScheduleWorld => ({
    config: {
      lake: '',
      spotify: { apiUrl: '', accountsUrl: '', clientId: 'c', clientSecret: null, maxRetryAfterMs: 0 },
      credentials: '',
      accounts: [account('ada')],
      watch: null,
      openLineage: null,
      retention: { web_api: 24, export: null, sample: null },
      enrichment: { requestsPerRun: 0 },
      memoryLimit: '1GB',
      threads: 1,
      logLevel: 'silent',
      ...config,
    },
    clock,
    log: SILENT,
    memory: createMemory({ store, log: SILENT }),
    notify: async (notice) => {
      notices.push(notice);
      return true;
    },
    work,
    deferral: async () => null,
    logins: async () => [],
    ...more,
  });
  const again: Stage['again'] = (other) => createSchedule({ ...world(), ...other });
  return {
    ...{ clock, store, reports, notices, again },
    keepFor: async (ms) => {
      const end = new AbortController();
      const until = clock.now().getTime() + ms;
      const ticking = {
        ...clock,
        sleep: async (wait: number, signal: AbortSignal) => {
          await clock.sleep(wait, signal);
          if (clock.now().getTime() >= until) end.abort();
        },
      };
      const onReport = (report: JobReport): void => {
        reports.push(report);
        if (clock.now().getTime() >= until) end.abort();
      };
      await again({ clock: ticking }).keep({ isOnce: false, onReport }, end.signal);
    },
  };
}

const once = async ({ again, reports }: Stage): Promise<void> =>
  again().keep({ isOnce: true, onReport: (report) => reports.push(report) }, new AbortController().signal);
const named = ({ reports }: Stage, name: string): readonly JobReport[] => reports.filter((report) => report.name === name);
const trouble = (code: 'upstream' | 'login_needed' | 'lease_held' | 'rate_limited', retryAt?: Date): PipelineError =>
  new PipelineError(`it is ${code}`, { code, hint: 'Do something.', ...(retryAt === undefined ? {} : { retryAt }) });

describe('a schedule', () => {
  it('does each job in its time for a month', { timeout: 30_000 }, async () => {
    const kept = await stage();
    await kept.keepFor(30 * DAY_MS);
    const counts = Object.fromEntries([...new Set(kept.reports.map(({ name }) => name))].map((name) => [name, named(kept, name).length]));
    const { listening = 0, ...others } = counts;
    expect(listening).toBeGreaterThanOrEqual(1439);
    expect(listening).toBeLessThanOrEqual(1442);
    for (const [name, count] of Object.entries(others))
      expect([name, Math.abs(count - (name === 'retain' ? 5 : 30)) <= 1]).toEqual([name, true]);
    expect(Object.keys(others).sort()).toEqual(['check', 'enrich', 'library', 'playlists', 'retain', 'tops']);
    const overlaps = kept.reports.filter(({ startedAt }, at) => startedAt < (kept.reports[at - 1]?.endedAt ?? ''));
    expect(overlaps).toEqual([]);
  });

  it('catches up once after a week of sleep, what is lost soonest first', async () => {
    const kept = await stage();
    await kept.keepFor(DAY_MS);
    kept.clock.advance(7 * DAY_MS);
    kept.reports.length = 0;
    await once(kept);
    const names = kept.reports.map(({ name }) => name);
    expect(names.toSorted()).toEqual(['check', 'enrich', 'library', 'listening', 'playlists', 'retain', 'tops']);
    expect(names[0]).toBe('listening');
  });

  it('neither repeats nor forgets when it starts again', async () => {
    const kept = await stage();
    await once(kept);
    expect(kept.reports).toHaveLength(7);
    await once(kept);
    expect(kept.reports).toHaveLength(7);
    const jobs = await kept.again().plan();
    expect(jobs.every(({ startedAt, nextAt }) => startedAt !== null && nextAt !== null && nextAt > kept.clock.now().toISOString())).toBe(
      true,
    );
  });

  it('starts a job that was stopped half-way again at once, and one that took the process with it after a while', async () => {
    const kept = await stage();
    const end = new AbortController();
    const stopping: Partial<ScheduleWorld> = {
      work: {
        run: async () => {
          end.abort();
          throw new PipelineError('stopped', { code: 'cancelled' });
        },
        build: () => Promise.reject(new Error('not reached')),
        enrich: () => Promise.reject(new Error('not reached')),
        remove: () => Promise.reject(new Error('not reached')),
        compareRaw: () => Promise.reject(new Error('not reached')),
        schemaDrift: () => Promise.reject(new Error('not reached')),
      },
    };
    await kept.again(stopping).keep({ isOnce: false, onReport: (report) => kept.reports.push(report) }, end.signal);
    expect(kept.reports).toMatchObject([{ name: 'listening', outcome: 'cancelled' }]);
    const listening = async () => (await kept.again().plan()).find(({ name }) => name === 'listening');
    expect(await listening()).toMatchObject({ startedAt: null, nextAt: kept.clock.now().toISOString() });

    const dying: Partial<ScheduleWorld> = { work: { ...stopping.work, run: () => new Promise(() => undefined) } as Work };
    void kept.again(dying).keep({ isOnce: true, onReport: () => undefined }, new AbortController().signal);
    const inAWhile = new Date(kept.clock.now().getTime() + HOUR_MS / 4).toISOString();
    await expect.poll(listening).toMatchObject({ failures: 1, nextAt: inAWhile });
  });

  it('goes on after a failure, tries again later each time, and tells a person of the third', async () => {
    const kept = await stage(({ streams }) => (streams.includes('saved_tracks') ? trouble('upstream') : null));
    await kept.keepFor(DAY_MS);
    const waits = named(kept, 'library').map(({ endedAt, nextAt }) => (Date.parse(nextAt ?? '') - Date.parse(endedAt)) / 60_000);
    expect(waits.slice(0, 7)).toEqual([15, 30, 60, 120, 240, 360, 360]);
    expect(named(kept, 'listening').every(({ outcome }) => outcome === 'done')).toBe(true);
    expect(kept.notices).toMatchObject([
      { event: 'run_failed', account: 'ada', message: 'it is upstream', details: { job: 'library', code: 'upstream', failures: 3 } },
    ]);
  });

  it('asks Spotify nothing until the time that it named, and does the rest', async () => {
    const asked: Date[] = [];
    const until = new Date('2026-03-04T12:00:00Z');
    const kept: Stage = await stage(
      () => {
        asked.push(kept.clock.now());
        return kept.clock.now() < until ? trouble('rate_limited', until) : null;
      },
      { deferral: async () => (asked.length > 0 && kept.clock.now() < until ? { until: until.toISOString() } : null) },
    );
    await kept.keepFor(3 * DAY_MS);
    expect(asked.filter((at) => at < until)).toHaveLength(1);
    expect(named(kept, 'check').filter(({ startedAt }) => startedAt < until.toISOString()).length).toBeGreaterThan(0);
    expect(named(kept, 'listening')[1]).toMatchObject({ startedAt: until.toISOString(), outcome: 'done' });
    expect(kept.notices).toMatchObject([{ event: 'deferred', details: { until: until.toISOString() } }]);
  });

  it('tells once a day that a login is needed, and goes on with the other accounts', async () => {
    const config = { accounts: [account('ada'), account('kenji')] };
    const kept = await stage(({ accounts }) => (accounts[0] === 'ada' ? trouble('login_needed') : null), {}, config);
    await kept.keepFor(3 * DAY_MS - HOUR_MS);
    expect(kept.notices.map(({ event, account: of }) => [event, of])).toEqual(Array.from({ length: 3 }, () => ['login_needed', 'ada']));
    const [ada, kenji] = ['ada', 'kenji'].map((name) => named(kept, 'listening').filter((report) => report.account === name));
    expect(ada?.every(({ exitCode }) => exitCode === 4)).toBe(true);
    expect(kenji?.length).toBeGreaterThan(130);
    expect(kenji?.every(({ outcome }) => outcome === 'done')).toBe(true);
  });

  it('waits for another run to end without counting that as a failure', async () => {
    let isHeld = true;
    const kept = await stage(() => {
      if (isHeld) throw trouble('lease_held');
      return null;
    });
    await once(kept);
    expect(named(kept, 'listening')).toMatchObject([{ outcome: 'held', exitCode: 6 }]);
    isHeld = false;
    kept.clock.advance(2 * 60_000);
    await once(kept);
    expect(named(kept, 'listening')[1]).toMatchObject({ outcome: 'done' });
    expect((await kept.again().plan()).every(({ failures }) => failures === 0)).toBe(true);
  });

  it('tells at 30, 7 and 1 days that a login ends, once each', async () => {
    const ends = new Date('2026-05-01T12:00:00Z');
    const kept: Stage = await stage(
      () => null,
      {
        logins: async (): Promise<readonly LoginDates[]> => {
          const left = (ends.getTime() - kept.clock.now().getTime()) / DAY_MS;
          const level = left <= 0 ? 'ended' : left <= 1 ? 'day' : left <= 7 ? 'week' : left <= 30 ? 'month' : 'ok';
          const known = { loggedInAt: null, problem: null, from: 'credentials' } as const;
          return [{ ...known, account: 'ada', expiresAt: ends.toISOString(), daysLeft: Math.floor(left), level }];
        },
      },
      { schedule: { listening: { everyMs: 6 * HOUR_MS }, library: null, tops: null, playlists: null, enrich: null, check: null } },
    );
    await kept.keepFor(59 * DAY_MS);
    expect(kept.notices).toMatchObject([
      { event: 'login_expires', account: 'ada', details: { daysLeft: 29 } },
      { event: 'login_expires', account: 'ada', details: { daysLeft: 6 } },
    ]);
    await kept.keepFor(DAY_MS);
    expect(kept.notices[2]).toMatchObject({ event: 'login_expires', hint: expect.stringContaining('tonearm login --account ada') });
  });

  it('tells again what could not be delivered, until it is', async () => {
    let tries = 0;
    const kept = await stage(
      () => trouble('login_needed'),
      {
        notify: async () => {
          tries += 1;
          return tries > 3;
        },
      },
      { schedule: { library: null, tops: null, playlists: null, enrich: null, check: null, retain: null } },
    );
    await kept.keepFor(20 * HOUR_MS);
    expect(tries).toBe(4);
  });

  it('does what the settings say, a stream that they name by itself', async () => {
    const schedule = { saved_tracks: { cron: '0 4 * * *' }, library: { everyMs: 6 * HOUR_MS }, tops: null, enrich: null, check: null };
    const kept = await stage(() => null, {}, { schedule, retention: { web_api: null, export: null, sample: null } });
    const jobs = await kept.again().plan();
    expect(jobs.map(({ name, streams }) => [name, streams])).toEqual([
      ['listening', ['recently_played']],
      ['library', ['profile']],
      ['saved_tracks', ['saved_tracks']],
      ['playlists', ['playlists']],
    ]);
    await once(kept);
    const next = (await kept.again().plan()).find(({ name }) => name === 'saved_tracks')?.nextAt ?? '';
    expect(next.slice(0, 15)).toBe('2026-03-03T03:0');
  });

  it.each([
    [{}, false, 0],
    [{ build: null }, false, 0],
    [{ build: { everyMs: 24 * HOUR_MS } }, true, 4],
  ])('with %j has runs land only: %s', async (schedule, landOnly, builds) => {
    const asked = new Set<RunOptions['landOnly']>();
    const kept = await stage(
      ({ landOnly: only, streams }) => {
        if (!['build', 'enrich'].includes(String(streams[0]))) asked.add(only);
        return null;
      },
      {},
      { schedule },
    );
    await kept.keepFor(3 * 24 * HOUR_MS);
    expect([...asked]).toEqual([landOnly]);
    const built = kept.reports.filter(({ name }) => name === 'build');
    expect(Math.abs(built.length - builds)).toBeLessThanOrEqual(builds === 0 ? 0 : 1);
  });

  it('goes on where what it remembers is damaged, and says so', async () => {
    const kept = await stage();
    await kept.store.put('state/ada.schedule/000000000001.json', new TextEncoder().encode('{"jobs":'));
    await once(kept);
    expect(kept.reports).toHaveLength(7);
    await once(kept);
    expect(kept.reports).toHaveLength(7);
  });
});
