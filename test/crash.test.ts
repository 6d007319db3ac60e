import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_ID, CLIENT_SECRET, refreshTokenOf } from '../simulator/http/tokens.ts';
import { type SimulatorServer, serve } from '../simulator/server.ts';
import { createSystemClock, createVirtualClock } from '../src/kernel/clock.ts';
import type { App } from '../src/pipeline/app.ts';
import { createApp } from '../src/pipeline/wiring.ts';
import { copyOf, dataSums, expectWholeCatalog, expectWholeRaw, ofData } from './lake-facts.ts';
import { never, newFolder, type SampleAccount, SILENT, sampleAccount, tableSums } from './sample-account.ts';
import { soak } from './soak.ts';

const ROOT = join(import.meta.dirname, '..');
const FIXTURES = join(ROOT, 'fixtures', 'web-api', 'development');
const DAY_MS = 24 * 60 * 60 * 1000;
/** A lease that a dead process left ends within this. */
const AFTER_ANY_LEASE_MS = 60 * 60 * 1000;
/** At one time; two is what every machine has. */
const PARALLEL = 2;
const streams = ['saved_tracks', 'recently_played', 'playlists'];
const everything = { accounts: [], streams };

interface Ended {
  readonly signal: NodeJS.Signals | null;
  readonly code: number | null;
  readonly stderr: string;
}

const ended = (child: ChildProcess): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const stderr: Buffer[] = [];
    child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stderr: String(Buffer.concat(stderr)) }));
  });

let sample: SampleAccount;
let server: SimulatorServer;

/** The built program, that dies before its change number `at` of the file system. */
function tonearm(lake: string, verb: readonly string[], at: number): Promise<Ended> {
  const preload = `${new URL('./dying-process.mjs', import.meta.url).href}?at=${at}`;
  const env = {
    PATH: process.env.PATH ?? '',
    TONEARM_API_URL: `${server.url}/v1`,
    TONEARM_ACCOUNTS_URL: server.url,
    TONEARM_CLIENT_ID: CLIENT_ID,
    TONEARM_CLIENT_SECRET: CLIENT_SECRET,
    TONEARM_REFRESH_TOKEN: refreshTokenOf('ada'),
  };
  const argv = ['--import', preload, join(ROOT, 'bin', 'tonearm.mjs'), '--lake', lake, '--quiet', ...verb];
  return ended(spawn(process.execPath, argv, { cwd: lake, env, stdio: ['ignore', 'ignore', 'pipe'] }));
}

/** The next process on that lake, later than any lease; it needs no port. */
function appOn(lake: string): App {
  const clock = createVirtualClock(new Date(createSystemClock().now().getTime() + AFTER_ANY_LEASE_MS));
  const { accounts, ...rest } = sample.config;
  const mine = accounts.map((account) => ({ ...account, name: 'me' }));
  return createApp(
    { ...rest, lake, accounts: mine },
    { clock, log: SILENT, fetch: async (input, init) => sample.simulator.app.fetch(new Request(input, init)), progress: () => undefined },
  );
}

/** As many points among `changes` as the test has time for, spread over the whole and chosen by chance within their stretch. */
function pointsAmong(changes: number, wanted: number): readonly number[] {
  const count = Math.min(wanted, changes);
  return Array.from({ length: count }, (_, index) => {
    const [from, to] = [Math.floor((index * changes) / count), Math.floor(((index + 1) * changes) / count)];
    return from + 1 + Math.floor(Math.random() * (to - from));
  });
}

interface Case {
  readonly verb: readonly string[];
  /** Tables that count how often something was handed over. */
  readonly less: readonly string[];
  readonly again: (app: App) => ReturnType<App['run']>;
  readonly start: () => Promise<string>;
  readonly points: number;
}

/** Kills the verb at each of the points, runs it again to its end and compares the tables with those of an undisturbed one. */
async function survives({ verb, less, again, start, points }: Case): Promise<void> {
  const undisturbed = await start();
  const whole = await tonearm(undisturbed, verb, 0);
  expect(whole).toMatchObject({ code: 0 });
  const changes = Number(/changes: (\d+)/.exec(whole.stderr)?.[1]);
  expect(changes).toBeGreaterThan(points);
  const expected = await dataSums(appOn(undisturbed), less);
  const chosen = pointsAmong(changes, points);
  const next = chosen.entries();
  const work = async (): Promise<void> => {
    for (const [index, at] of next) {
      const lake = await start();
      const death = await tonearm(lake, verb, at);
      expect(death, `change ${at} of ${changes}`).toMatchObject({ signal: 'SIGKILL' });
      const app = appOn(lake);
      const summary = await again(app);
      expect(summary.outcomes, `killed at change ${at} of ${changes}`).toEqual([]);
      const before = await tableSums(app);
      expect(ofData(before, less), `killed at change ${at} of ${changes}`).toEqual(expected);
      await expectWholeCatalog(app);
      await expectWholeRaw(app);
      if (index % 7 === 0) {
        await app.rebuild(never);
        expect(await tableSums(app), `rebuilt after a kill at change ${at} of ${changes}`).toEqual(before);
      }
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
}

let listening: string;
let imported: string;

beforeAll(async () => {
  sample = sampleAccount({ mode: 'development', artists: 25, playsPerDay: 12, joinedOn: '2026-02-20', streams });
  server = await serve(sample.simulator, { port: 0 });
  listening = newFolder();
  const first = await appOn(listening).run(everything, never);
  expect(first.outcomes).toEqual([]);
  sample.clock.advance(DAY_MS);
  imported = newFolder();
}, 60_000);

afterAll(() => server.close());

describe('a process killed at any point and run again gives the tables of an undisturbed one', () => {
  const timeout = soak(120_000, 3_600_000);

  it('run, on a lake that a run filled the day before', { timeout }, async () => {
    await survives({
      verb: ['run', '--stream', ...streams],
      less: ['play_evidence'],
      again: (app) => app.run(everything, never),
      start: () => copyOf(listening),
      points: soak(4, 100),
    });
  });

  it('import, on an empty lake', { timeout }, async () => {
    await survives({
      verb: ['import', FIXTURES],
      less: [],
      again: (app) => app.importFiles([FIXTURES], { account: null }, never),
      start: () => copyOf(imported),
      points: soak(3, 70),
    });
  });

  it('rebuild, of a lake that a run filled', { timeout }, async () => {
    await survives({
      verb: ['rebuild'],
      less: [],
      again: (app) => app.rebuild(never),
      start: () => copyOf(listening),
      points: soak(3, 50),
    });
  });
});
