import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RateLimit } from '../simulator/http/rate-limit.ts';
import { CLIENT_ID, CLIENT_SECRET, refreshTokenOf } from '../simulator/http/tokens.ts';
import { DEFAULT_ACCOUNTS, type Habits } from '../simulator/listener/account.ts';
import type { LatePlayedAt } from '../simulator/listener/played-at.ts';
import { createSimulator, type Simulator } from '../simulator/simulator.ts';
import type { Config } from '../src/config.ts';
import { createVirtualClock, type VirtualClock } from '../src/kernel/clock.ts';
import type { Log } from '../src/kernel/log.ts';
import type { App, Effects } from '../src/pipeline/app.ts';
import { STREAM_CHOICES } from '../src/pipeline/settings.ts';
import { createApp } from '../src/pipeline/wiring.ts';

export const SILENT: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

export interface SampleAccount {
  readonly clock: VirtualClock;
  readonly simulator: Simulator;
  readonly app: App;
  readonly config: Config;
  /** For another pipeline over the same account. */
  readonly effects: Effects;
}

export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'tonearm-lake-'));

/** A pipeline in this process that reads a simulated account, both on one virtual clock; no port is opened. */
export function sampleAccount(options: {
  readonly mode: 'development' | 'extended';
  readonly seed?: string;
  readonly lake?: string;
  readonly streams?: readonly string[];
  /** Everything an account has, in place of the three streams that most tests need. */
  readonly allStreams?: boolean;
  readonly artists?: number;
  readonly playsPerDay?: number;
  /** Day the account began to listen: a short past makes a small world. */
  readonly joinedOn?: string;
  readonly startsAt?: Date;
  readonly habits?: Habits;
  readonly latePlayedAt?: LatePlayedAt;
  readonly rateLimit?: RateLimit;
  /** Each refresh gives a new refresh token, and the old one ends. */
  readonly rotatesTokens?: boolean;
}): SampleAccount {
  const clock = createVirtualClock(options.startsAt ?? new Date('2026-03-02T12:00:00Z'));
  const accounts = DEFAULT_ACCOUNTS.map((account) => ({
    ...account,
    joinedOn: options.joinedOn ?? account.joinedOn,
    playsPerDay: options.playsPerDay ?? account.playsPerDay,
    ...(options.habits === undefined ? {} : { habits: options.habits }),
  }));
  const simulator = createSimulator({
    ...{ seed: options.seed ?? 'seven', mode: options.mode, clock, artists: options.artists ?? 60, accounts },
    ...(options.latePlayedAt === undefined ? {} : { latePlayedAt: options.latePlayedAt }),
    ...(options.rateLimit === undefined ? {} : { rateLimit: options.rateLimit }),
    ...(options.rotatesTokens === true ? { refreshAnswers: { confidential: 'new' } } : {}),
  });
  const config: Config = {
    lake: options.lake ?? newFolder(),
    spotify: {
      apiUrl: 'http://127.0.0.1:9/v1',
      accountsUrl: 'http://127.0.0.1:9',
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      maxRetryAfterMs: 60_000,
    },
    credentials: null,
    accounts: [
      {
        name: 'ada',
        refreshToken: refreshTokenOf('ada'),
        timeZone: 'Europe/Berlin',
        streams: options.allStreams === true ? STREAM_CHOICES : (options.streams ?? ['saved_tracks', 'recently_played', 'playlists']),
      },
    ],
    watch: null,
    openLineage: null,
    retention: { web_api: null, export: null, sample: null },
    enrichment: { requestsPerRun: 0 },
    memoryLimit: '1GB',
    threads: 1,
    logLevel: 'silent',
  };
  const effects: Effects = {
    clock,
    log: SILENT,
    fetch: async (input, init) => simulator.app.fetch(new Request(input, init)),
    progress: () => undefined,
  };
  return { clock, simulator, app: createApp(config, effects), config, effects };
}

export const never = new AbortController().signal;

/** Every stored partition with its rows and checksum: two lakes with the same list hold the same rows. Partitions of `quarantine` depend on when it was landed. */
export async function tableSums(app: App): Promise<readonly string[]> {
  return (await app.tableSums({ table: null }, never))
    .filter(({ table }) => table !== 'checks')
    .map(({ table, partition, rows, checksum }) => `${table}/${partition} ${rows} ${checksum}`)
    .sort();
}
