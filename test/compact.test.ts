import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../src/kernel/clock.ts';
import { createFsStore } from '../src/landing/fs-store.ts';
import { createFsLocalFiles } from '../src/landing/local-files.ts';
import type { App } from '../src/pipeline/app.ts';
import { createApp } from '../src/pipeline/wiring.ts';
import { ensureBuilt, savedTracksPage } from '../src/surfaces/cli/testing.ts';
import type { Catalog } from '../src/tables/catalog.ts';
import { copyOf, select } from './lake-facts.ts';
import { never, newFolder, SILENT, sampleAccount, tableSums } from './sample-account.ts';
import { soak } from './soak.ts';

const ROOT = join(import.meta.dirname, '..');
const HOUR_MS = 60 * 60 * 1000;
const NOW = new Date('2026-03-02T12:00:00Z');
/** Every change of the file system in a soak, every fifth in a test. */
const STEP = soak(8, 1);
const { config } = sampleAccount({ mode: 'development', artists: 3, joinedOn: '2026-02-27' });

type Wrapped = (store: ReturnType<typeof createFsStore>) => ReturnType<typeof createFsStore>;

/** A pipeline on a lake, some hours after the first one. No request is made. */
function pipeline(lake: string, hours: number, wrapped: Wrapped = (store) => store): App {
  const effects = { clock: createVirtualClock(new Date(NOW.getTime() + hours * HOUR_MS)), log: SILENT, fetch, progress: () => undefined };
  const tempDir = join(lake, '.tmp', 'work');
  return createApp({ ...config, lake }, effects, { store: wrapped(createFsStore(lake)), files: createFsLocalFiles(lake), tempDir });
}

/** Saved tracks by number, each named by `word`. */
function page(numbers: readonly number[], word: string): string {
  const { items, ...rest } = JSON.parse(savedTracksPage([word])) as { items: { added_at: string; track: { id: string } }[] };
  const of = (number: number): unknown =>
    items.map((item) => ({ ...item, track: { ...item.track, id: `track${number}`, uri: `spotify:track:track${number}` } }))[0];
  return JSON.stringify({ ...rest, items: numbers.map(of), total: numbers.length });
}

async function imports(app: App, name: string, text: string): Promise<void> {
  const path = join(newFolder(), `${name}.json`);
  await writeFile(path, text);
  expect((await app.importFiles([path], { account: 'ada' }, never)).outcomes).toEqual([]);
}

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, number) => number);
const isSplit = ({ partitions }: Catalog): boolean => partitions.some(({ files }) => files.length > 1);
const filesOf = ({ partitions }: Catalog): readonly string[] => partitions.flatMap(({ files }) => files.map(({ key }) => key));

let split = '';
let sums: readonly string[] = [];

beforeAll(async () => {
  await ensureBuilt();
  split = newFolder();
  await imports(pipeline(split, 0), 'first', page(upTo(300), 'first'));
  await imports(pipeline(split, 1), 'second', page([0, 1, 2, 300], 'second'));
  sums = await tableSums(pipeline(split, 2));
}, 120_000);

describe('a compaction', () => {
  it('makes one file of what was several, with the same rows; told before by status, and nothing is left to do', async () => {
    const app = pipeline(await copyOf(split), 2);
    const before = await app.catalog.current();
    expect((await app.status()).tables.find(({ table }) => table === 'tracks')).toMatchObject({
      rows: 301,
      files: 2,
      gain: { files: 1, bytes: expect.toSatisfy((bytes: number) => bytes > 0) },
    });
    const dry = await app.compact({ isDryRun: true }, never);
    expect(dry).toMatchObject({ isDryRun: true, catalogVersion: before.version });
    expect(await app.catalog.current()).toEqual(before);
    const done = await app.compact({ isDryRun: false }, never);
    expect(done.catalogVersion).toBe(before.version + 1);
    expect(done.partitions.find(({ table }) => table === 'tracks')).toMatchObject({ rows: 301, before: { files: 2 }, after: { files: 1 } });
    expect(dry.partitions.map(({ table, partition }) => [table, partition])).toEqual(
      done.partitions.map(({ table, partition }) => [table, partition]),
    );
    expect(isSplit(await app.catalog.current())).toBe(false);
    expect((await app.status()).tables.filter(({ gain }) => gain.files > 0)).toEqual([]);
    expect(await tableSums(app)).toEqual(sums);
    expect(await app.compact({ isDryRun: false }, never)).toMatchObject({ catalogVersion: before.version + 1, partitions: [] });
  });

  it('is told in words, by status too', async () => {
    const lake = await copyOf(split);
    const says = async (...words: readonly string[]): Promise<string> =>
      (await promisify(execFile)(process.execPath, [join(ROOT, 'bin', 'tonearm.mjs'), '--lake', lake, '--quiet', ...words], { cwd: lake }))
        .stdout;
    expect(await says('status')).toMatch(/\ntonearm compact would save \d+ files and about [\d,]+ bytes in .*tracks/);
    expect(await says('compact', '--dry-run')).toMatch(/tracks +all +301 +2 .*would become one file each/s);
    expect(await says('compact')).toMatch(/are one file each in catalog version 3;/);
    expect(await says('compact')).toBe('nothing to compact: every partition is one file\n');
    expect(await says('status')).not.toContain('compact');
  });

  it('leaves the old files to readers for a day, then a sweep takes them', async () => {
    const lake = await copyOf(split);
    const before = filesOf(await pipeline(lake, 2).catalog.current());
    await pipeline(lake, 2).compact({ isDryRun: false }, never);
    expect(await pipeline(lake, 24.5).sweep()).toMatchObject({ tableFiles: 0 });
    const kept = new Set(filesOf(await pipeline(lake, 2).catalog.current()));
    const swept = await pipeline(lake, 27).sweep();
    expect(swept.tableFiles).toBeGreaterThanOrEqual(before.filter((key) => !kept.has(key)).length);
    expect(await tableSums(pipeline(lake, 27))).toEqual(sums);
  });

  it('that another writer overtakes is worked out anew: nothing of either is lost', async () => {
    const lake = await copyOf(split);
    let overtakes = true;
    // The other one comes when the first file is about to be stored, and its clock is past the lease.
    const app = pipeline(lake, 2, (store) => ({
      ...store,
      put: async (key, body) => {
        if (overtakes && key.startsWith('tables/')) {
          overtakes = false;
          await imports(pipeline(lake, 4), 'third', page([5, 301], 'third'));
        }
        return store.put(key, body);
      },
    }));
    const done = await app.compact({ isDryRun: false }, never);
    expect(overtakes).toBe(false);
    const after = pipeline(lake, 5);
    const head = await after.catalog.current();
    expect(head.version).toBe(done.catalogVersion);
    expect(isSplit(head)).toBe(false);
    const names = await select(after, 'select name, count(*)::integer from tracks group by name order by name');
    expect(names).toEqual([
      ['first', 296],
      ['second', 4],
      ['third', 2],
    ]);
    const compacted = await tableSums(after);
    await after.rebuild(never);
    expect(await tableSums(after)).toEqual(compacted);
  });

  it('stops when it is told to, and leaves no file behind', async () => {
    const lake = await copyOf(split);
    const stop = new AbortController();
    const app = pipeline(lake, 2, (store) => ({
      ...store,
      put: async (key, body) => {
        if (key.startsWith('tables/')) stop.abort();
        return store.put(key, body);
      },
    }));
    const stored = async (): Promise<readonly string[]> => {
      const keys: string[] = [];
      for await (const { key } of app.store.list('tables/')) keys.push(key);
      return keys;
    };
    const before = await stored();
    await expect(app.compact({ isDryRun: false }, stop.signal)).rejects.toMatchObject({ name: 'AbortError' });
    expect(await stored()).toEqual(before);
    expect(isSplit(await app.catalog.current())).toBe(true);
  });

  it('killed at any change of the file system leaves the tables whole, and the next one finishes it', { timeout: 600_000 }, async () => {
    let killed = 0;
    for (let isKilled = true; isKilled; killed += isKilled ? 1 : 0) {
      const lake = await copyOf(split);
      const at = `${pathToFileURL(join(ROOT, 'test', 'dying-process.mjs')).href}?at=${killed * STEP + 1}`;
      isKilled = await compacts(lake, ['--import', at]);
      const app = pipeline(lake, 2);
      expect(await tableSums(app)).toEqual(sums);
      if (isKilled) expect(await compacts(lake, [])).toBe(false);
      expect(isSplit(await app.catalog.current())).toBe(false);
      expect(await tableSums(app)).toEqual(sums);
    }
    expect(killed).toBeGreaterThan(2);
  });
});

/** The built program; whether it was killed. */
async function compacts(lake: string, preload: readonly string[]): Promise<boolean> {
  try {
    const program = join(ROOT, 'bin', 'tonearm.mjs');
    await promisify(execFile)(process.execPath, [...preload, program, '--lake', lake, '--quiet', 'compact'], { cwd: lake });
    return false;
  } catch (error) {
    expect(error).toMatchObject({ signal: 'SIGKILL' });
    return true;
  }
}
