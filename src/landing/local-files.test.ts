import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../kernel/clock.ts';
import { createFsStore } from './fs-store.ts';
import { createCachedLocalFiles, createFsLocalFiles } from './local-files.ts';
import { createMemoryStore } from './memory-store.ts';
import type { StoredObject } from './object-store.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tonearm-files-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const missing = { code: 'corrupt', message: 'a/absent is missing from the lake' };
const absent = { key: 'a/absent', size: 1, etag: 'x' };

describe('files of a store in a folder', () => {
  it('are the stored files, in the order asked for', async () => {
    const store = createFsStore(join(folder, 'lake'));
    const [a, b] = [await store.put('x/a', bytes('a')), await store.put('x/b', bytes('b'))];
    const paths = await createFsLocalFiles(join(folder, 'lake')).paths([b, a]);
    expect(paths).toEqual([join(folder, 'lake/x/b'), join(folder, 'lake/x/a')]);
  });

  it('fail with `corrupt`, naming the key, where one is absent', async () => {
    await expect(createFsLocalFiles(join(folder, 'lake')).paths([absent])).rejects.toMatchObject(missing);
  });
});

describe('cached files', () => {
  it('are copies in the order asked for, under their own names', async () => {
    const store = createMemoryStore();
    const objects = [];
    for (let n = 0; n < 20; n += 1) objects.push(await store.put(`x/${n}/part-0.parquet`, bytes(`body ${n}`)));
    const paths = await createCachedLocalFiles(store, join(folder, 'cache')).paths(objects);
    expect(await Promise.all(paths.map((path) => readFile(path, 'utf8')))).toEqual(objects.map((_, n) => `body ${n}`));
    expect(paths.every((path) => path.endsWith('/part-0.parquet'))).toBe(true);
    expect(await readdir(join(folder, 'cache/.tmp'))).toEqual([]);
  });

  it('are read once per key and etag', async () => {
    const store = createMemoryStore();
    const files = createCachedLocalFiles(store, join(folder, 'once'));
    const old = await store.put('a', bytes('old'));
    const paths = await files.paths([old, old]);
    const renewed = await store.put('a', bytes('new'));
    expect(await files.paths([old])).toEqual(paths.slice(1));
    const [path = ''] = await files.paths([renewed]);
    expect(await readFile(path, 'utf8')).toBe('new');
    expect(await readFile(paths[0] ?? '', 'utf8')).toBe('old');
  });

  it('fail with `corrupt`, naming the key, where one is absent', async () => {
    await expect(createCachedLocalFiles(createMemoryStore(), join(folder, 'none')).paths([absent])).rejects.toMatchObject(missing);
  });

  it('are downloaded anew where a copy has not the size of the object, and refused where the object has not', async () => {
    const store = createMemoryStore();
    const object = await store.put('a', bytes('whole'));
    const files = createCachedLocalFiles(store, join(folder, 'sizes'));
    const [path = ''] = await files.paths([object]);
    await writeFile(path, 'ha');
    await files.paths([object]);
    expect(await readFile(path, 'utf8')).toBe('whole');
    await expect(files.paths([{ ...object, etag: 'y', size: 4 }])).rejects.toMatchObject({ code: 'corrupt' });
  });

  it('go above a limit, the longest unused first; those just used and just asked for stay', async () => {
    const store = createMemoryStore();
    const clock = createVirtualClock(new Date('2026-03-02T12:00:00Z'));
    const files = createCachedLocalFiles(store, join(folder, 'limit'), { clock, bytes: 25 });
    const objects = [];
    for (const key of ['a', 'b', 'c', 'd']) objects.push(await store.put(key, bytes('0123456789')));
    const [a, b, c, d] = objects as [StoredObject, StoredObject, StoredObject, StoredObject];
    const isThere = async (object: StoredObject): Promise<boolean> => {
      const names = await readdir(join(folder, 'limit'), { recursive: true });
      return names.some((name) => name.endsWith(`/${object.key}`));
    };
    const seen = async (): Promise<readonly boolean[]> => Promise.all([a, b, c, d].map(isThere));
    await files.paths([a]);
    clock.advance(60_000 * 60);
    await files.paths([b]);
    clock.advance(60_000 * 60 * 10);
    await files.paths([a]);
    await files.paths([c]);
    expect(await seen()).toEqual([true, false, true, false]);
    await files.paths([d, b]);
    expect(await seen()).toEqual([true, true, true, true]);
    expect(await files.keepOnly(new Set(['a', 'd']))).toBe(2);
    expect(await seen()).toEqual([true, false, false, true]);
  });

  it('are whole for every one of several users at once', async () => {
    const store = createMemoryStore();
    const object = await store.put('a', new Uint8Array(500_000).fill(7));
    const users = Array.from({ length: 8 }, () => createCachedLocalFiles(store, join(folder, 'shared')));
    const paths = (await Promise.all(users.map((user) => user.paths([object])))).flat();
    expect(new Set(paths).size).toBe(1);
    expect((await readFile(paths[0] ?? '')).equals(Buffer.alloc(500_000, 7))).toBe(true);
  });
});
