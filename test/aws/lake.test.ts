import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createSystemClock, createVirtualClock } from '../../src/kernel/clock.ts';
import type { App } from '../../src/pipeline/app.ts';
import { createApp } from '../../src/pipeline/wiring.ts';
import { createTestCli, ensureBuilt } from '../../src/surfaces/cli/testing.ts';
import { dataSums, expectWholeCatalog, expectWholeRaw } from '../lake-facts.ts';
import { never, newFolder, type SampleAccount, sampleAccount } from '../sample-account.ts';
import { soak } from '../soak.ts';
import { describeWithS3, type Moto } from './moto.ts';
import { throughProxy } from './proxy.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const FIXTURES = join(ROOT, 'fixtures', 'web-api', 'development');
const HOUR_MS = 60 * 60 * 1000;
const streams = ['saved_tracks', 'recently_played', 'playlists'];
const everything = { accounts: [], streams };
/** Equal records of two writers share a row of evidence, which counts them. */
const COUNTS = ['play_evidence'];

const small = (): SampleAccount => sampleAccount({ mode: 'development', artists: 10, playsPerDay: 8, joinedOn: '2026-02-27', streams });

interface Bucket {
  readonly lake: string;
  readonly endpoint: string;
}

async function newBucket(moto: Moto): Promise<Bucket> {
  const { bucket, endpoint } = await moto.bucket();
  return { lake: `s3://${bucket}/my/lake`, endpoint: endpoint ?? '' };
}

/** A pipeline of its own on the bucket, with its own cache, whose clock is so far ahead that no other's lease holds it up. */
function appOn({ lake, endpoint }: Bucket, { config, effects, clock }: SampleAccount, hoursAhead = 0): App {
  const bucket = { endpoint, region: null, pathStyle: true, cacheFolder: newFolder(), cacheBytes: 1e9 };
  const ahead = hoursAhead === 0 ? clock : createVirtualClock(new Date(clock.now().getTime() + hoursAhead * HOUR_MS));
  return createApp({ ...config, lake, bucket }, { ...effects, clock: ahead });
}

async function filledWith(app: App): Promise<App> {
  expect((await app.run(everything, never)).outcomes).toEqual([]);
  expect((await app.importFiles([FIXTURES], { account: 'ada' }, never)).outcomes).toEqual([]);
  return app;
}

/** The same, as soon as somebody else has begun to work: from then on the two do not wait for each other. */
async function onceOtherWorks(app: App): Promise<App> {
  for (;;) {
    for await (const { size } of app.store.list('state/lease/')) if (size > 0) return app;
    await setImmediate();
  }
}

/** What two lakes of the same inputs share: without the tables that say what happened when. */
const shared = (said: string): string => said.replace(/^(api_requests|checks|run_streams|runs) .*\n/gm, '');

const settings = ({ lake, endpoint }: Bucket): string => `lake: ${lake}\ns3: {endpoint: "${endpoint}"}\n`;

describeWithS3('a lake in a bucket', (moto: () => Moto) => {
  const imported = async (app: App): Promise<App> => {
    expect((await app.importFiles([FIXTURES], { account: null }, never)).outcomes).toEqual([]);
    return app;
  };
  let known: Promise<readonly string[]> | null = null;
  /** What a lake holds whose first import came to its end. */
  const undisturbed = (sample: SampleAccount): Promise<readonly string[]> => {
    known ??= newBucket(moto()).then(async (bucket) => dataSums(await imported(appOn(bucket, sample))));
    return known;
  };

  it('has the same tables as one in a folder, after a run, an import and a rebuild', { timeout: 60_000 }, async () => {
    const [here, there] = [small(), small()];
    const bucket = await newBucket(moto());
    const folder = await filledWith(here.app);
    const app = await filledWith(appOn(bucket, there));
    const expected = await dataSums(folder);
    expect(expected.length).toBeGreaterThan(10);
    expect(await dataSums(app)).toEqual(expected);
    expect((await app.rebuild(never)).outcomes).toEqual([]);
    expect(await dataSums(appOn(bucket, there))).toEqual(expected);
    await expectWholeCatalog(app);
    await expectWholeRaw(app);
  });

  it('loses nothing to two builders at once', { timeout: 120_000 }, async () => {
    const sample = small();
    const bucket = await newBucket(moto());
    const first = appOn(bucket, sample);
    await first.run(everything, never);
    // What the first run left there would look like a writer at work.
    const leases: string[] = [];
    for await (const { key } of first.store.list('state/lease/')) leases.push(key);
    await first.store.remove(leases);
    sample.clock.advance(24 * HOUR_MS);
    const rebuilding = appOn(bucket, sample, 1).rebuild(never);
    const other = await onceOtherWorks(appOn(bucket, sample, 3));
    const summaries = await Promise.all([rebuilding, other.importFiles([FIXTURES], { account: 'ada' }, never)]);
    expect(summaries.flatMap(({ outcomes }) => outcomes)).toEqual([]);
    const app = appOn(bucket, sample, 6);
    await expectWholeCatalog(app);
    const found = await dataSums(app, COUNTS);
    expect((await app.rebuild(never)).outcomes).toEqual([]);
    expect(await dataSums(app, COUNTS)).toEqual(found);
  });

  it.each(soak([14], [5, 14]))(
    'a writer killed in the middle of its write number %i leaves a lake that the next one finishes',
    { timeout: 60_000 },
    async (at) => {
      await ensureBuilt();
      const bucket = await newBucket(moto());
      const folder = newFolder();
      let writes = 0;
      let kill: () => void = () => undefined;
      const signal = await throughProxy(
        bucket.endpoint,
        (incoming, _, forward) => {
          writes += incoming.method === 'PUT' ? 1 : 0;
          if (incoming.method === 'PUT' && writes === at) incoming.once('data', () => kill());
          else forward();
        },
        async (endpoint) => {
          await writeFile(join(folder, 'tonearm.yaml'), settings({ ...bucket, endpoint }));
          const env = { ...process.env, HOME: folder, TONEARM_CACHE: join(folder, 'cache') };
          const child = spawn(process.execPath, [join(ROOT, 'bin', 'tonearm.mjs'), '--quiet', 'import', FIXTURES], {
            cwd: folder,
            env,
            stdio: 'ignore',
          });
          kill = () => child.kill('SIGKILL');
          const [, ended] = await once(child, 'close');
          return ended as string | null;
        },
      );
      expect(signal).toBe('SIGKILL');
      const sample = small();
      sample.clock.set(new Date(createSystemClock().now().getTime() + HOUR_MS));
      const spotify = { ...sample.config.spotify, apiUrl: 'https://api.spotify.com/v1', accountsUrl: 'https://accounts.spotify.com' };
      const accounts = sample.config.accounts.map((one) => ({ ...one, name: 'me' }));
      const named = { ...sample, config: { ...sample.config, spotify, accounts } };
      const app = await imported(appOn(bucket, named));
      await expectWholeCatalog(app);
      expect(await dataSums(app)).toEqual(await undisturbed(named));
    },
  );

  it('is queried, looked after and purged by the command line as one in a folder is', { timeout: 60_000 }, async () => {
    const bucket = await newBucket(moto());
    const cli = await createTestCli();
    await writeFile(join(cli.folder, 'tonearm.yaml'), settings(bucket));
    await mkdir(join(cli.folder, 'here'));
    const env = { HOME: cli.folder, TONEARM_CACHE: join(cli.folder, 'cache') };
    const both = async (words: string): Promise<readonly string[]> => {
      const answers: string[] = [];
      for (const lake of ['here/lake', `${bucket.lake}/`]) {
        const said = await cli.run(['--lake', lake, ...words.split(' ')], { env });
        expect([words, said.exitCode, said.stderr]).toEqual([words, 0, expect.not.stringContaining('error')]);
        answers.push(said.stdout);
      }
      return answers;
    };
    await both(`--quiet import ${FIXTURES}`);
    for (const words of [
      'query --format csv from/**/tracks/**/select/**/name,duration_ms/**/order/**/by/**/all',
      'tables --checksums',
      'report',
    ]) {
      const [here = '', there = ''] = await both(words);
      expect(shared(there)).toBe(shared(here));
    }
    const copies = async (): Promise<readonly string[]> =>
      (await readdir(join(cli.folder, 'cache'), { recursive: true })).filter((name) => name.endsWith('.parquet'));
    const before = await copies();
    expect(before.length).toBeGreaterThan(3);
    expect((await cli.run('status', { env })).stdout).toContain(`lake: ${bucket.lake}\n`);
    const doctor = JSON.parse((await cli.run('--json doctor', { env })).stdout) as { findings: { check: string; state: string }[] };
    expect(doctor.findings.find(({ check }) => check === 'lake bucket')).toMatchObject({ state: 'ok' });
    expect(doctor.findings.filter(({ state }) => state === 'fail')).toEqual([]);
    await both('--quiet purge --account me --confirm');
    expect((await copies()).filter((copy) => before.includes(copy))).toEqual([]);
    const [, , name] = bucket.lake.split('/');
    const raw = await fetch(`${bucket.endpoint}/${name}?list-type=2&prefix=my/lake/raw/`).then((answer) => answer.text());
    expect(raw).toContain('account=_app');
    expect(raw).not.toContain('account=me');
    await cli.remove();
  });
});
