import { execFile, execFileSync } from 'node:child_process';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { createSystemClock, createVirtualClock } from '../src/kernel/clock.ts';
import { asPipelineError, type PipelineError } from '../src/kernel/errors.ts';
import { exitCodeOf } from '../src/kernel/exit-code.ts';
import type { App } from '../src/pipeline/app.ts';
import { createApp } from '../src/pipeline/wiring.ts';
import { copyOf, dataSums, expectWholeCatalog, select } from './lake-facts.ts';
import { never, newFolder, type SampleAccount, SILENT, sampleAccount } from './sample-account.ts';
import { soak } from './soak.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'web-api', 'development');
const PROGRAM = join(import.meta.dirname, '..', 'bin', 'tonearm.mjs');
const HOUR_MS = 60 * 60 * 1000;
const NOBODY = 65534;
const isRoot = process.getuid?.() === 0 && process.platform === 'linux';
const everything = { accounts: [], streams: [] };

let sample: SampleAccount;
let whole: string;
let sums: readonly string[];

/** A pipeline on a lake, so many hours after the first. */
function appOn(lake: string, hours = 1, from = sample.clock.now()): App {
  return createApp(
    { ...sample.config, lake },
    {
      clock: createVirtualClock(new Date(from.getTime() + hours * HOUR_MS)),
      log: SILENT,
      fetch: async (input, init) => sample.simulator.app.fetch(new Request(input, init)),
      progress: () => undefined,
    },
  );
}

/** The same after programs of their own were at the lake, which go by this machine's clock. */
const afterPrograms = (lake: string): App => appOn(lake, 1, createSystemClock().now());

beforeAll(async () => {
  sample = sampleAccount({ mode: 'development', artists: 25, playsPerDay: 12, joinedOn: '2026-02-20' });
  whole = newFolder();
  const app = appOn(whole, 0);
  expect((await app.run(everything, never)).outcomes).toEqual([]);
  sums = await dataSums(app);
}, 60_000);

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

/** How the verb failed: its outcomes, all of one kind (a full disk fails a stream, and then the build), or what it threw. The test fails where it did not. */
async function failureOf(work: () => Promise<{ readonly outcomes: readonly Failure[] }>): Promise<Failure> {
  const outcomes = await work().then(
    (summary) => summary.outcomes,
    (error: unknown) => [asPipelineError(error)],
  );
  expect([...new Set(outcomes.map(({ code }) => code))], JSON.stringify(outcomes)).toHaveLength(1);
  const [failure] = outcomes;
  if (failure === undefined) throw new Error('nothing failed');
  return failure;
}

function expectFailure(failure: Failure, code: PipelineError['code'], named: string | RegExp): void {
  expect(failure.code, failure.message).toBe(code);
  expect(exitCodeOf(code)).toBe(1);
  expect(failure.message).toMatch(named);
  expect(failure.hint).toMatch(/[a-z]{3,}/);
}

async function keyLike(app: App, pattern: RegExp): Promise<string> {
  for await (const { key } of app.store.list('')) if (pattern.test(key)) return key;
  throw new Error(`no key like ${pattern}`);
}

async function flipBit(path: string, at: (size: number) => number): Promise<void> {
  const bytes = await readFile(path);
  const place = at(bytes.length);
  bytes[place] = (bytes[place] ?? 0) ^ 0x10;
  await writeFile(path, bytes);
}

async function halve(path: string): Promise<void> {
  const bytes = await readFile(path);
  await writeFile(path, bytes.subarray(0, Math.floor(bytes.length / 2)));
}

describe('a stored file that is damaged is named, and the lake is right again once it is mended', () => {
  it('a bit of a raw object, wherever it is flipped', { timeout: 60_000 }, async () => {
    for (const share of soak([0.6], [0.3, 0.6, 0.95])) {
      const lake = await copyOf(whole);
      const app = appOn(lake);
      const key = await keyLike(app, /^raw\/recently_played\//);
      const sound = await readFile(join(lake, key));
      await flipBit(join(lake, key), (size) => Math.floor(size * share));
      expectFailure(await failureOf(() => app.rebuild(never)), 'corrupt', key);
      expect(await dataSums(app)).toEqual(sums);
      await writeFile(join(lake, key), sound);
      expect((await appOn(lake, 2).rebuild(never)).outcomes).toEqual([]);
      expect(await dataSums(app)).toEqual(sums);
    }
  });

  it('a table file that is gone, or whose footer or first page is damaged', { timeout: 60_000 }, async () => {
    // DuckDB does not say in which file a page cannot be read.
    const damages: readonly (readonly [RegExp, (path: string) => Promise<void>])[] = [
      [/tables\/plays\//, (path) => rm(path)],
      [/tables\/plays\//, halve],
      [/tables\/plays\//, (path) => flipBit(path, (size) => size - 6)],
      [/table file/, (path) => flipBit(path, () => 5)],
    ];
    for (const [named, damage] of damages) {
      const lake = await copyOf(whole);
      const app = appOn(lake);
      const key = await keyLike(app, /^tables\/plays\/.*parquet$/);
      await damage(join(lake, key));
      const asked = await failureOf(async () => ({ outcomes: [asPipelineError(await select(app, 'select * from plays'))] }));
      expectFailure(asked, 'corrupt', named);
      expect(asked.hint).toContain('rebuild');
      expect((await appOn(lake, 2).rebuild(never)).outcomes).toEqual([]);
      expect(await dataSums(appOn(lake))).toEqual(sums);
      expect((await select(appOn(lake), 'select count(*)::integer from plays'))[0]?.[0]).toBeGreaterThan(0);
    }
  });

  it('half a catalog, which rebuild makes anew', { timeout: 60_000 }, async () => {
    const lake = await copyOf(whole);
    const app = appOn(lake);
    await halve(join(lake, 'catalog/000000000001.json'));
    expectFailure(await failureOf(() => app.run(everything, never)), 'corrupt', 'catalog/000000000001.json');
    expect((await appOn(lake, 2).rebuild(never)).outcomes).toEqual([]);
    expect((await appOn(lake, 3).run(everything, never)).outcomes).toEqual([]);
    await expectWholeCatalog(appOn(lake, 3));
  });

  it('half a landing note', { timeout: 60_000 }, async () => {
    const lake = await copyOf(whole);
    const app = appOn(lake);
    const key = await keyLike(app, /^landed\//);
    const sound = await readFile(join(lake, key));
    await halve(join(lake, key));
    expectFailure(await failureOf(() => app.rebuild(never)), 'corrupt', key);
    await writeFile(join(lake, key), sound);
    expect((await appOn(lake, 2).rebuild(never)).outcomes).toEqual([]);
    expect(await dataSums(app)).toEqual(sums);
  });
});

describe('a clock that is wrong', () => {
  const clocks = [
    ['an hour ahead', 1],
    ['three days behind', -72],
    ['an hour behind', -1],
    ['a year behind', -365 * 24],
  ] as const;
  it.each(clocks.slice(0, soak(1, 4)))('%s between two runs loses nothing', { timeout: 60_000 }, async (_, hours) => {
    const lake = await copyOf(whole);
    await rm(join(lake, 'state', 'lease'), { recursive: true, force: true });
    const wrong = appOn(lake, hours);
    expect((await wrong.run(everything, never)).outcomes).toEqual([]);
    expect((await wrong.importFiles([FIXTURES], { account: 'ada' }, never)).outcomes).toEqual([]);
    const right = appOn(lake, 2);
    expect((await right.run(everything, never)).outcomes).toEqual([]);
    await expectWholeCatalog(right);
    const before = await dataSums(right);
    expect((await right.rebuild(never)).outcomes).toEqual([]);
    expect(await dataSums(right)).toEqual(before);
  });
});

interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const said = (work: Promise<{ stdout: string; stderr: string }>): Promise<Said> =>
  work.then(
    (spoken) => ({ code: 0, ...spoken }),
    (error: Said) => error,
  );

/** A limit of the shell on the size of each file, in units of 1024 bytes; what goes beyond it is not written. */
describe.skipIf(process.platform === 'win32')('a limit on the size of files (needs bash)', () => {
  it('is said, and the lake is right again without it', { timeout: 120_000 }, async () => {
    const messages: string[] = [];
    for (const limit of soak([12], [1, 12])) {
      const lake = await copyOf(whole);
      await rm(join(lake, 'state', 'lease'), { recursive: true, force: true });
      const command = `ulimit -f ${limit}; exec "$0" "$1" --json --lake "$2" rebuild`;
      const refused = await said(promisify(execFile)('bash', ['-c', command, process.execPath, PROGRAM, lake], { cwd: '/', env: {} }));
      expect(refused.code, `${limit}: ${refused.stdout}`).toBe(1);
      expect(JSON.parse(refused.stdout)).toMatchObject(
        refused.stdout.includes('"outcomes"') ? { outcomes: [{ code: 'storage' }] } : { error: { code: 'storage' } },
      );
      messages.push(refused.stdout);
      const app = afterPrograms(lake);
      expect(await dataSums(app)).toEqual(sums);
      expect((await app.rebuild(never)).outcomes).toEqual([]);
      expect(await dataSums(app)).toEqual(sums);
      await expectWholeCatalog(app);
    }
    for (const message of messages) expect(message).toMatch(/(EFBIG|File too large).*ulimit -f/s);
  });
});

/** Mounting and becoming somebody else are root's alone; the same errors are tested by their codes in src/landing. */
describe.skipIf(!isRoot)('a disk that does not take what is written (tested as root on Linux: needs mount and another user)', () => {
  it('full: said so, and the next run is right once there is room', { timeout: 120_000 }, async () => {
    for (const roomBytes of soak([200_000], [0, 30_000, 200_000])) {
      const lake = newFolder();
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', lake]);
      try {
        const filler = join(lake, 'filler.bin');
        await writeFile(filler, new Uint8Array(16 * 1024 * 1024 - roomBytes)).catch((error: NodeJS.ErrnoException) => {
          if (error.code !== 'ENOSPC') throw error;
        });
        expectFailure(await failureOf(() => appOn(lake, 0).run(everything, never)), 'storage', /No space left|ENOSPC/);
        await rm(filler);
        const app = appOn(lake, 1);
        expect((await app.run(everything, never)).outcomes).toEqual([]);
        await expectWholeCatalog(app);
        expect((await select(app, 'select count(*)::integer from plays'))[0]?.[0]).toBe(50);
      } finally {
        execFileSync('umount', [lake]);
      }
    }
  });

  it('mounted for reading only: questions are answered, what would write says why it cannot', { timeout: 60_000 }, async () => {
    const lake = newFolder();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', lake]);
    try {
      execFileSync('cp', ['-r', `${whole}/.`, lake]);
      execFileSync('mount', ['-o', 'remount,ro', lake]);
      const tonearm = (...argv: string[]): Promise<Said> =>
        said(promisify(execFile)(process.execPath, [PROGRAM, '--lake', lake, '--json', ...argv], { cwd: '/', env: {} }));
      const asked = await tonearm('query', 'select count(*)::integer as n from plays');
      expect(asked.code, asked.stdout).toBe(0);
      expect(JSON.parse(asked.stdout)).toMatchObject({ rows: [{ n: 50 }] });
      expect(await dataSums(appOn(lake))).toEqual(sums);
      expect((await tonearm('status')).code).toBe(0);
      for (const words of [['rebuild'], ['import', FIXTURES], ['purge', '--account', 'me', '--confirm']]) {
        const refused = await tonearm(...words);
        expect([words[0], refused.code, refused.stdout]).toEqual([words[0], 1, expect.stringContaining('EROFS')]);
        expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: 'storage', hint: expect.stringContaining('read-only') } });
      }
      execFileSync('mount', ['-o', 'remount,rw', lake]);
      const app = appOn(lake, 2);
      expect((await app.rebuild(never)).outcomes).toEqual([]);
      expect(await dataSums(app)).toEqual(sums);
    } finally {
      execFileSync('umount', [lake]);
    }
  });

  it('of another user: questions are answered, a run says what it may not write', { timeout: 60_000 }, async () => {
    const lake = await copyOf(whole);
    await chmod(lake, 0o755);
    const tonearm = async (...argv: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
      promisify(execFile)(process.execPath, [PROGRAM, '--lake', lake, '--json', ...argv], {
        cwd: '/',
        uid: NOBODY,
        gid: NOBODY,
        env: {},
      }).then(
        (said) => ({ code: 0, ...said }),
        (error: { code: number; stdout: string; stderr: string }) => error,
      );
    const asked = await tonearm('query', 'select count(*)::integer as n from plays');
    expect(asked.code, asked.stdout).toBe(0);
    expect(JSON.parse(asked.stdout)).toMatchObject({ rows: [{ n: 50 }] });
    const refused = await tonearm('rebuild');
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('"storage"');
    expect(refused.stdout).toContain('EACCES');
    expect(refused.stdout).toContain(lake);
  });
});
