import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_ID, CLIENT_SECRET, refreshTokenOf } from '../simulator/http/tokens.ts';
import { serve } from '../simulator/server.ts';
import { createVirtualClock } from '../src/kernel/clock.ts';
import type { App } from '../src/pipeline/app.ts';
import { createApp } from '../src/pipeline/wiring.ts';
import { copyOf, dataSums, expectWholeCatalog, expectWholeRaw, ofData, select } from './lake-facts.ts';
import { never, newFolder, type SampleAccount, SILENT, sampleAccount, tableSums } from './sample-account.ts';
import { isSoak, soak } from './soak.ts';

const ROOT = join(import.meta.dirname, '..');
const FIXTURES = join(ROOT, 'fixtures', 'web-api', 'development');
const HOUR_MS = 60 * 60 * 1000;
const streams = ['saved_tracks', 'recently_played', 'playlists'];
const everything = { accounts: [], streams };
/** Equal records of two writers share a row of evidence, which counts them. */
const COUNTS = ['play_evidence'];

const small = (): SampleAccount => sampleAccount({ mode: 'development', artists: 25, playsPerDay: 12, joinedOn: '2026-02-20', streams });

/** A pipeline of its own on a lake, whose clock is so far ahead that no other's lease holds it up. */
function writer({ config, simulator, clock }: SampleAccount, lake: string, hoursAhead: number): App {
  return createApp(
    { ...config, lake },
    {
      clock: createVirtualClock(new Date(clock.now().getTime() + hoursAhead * HOUR_MS)),
      log: SILENT,
      fetch: async (input, init) => simulator.app.fetch(new Request(input, init)),
      progress: () => undefined,
    },
  );
}

/** The same, as soon as somebody else has begun to work: from then on the two do not wait for each other. */
async function onceOtherWorks(app: App): Promise<App> {
  for (;;) {
    for await (const { size } of app.store.list('state/lease/')) if (size > 0) return app;
    await setImmediate();
  }
}

type Verb = (app: App) => Promise<{ readonly outcomes: readonly unknown[] }>;
const run: Verb = (app) => app.run(everything, never);
const imports: Verb = (app) => app.importFiles([FIXTURES], { account: 'ada' }, never);
const rebuild: Verb = (app) => app.rebuild(never);

describe('two writers at once lose nothing and double nothing', () => {
  const pairs: Readonly<Record<string, readonly [Verb, Verb]>> = {
    'run and run': [run, run],
    'run and import': [run, imports],
    'import and import': [imports, imports],
    'rebuild and run': [rebuild, run],
  };

  const sample = small();
  const start = newFolder();

  beforeAll(async () => {
    expect((await run(writer(sample, start, 0))).outcomes).toEqual([]);
    // What the first run left there would look like a writer at work.
    await rm(join(start, 'state', 'lease'), { recursive: true });
    sample.clock.advance(24 * HOUR_MS);
  }, 60_000);

  it.each(Object.entries(pairs))('%s', { timeout: 600_000 }, async (_, [one, other]) => {
    const undisturbed = await copyOf(start);
    for (const [hours, verb] of [one, other].entries()) await verb(writer(sample, undisturbed, hours));
    const expected = await dataSums(writer(sample, undisturbed, 2), COUNTS);
    for (let round = 0; round < soak(1, 25); round += 1) {
      const lake = await copyOf(start);
      const earlier = one(writer(sample, lake, 0));
      const later = await onceOtherWorks(writer(sample, lake, 1)).then(other);
      for (const { outcomes } of [await earlier, later]) expect(outcomes).toEqual([]);
      const app = writer(sample, lake, 2);
      const before = await tableSums(app);
      expect(ofData(before, COUNTS)).toEqual(expected);
      await expectWholeCatalog(app);
      await expectWholeRaw(app);
      // Of what each of the verbs landed beside another; the soak rebuilds after all four.
      if (isSoak || one !== other) {
        await rebuild(app);
        expect(await tableSums(app)).toEqual(before);
      }
    }
  });

  it('two processes: each is done, or says that the other is at work', { timeout: 600_000 }, async () => {
    const sample = small();
    const server = await serve(sample.simulator, { port: 0 });
    const env = {
      TONEARM_API_URL: `${server.url}/v1`,
      TONEARM_ACCOUNTS_URL: server.url,
      TONEARM_CLIENT_ID: CLIENT_ID,
      TONEARM_CLIENT_SECRET: CLIENT_SECRET,
      TONEARM_REFRESH_TOKEN: refreshTokenOf('ada'),
    };
    const tonearm = async (lake: string): Promise<number> => {
      const argv = [join(ROOT, 'bin', 'tonearm.mjs'), '--lake', lake, '--quiet', 'run', '--stream', ...streams];
      const ended = promisify(execFile)(process.execPath, argv, { cwd: lake, env });
      return ended.then(
        () => 0,
        (error: { code: number; stderr: string }) => {
          if (error.code !== 6) throw error;
          return error.code;
        },
      );
    };
    try {
      const alone = newFolder();
      expect(await tonearm(alone)).toBe(0);
      const expected = await dataSums(writer(sample, alone, 0), COUNTS);
      for (let round = 0; round < soak(1, 25); round += 1) {
        const lake = newFolder();
        const codes = await Promise.all([tonearm(lake), tonearm(lake)]);
        expect(codes).toContain(0);
        for (const code of codes) expect([0, 6]).toContain(code);
        const app = writer(sample, lake, 0);
        expect(await dataSums(app, COUNTS)).toEqual(expected);
        await expectWholeCatalog(app);
      }
    } finally {
      await server.close();
    }
  });
});

describe('a reader', () => {
  it('sees one whole version per query while others are committed', { timeout: 120_000 }, async () => {
    const COMMITS = soak(6, 10);
    const sample = small();
    const write = async (): Promise<void> => {
      for (let commit = 0; commit < COMMITS; commit += 1) {
        await sample.app.run({ accounts: [], streams: ['recently_played'] }, never);
        sample.clock.advance(8 * HOUR_MS);
      }
    };
    const reader = writer(sample, sample.config.lake, 0);
    const engine = await reader.engine();
    const sql = `select (select count(*) from plays)::integer as plays,
      (select count(distinct play_id) from play_evidence)::integer as told,
      (select count(*) from plays as p anti join play_evidence as e using (play_id))::integer as untold,
      (select coalesce(sum(plays_any), 0) from plays_hourly)::integer as rolled_up`;
    const seen = new Set<number>();
    let isWriting = true;
    const writing = write().finally(() => {
      isWriting = false;
    });
    for (let isLast = false; !isLast; ) {
      isLast = !isWriting;
      const limits = { rows: 10, bytes: 10_000, ms: 60_000 };
      const { batches, catalogVersion } = await engine.query({ sql, params: {}, limits, trust: 'ours' }, never);
      for await (const [row = []] of batches) {
        const [plays, told, untold, rolledUp] = row;
        expect({ catalogVersion, told, untold, rolledUp }).toEqual({ catalogVersion, told: plays, untold: 0, rolledUp: plays });
      }
      seen.add(catalogVersion);
    }
    await writing;
    await engine.close();
    expect(seen.size).toBeGreaterThan(COMMITS / 2);
    expect(Math.max(...seen)).toBe((await sample.app.catalog.current()).version);
    const [[plays] = []] = await select(reader, 'select count(*)::integer from plays');
    expect(plays).toBeGreaterThan(50);
  });
});
