import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFsStore } from './fs-store.ts';
import { createCachedLocalFiles, createFsLocalFiles } from './local-files.ts';
import { createMemoryStore } from './memory-store.ts';

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
});
