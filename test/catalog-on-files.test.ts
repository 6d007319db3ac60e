import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../src/kernel/clock.ts';
import { createFsStore } from '../src/landing/fs-store.ts';
import { createSegmentFiles } from '../src/landing/segment-files.ts';
import { createVersions } from '../src/landing/versions.ts';
import type { Catalog, CatalogChange, CatalogStore, Consumed } from '../src/tables/catalog.ts';
import { createCatalogStore } from '../src/tables/catalog-store.ts';
import { catalogText, EMPTY_CATALOG, parseCatalog } from '../src/tables/catalog-text.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tonearm-catalog-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** A catalog as each process has its own, over one lake. */
function catalogOf(lake: string, process: string): CatalogStore {
  const store = createFsStore(lake);
  let names = 0;
  return createCatalogStore({
    versions: createVersions({ store, prefix: 'catalog/', parse: parseCatalog, serialise: catalogText }),
    segments: createSegmentFiles(store),
    clock: createVirtualClock(new Date('2026-11-21T08:00:00.000Z')),
    newSegmentName: () => `${process}-${++names}`,
  });
}

const consumedOf = (id: string): Consumed => ({
  landedId: `t-${id}`,
  rawKey: `raw/${id}`,
  stream: 'tracks',
  account: 'me',
  runId: 'run',
  tally: { read: 1, kept: 1, merged: 0, duplicate: 0, filtered: 0, quarantined: 0 },
});

async function commit(store: CatalogStore, base: Catalog, id: string): Promise<Catalog | 'conflict'> {
  const change: CatalogChange = { runId: 'run', contract: 1, rules: 1, read: [], replace: [], drop: [], consumed: [consumedOf(id)] };
  return store.commit(base, change);
}

async function keysOf(store: CatalogStore): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { rawKey } of store.consumed(await store.current())) keys.push(rawKey);
  return keys.sort();
}

describe('a catalog in a folder', () => {
  it('keeps what several processes commit at once, also while segments are merged', async () => {
    const lake = join(folder, 'race');
    const processes = ['a', 'b', 'c'];
    const ids = (process: string): readonly string[] => Array.from({ length: 36 }, (_, n) => `${process}-${n}`);
    const work = async (process: string): Promise<void> => {
      const store = catalogOf(lake, process);
      for (const id of ids(process)) expect(await commit(store, await store.current(), id)).not.toBe('conflict');
    };
    await Promise.all(processes.map(work));
    const fresh = catalogOf(lake, 'd');
    expect((await fresh.current()).version).toBe(108);
    expect((await fresh.current()).consumed.length).toBeLessThan(100);
    expect(await keysOf(fresh)).toEqual(
      processes
        .flatMap(ids)
        .map((id) => `raw/${id}`)
        .sort(),
    );
  });

  it('is `corrupt`, naming the file, when its head was cut in half', async () => {
    const lake = join(folder, 'half');
    const store = catalogOf(lake, 'a');
    const first = await commit(store, EMPTY_CATALOG, '1');
    if (first === 'conflict') throw new Error('nobody else was there');
    await writeFile(join(lake, 'catalog/000000000001.json'), catalogText(first).slice(0, 80));
    const failure = {
      code: 'corrupt',
      message: expect.stringContaining('catalog/000000000001.json'),
      hint: expect.stringContaining('rebuild'),
    };
    await expect(store.current()).rejects.toMatchObject(failure);
    await expect(commit(store, first, '2')).rejects.toMatchObject(failure);
  });

  it('takes a whole change on top of a head that was cut in half', async () => {
    const lake = join(folder, 'mended');
    const store = catalogOf(lake, 'a');
    const first = await commit(store, EMPTY_CATALOG, '1');
    if (first === 'conflict') throw new Error('nobody else was there');
    const second = await commit(store, first, '2');
    if (second === 'conflict') throw new Error('nobody else was there');
    await writeFile(join(lake, 'catalog/000000000002.json'), catalogText(second).slice(0, 80));
    const ground = await store.ground();
    expect(ground).toEqual({ ...EMPTY_CATALOG, version: 2 });
    const whole = { runId: 'r3', contract: 1, rules: 1, read: [], replace: [], drop: [], consumed: [], whole: true };
    expect(await store.commit(ground, whole)).toMatchObject({ version: 3, partitions: [], consumed: [] });
    expect(await store.commit(ground, whole)).toBe('conflict');
    expect(await catalogOf(lake, 'b').current()).toMatchObject({ version: 3, runId: 'r3' });
  });
});
