import { existsSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createFsStore } from './fs-store.ts';
import { readText } from './object-bytes.ts';
import { objectStoreContract } from './object-store.contract.ts';
import type { ObjectStore } from './object-store.ts';

const folders: string[] = [];
async function newFolder(parent = tmpdir()): Promise<string> {
  const folder = await mkdtemp(join(parent, 'tonearm-store-'));
  folders.push(folder);
  return folder;
}
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
async function keysOf(store: ObjectStore): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const object of store.list('')) keys.push(object.key);
  return keys;
}

objectStoreContract('folder', async () => createFsStore(join(await newFolder(), 'lake')));

/** A file system in memory that Linux always has, so that a move crosses file systems. */
const SHM = '/dev/shm';
const hasOtherFileSystem = existsSync(SHM) && statSync(SHM).dev !== statSync(tmpdir()).dev;

describe('a store in a folder', () => {
  it('makes its folder, and those above it, on the first write', async () => {
    const root = join(await newFolder(), 'not', 'yet');
    const store = createFsStore(root);
    expect(await keysOf(store)).toEqual([]);
    expect(existsSync(root)).toBe(false);
    await store.put('a/b', bytes('x'));
    expect(await readFile(join(root, 'a/b'), 'utf8')).toBe('x');
  });

  it('leaves no file in the making behind', async () => {
    const root = await newFolder();
    const store = createFsStore(root);
    await Promise.all(Array.from({ length: 5 }, () => store.create('a', bytes('x'))));
    await store.put('a', bytes('y'));
    expect(await readdir(join(root, '.tmp'))).toEqual([]);
  });

  it('does not list files in the making, nor files that others put there', async () => {
    const root = await newFolder();
    const store = createFsStore(root);
    await store.put('a', bytes('x'));
    await mkdir(join(root, 'lost+found'));
    for (const name of ['.tmp/half', '.DS_Store', 'lost+found/x', 'Thumbs.db']) await writeFile(join(root, name), 'x');
    expect(await keysOf(store)).toEqual(['a']);
  });

  it('removes folders that an object leaves empty', async () => {
    const root = await newFolder();
    const store = createFsStore(root);
    await store.put('a/b/c', bytes('x'));
    await store.put('a/d', bytes('x'));
    await store.remove(['a/b/c']);
    expect(await readdir(join(root, 'a'))).toEqual(['d']);
    await store.remove(['a/d']);
    expect(existsSync(join(root, 'a'))).toBe(false);
    expect(existsSync(root)).toBe(true);
  });

  it('survives folders that come and go below its writers', async () => {
    const store = createFsStore(await newFolder());
    const cycle = async (name: string): Promise<void> => {
      for (let n = 0; n < 15; n += 1) {
        await store.put(`x/y/${name}`, bytes(name));
        await store.remove([`x/y/${name}`]);
      }
    };
    await Promise.all(['a', 'b', 'c'].map(cycle));
    await store.put('x/y/z', bytes('z'));
    expect(await keysOf(store)).toEqual(['x/y/z']);
  });

  it('follows links to folders and skips broken ones', async () => {
    const [root, elsewhere] = [await newFolder(), await newFolder()];
    await writeFile(join(elsewhere, 'a'), 'x');
    await symlink(elsewhere, join(root, 'linked'));
    await symlink(join(elsewhere, 'absent'), join(root, 'broken'));
    expect(await keysOf(createFsStore(root))).toEqual(['linked/a']);
  });

  it.skipIf(!hasOtherFileSystem)('takes over a file from another file system', async () => {
    const [root, elsewhere] = [await newFolder(), await newFolder(SHM)];
    const store = createFsStore(root);
    const files = ['a', 'b', 'c'].map((name) => join(elsewhere, name));
    for (const file of files) await writeFile(file, `body of ${file}`);
    const [a = '', b = '', c = ''] = files;
    expect(await store.put('put', { file: a })).toMatchObject({ size: `body of ${a}`.length });
    expect(await store.create('created', { file: b })).toBe(true);
    expect(await store.create('created', { file: c })).toBe(false);
    expect(await readText(store, 'put')).toBe(`body of ${a}`);
    expect(await readText(store, 'created')).toBe(`body of ${b}`);
    expect(files.map((file) => existsSync(file))).toEqual([false, false, true]);
    expect(await readdir(join(root, '.tmp'))).toEqual([]);
  });

  it('fails with `storage`, the path and a hint where a file is in the way', async () => {
    const root = join(await newFolder(), 'file');
    await writeFile(root, 'not a folder');
    const store = createFsStore(root);
    const failure = { code: 'storage', message: expect.stringContaining(root), hint: expect.any(String) };
    await expect(store.put('a', bytes('x'))).rejects.toMatchObject(failure);
    await expect(store.create('a', bytes('x'))).rejects.toMatchObject(failure);
  });

  it('fails with `storage` where one key is the folder of another', async () => {
    const store = createFsStore(await newFolder());
    await store.put('a/b', bytes('x'));
    for (const key of ['a', 'a/b/c']) {
      await expect(store.put(key, bytes('y')), key).rejects.toMatchObject({ code: 'storage' });
      await expect(store.create(key, bytes('y')), key).rejects.toMatchObject({ code: 'storage' });
    }
    expect(await keysOf(store)).toEqual(['a/b']);
  });
});
