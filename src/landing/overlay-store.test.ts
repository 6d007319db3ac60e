import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFsStore } from './fs-store.ts';
import { createFsLocalFiles } from './local-files.ts';
import { createMemoryStore } from './memory-store.ts';
import { readText } from './object-bytes.ts';
import { objectStoreContract } from './object-store.contract.ts';
import type { ObjectStore } from './object-store.ts';
import { createOverlayLocalFiles, createOverlayStore } from './overlay-store.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'tonearm-overlay-'));

objectStoreContract('overlay over files', async () => createOverlayStore(createFsStore(await folder()), createFsStore(await folder())));

async function keys(store: ObjectStore, prefix = '', after?: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { key } of store.list(prefix, after)) found.push(key);
  return found;
}

describe('an overlay over a store that has objects', () => {
  async function filled(): Promise<{ base: ObjectStore; overlay: ObjectStore }> {
    const base = createMemoryStore();
    for (const key of ['a/1', 'a/3', 'b']) await base.put(key, bytes(`base ${key}`));
    return { base, overlay: createOverlayStore(base, createMemoryStore()) };
  }

  it('shows both in the order of the keys, and each key once', async () => {
    const { overlay } = await filled();
    for (const key of ['a/2', 'a/3', 'c']) await overlay.put(key, bytes(`over ${key}`));
    expect(await keys(overlay)).toEqual(['a/1', 'a/2', 'a/3', 'b', 'c']);
    expect(await keys(overlay, 'a/', 'a/1')).toEqual(['a/2', 'a/3']);
    expect(await readText(overlay, 'a/3')).toBe('over a/3');
    expect(await readText(overlay, 'a/1')).toBe('base a/1');
  });

  it('creates no object that the base has, until it is removed', async () => {
    const { overlay } = await filled();
    expect(await overlay.create('b', bytes('new'))).toBe(false);
    await overlay.remove(['b']);
    expect(await readText(overlay, 'b')).toBeNull();
    expect(await keys(overlay)).toEqual(['a/1', 'a/3']);
    expect(await overlay.create('b', bytes('new'))).toBe(true);
    expect(await readText(overlay, 'b')).toBe('new');
  });

  it('never changes the base', async () => {
    const { base, overlay } = await filled();
    await overlay.put('a/1', bytes('changed'));
    await overlay.create('d', bytes('made'));
    await overlay.remove(['a/3', 'b']);
    expect(await keys(base)).toEqual(['a/1', 'a/3', 'b']);
    expect(await readText(base, 'a/1')).toBe('base a/1');
  });

  it('gives the files of whichever store has the object', async () => {
    const [below, above] = [await folder(), await folder()];
    const [base, scratch] = [createFsStore(below), createFsStore(above)];
    const old = await base.put('old', bytes('old'));
    const made = await scratch.put('made', bytes('made'));
    const files = createOverlayLocalFiles(createFsLocalFiles(below), createFsLocalFiles(above), scratch);
    expect(await files.paths([made, old])).toEqual([join(above, 'made'), join(below, 'old')]);
  });
});
