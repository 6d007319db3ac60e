import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PipelineError } from '../kernel/errors.ts';
import { createFsStore } from './fs-store.ts';
import { createMemoryStore } from './memory-store.ts';
import type { ObjectStore } from './object-store.ts';
import { createVersions, SWEPT_STUB } from './versions.ts';

const Cursor = z.object({ by: z.string() });
const series = (store: ObjectStore) => createVersions({ store, prefix: 'state/cursor/', parse: (json) => Cursor.parse(json) });
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true });
});
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tonearm-versions-'));
  folders.push(folder);
  return folder;
}

/** A store that counts what its lists give. */
function counted(store: ObjectStore): { store: ObjectStore; listed: () => number } {
  let count = 0;
  return {
    listed: () => count,
    store: {
      ...store,
      async *list(prefix, after) {
        for await (const object of store.list(prefix, after)) {
          count += 1;
          yield object;
        }
      },
    },
  };
}

describe('versions', () => {
  it('begin with nothing', async () => {
    const versions = series(createMemoryStore());
    expect(await versions.read()).toBeNull();
    expect(await versions.newest()).toBe(0);
    expect(await versions.at(1)).toBeNull();
  });

  it('give the highest number, and older ones when asked', async () => {
    const store = createMemoryStore();
    const versions = series(store);
    expect(await versions.write(0, { by: 'a' })).toBe('written');
    expect(await versions.write(1, { by: 'b' })).toBe('written');
    expect(await versions.read()).toEqual({ version: 2, value: { by: 'b' } });
    expect(await versions.at(1)).toEqual({ by: 'a' });
    expect(await series(store).read()).toEqual({ version: 2, value: { by: 'b' } });
  });

  it('change nothing on a conflict', async () => {
    const versions = series(createMemoryStore());
    await versions.write(0, { by: 'a' });
    expect(await versions.write(0, { by: 'b' })).toBe('conflict');
    expect(await versions.read()).toEqual({ version: 1, value: { by: 'a' } });
  });

  it('see what another writer wrote since', async () => {
    const store = createMemoryStore();
    const [mine, other] = [series(store), series(store)];
    await mine.write(0, { by: 'mine' });
    await other.write(1, { by: 'other' });
    expect(await mine.write(1, { by: 'mine' })).toBe('conflict');
    expect(await mine.read()).toEqual({ version: 2, value: { by: 'other' } });
  });

  it('list only what is newer than the last version seen', async () => {
    const { store, listed } = counted(createMemoryStore());
    const versions = series(store);
    for (let base = 0; base < 50; base += 1) await versions.write(base, { by: 'x' });
    const fresh = series(store);
    await fresh.read();
    const once = listed();
    for (let n = 0; n < 10; n += 1) await fresh.read();
    expect(once).toBe(50);
    expect(listed()).toBe(once);
  });

  it('of a long series are found without listing it, though numbers are missing', async () => {
    const store = createMemoryStore();
    const numbers = Array.from({ length: 6_000 }, (_, index) => index + 1).filter((number) => number !== 3_001 && number !== 5_999);
    for (const number of numbers) await store.put(`state/cursor/${String(number).padStart(12, '0')}.json`, bytes(`{"by":"${number}"}`));
    const counting = counted(store);
    const versions = series(counting.store);
    expect(await versions.read()).toEqual({ version: 6_000, value: { by: '6000' } });
    expect(counting.listed()).toBeLessThan(1_600);
    await versions.write(6_000, { by: 'next' });
    expect(await series(store).newest()).toBe(6_001);
  });

  it('are not confused by what else lives under the prefix', async () => {
    const { store, listed } = counted(createMemoryStore());
    const versions = createVersions({ store, prefix: 'catalog/', parse: (json) => Cursor.parse(json) });
    await versions.write(0, { by: 'a' });
    for (const name of ['segments/000000000009.json', '00.json', '000000000007.json.old', 'zz', 'zzz']) {
      await store.put(`catalog/${name}`, bytes('x'));
    }
    expect(await versions.read()).toMatchObject({ version: 1 });
    const before = listed();
    expect(await createVersions({ store, prefix: 'catalog/', parse: (json) => Cursor.parse(json) }).read()).toMatchObject({ version: 1 });
    // `00.json`, 1, `7.json.old`, and the first of what sorts behind every number.
    expect(listed() - before).toBe(4);
  });

  it('refuse to leave a gap', async () => {
    const store = createMemoryStore();
    await expect(series(store).write(1, { by: 'a' })).rejects.toMatchObject({ code: 'internal' });
    expect(await series(store).read()).toBeNull();
  });

  it.each([
    ['cut in half', '{"by":"so'],
    ['empty', ''],
    ['of another kind', '{"swept":false}'],
    ['no UTF-8', '\xff'],
  ])('fail with `corrupt`, naming the key, on a file that is %s', async (_, text) => {
    const store = createMemoryStore();
    const versions = series(store);
    await versions.write(0, { by: 'a' });
    await store.put('state/cursor/000000000002.json', Buffer.from(text, 'latin1'));
    const failure = { code: 'corrupt', message: expect.stringContaining('state/cursor/000000000002.json') };
    await expect(versions.read()).rejects.toMatchObject(failure);
    await expect(versions.at(2)).rejects.toMatchObject(failure);
    expect(await series(store).newest()).toBe(2);
    expect(await versions.write(2, { by: 'on top' })).toBe('written');
    expect(await series(store).read()).toEqual({ version: 3, value: { by: 'on top' } });
    expect(await versions.at(1)).toEqual({ by: 'a' });
  });

  it('leave an error of the value itself as it is', async () => {
    const store = createMemoryStore();
    const newer = new PipelineError('written by a newer Tonearm', { code: 'bad_input' });
    const versions = createVersions<unknown>({
      store,
      prefix: 'x/',
      parse: () => {
        throw newer;
      },
    });
    await versions.write(0, {});
    await expect(versions.read()).rejects.toBe(newer);
  });

  it('give null for a swept version, whose number stays taken', async () => {
    const store = createMemoryStore();
    const versions = series(store);
    for (let base = 0; base < 3; base += 1) await versions.write(base, { by: `${base}` });
    await store.put('state/cursor/000000000001.json', bytes(SWEPT_STUB));
    expect(await versions.at(1)).toBeNull();
    expect(await versions.write(0, { by: 'late' })).toBe('conflict');
    expect(await series(store).read()).toMatchObject({ version: 3 });
  });

  const races = [
    ['memory', async () => createMemoryStore()],
    ['a folder', async () => createFsStore(await newFolder())],
  ] as const;
  it.each(races)('form a gapless sequence, each written once, whoever writes at once (%s)', async (name, make) => {
    const property = fc.asyncProperty(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 4 }), async (writers, each) => {
      const store = await make();
      const mine: string[] = [];
      const writer = async (who: number): Promise<void> => {
        const versions = series(store);
        for (let n = 0; n < each; ) {
          const head = (await versions.read())?.version ?? 0;
          if ((await versions.write(head, { by: `${who}-${n}` })) === 'conflict') continue;
          mine[head] = `${who}-${n}`;
          n += 1;
        }
      };
      await Promise.all(Array.from({ length: writers }, (_, who) => writer(who)));
      const versions = series(store);
      expect((await versions.read())?.version).toBe(writers * each);
      const stored = await Promise.all(mine.map(async (_, index) => (await versions.at(index + 1))?.by));
      expect(stored).toEqual(mine);
      expect(new Set(stored).size).toBe(writers * each);
    });
    await fc.assert(property, { numRuns: name === 'memory' ? 30 : 4 });
  });
});
