/** A Spotify, an account holder's machine and a lake, all on one virtual clock: what a year unattended is made of. */
import { rmSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { habitsFor, webApiOptionsFor } from '../simulator/export/quirks.ts';
import type { FaultInput } from '../simulator/http/faults.ts';
import { CLIENT_ID, CLIENT_SECRET, refreshTokenOf } from '../simulator/http/tokens.ts';
import { createSimulator, type Simulator } from '../simulator/simulator.ts';
import type { Config } from '../src/config.ts';
import { type Clock, createVirtualClock, type VirtualClock } from '../src/kernel/clock.ts';
import type { Log } from '../src/kernel/log.ts';
import { createCachedLocalFiles } from '../src/landing/local-files.ts';
import { createMemoryStore } from '../src/landing/memory-store.ts';
import type { App } from '../src/pipeline/app.ts';
import type { JobReport } from '../src/pipeline/schedule/answers.ts';
import { createApp } from '../src/pipeline/wiring.ts';
import { addressAfter } from './browser.ts';
import { never, newFolder, SILENT } from './sample-account.ts';
import { YEAR_QUIRKS } from './year-exports.ts';
import { DAY_MS, type YearPlan } from './year-plan.ts';

export interface YearWorld {
  readonly simulator: Simulator;
  readonly clock: VirtualClock;
  readonly app: App;
  readonly folder: string;
  readonly warnings: string[];
  /** Another process on the same lake, by a person who answers at once. */
  login(account: string): Promise<void>;
  /** Replaces what goes wrong for a while; what is so for good stays. */
  troubles(faults: readonly FaultInput[]): void;
  forGood(fault: FaultInput): void;
  /** The schedule runs until then and is stopped, whatever it is at. */
  keepUntil(time: number, onReport: (report: JobReport) => void): Promise<void>;
  /** What the machine holds of the lake beside the lake itself. */
  emptyCache(): Promise<void>;
  remove(): void;
}

export const SEED = 'a year';

export function createYearWorld({ from, joinedOn }: Pick<YearPlan, 'from' | 'joinedOn'>): YearWorld {
  const clock = createVirtualClock(from);
  const common = { joinedOn, ...habitsFor(YEAR_QUIRKS) };
  const simulator = createSimulator({
    ...{ seed: SEED, mode: 'development', clock, artists: 40 },
    accounts: [
      { ...common, name: 'ada', displayName: 'Ada', country: 'DE', utcOffsetMinutes: 60, playsPerDay: 30 },
      { ...common, name: 'kenji', displayName: 'Kenji', country: 'JP', utcOffsetMinutes: 540, playsPerDay: 12 },
    ],
    ...webApiOptionsFor(YEAR_QUIRKS),
  });
  const folder = newFolder();
  const store = createMemoryStore();
  const cache = join(folder, 'cache');
  const lake = { store, files: createCachedLocalFiles(store, cache), tempDir: join(folder, 'work') };
  const config: Config = {
    lake: folder,
    spotify: {
      apiUrl: 'http://127.0.0.1:9/v1',
      accountsUrl: 'http://127.0.0.1:9',
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      maxRetryAfterMs: 60_000,
    },
    credentials: join(folder, 'logins'),
    accounts: [
      { name: 'ada', refreshToken: null, timeZone: 'Europe/Berlin', streams: ['recently_played', 'saved_tracks', 'followed_artists'] },
      { name: 'kenji', refreshToken: refreshTokenOf('kenji'), timeZone: 'Asia/Tokyo', streams: ['saved_tracks', 'followed_artists'] },
    ],
    watch: null,
    openLineage: null,
    retention: { web_api: null, export: null, sample: null },
    enrichment: { requestsPerRun: 0 },
    schedule: { build: { cron: '30 4 * * *' }, check: { everyMs: 7 * DAY_MS }, enrich: null },
    memoryLimit: '1GB',
    threads: 2,
    logLevel: 'silent',
  };
  const warnings: string[] = [];
  const log: Log = { ...SILENT, warn: (message) => warnings.push(`${clock.now().toISOString()} ${message}`) };
  const ask: typeof fetch = async (input, init) => simulator.app.fetch(new Request(input, init));
  const effects = { clock, log, fetch: ask, progress: () => undefined };
  const standing: FaultInput[] = [];
  let end: { readonly at: number; readonly stop: AbortController } | null = null;
  const running: Clock = {
    now: clock.now,
    sleep: async (ms, signal) => {
      await clock.sleep(ms, signal);
      if (end !== null && clock.now().getTime() >= end.at) end.stop.abort();
    },
  };
  const app = createApp(config, { ...effects, clock: running }, lake);
  return {
    ...{ simulator, clock, folder, warnings, app },
    keepUntil: async (at, onReport) => {
      const stop = new AbortController();
      end = { at, stop };
      if (clock.now().getTime() < at) await app.schedule.keep({ isOnce: false, onReport }, stop.signal);
    },
    login: async (account) => {
      const { logins } = createApp(config, { ...effects, clock: patient(clock) }, lake);
      let address = '';
      const dialogue = {
        invite: async ({ url }: { readonly url: string }) => {
          address = (await addressAfter(url, { account, fetch: ask })).href;
        },
        nextLine: async () => address,
        turnedDown: (why: Error) => {
          throw why;
        },
      };
      await logins.login({ account, redirectUri: null, port: null, listens: false, timeoutMs: 60_000 }, dialogue, never);
    },
    troubles: (faults) => simulator.faults.set([...faults, ...standing]),
    forGood: (fault) => {
      standing.push(fault);
      simulator.faults.set(standing);
    },
    emptyCache: async () => {
      for (const name of await readdir(cache).catch(() => [])) await rm(join(cache, name), { recursive: true });
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The same time, which does not go on while a person is waited for. */
const patient = (clock: Clock): Clock => ({
  now: clock.now,
  sleep: (_, signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('no longer waited for')))),
});
