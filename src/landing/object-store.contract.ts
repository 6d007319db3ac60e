import { createHash, randomBytes } from 'node:crypto';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exists, readBytes, readText } from './object-bytes.ts';
import type { Key, ObjectStore, StoredObject } from './object-store.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function listed(store: ObjectStore, prefix: string, after?: Key): Promise<readonly StoredObject[]> {
  const found: StoredObject[] = [];
  for await (const object of store.list(prefix, after)) found.push(object);
  return found;
}

const keysOf = async (store: ObjectStore, prefix: string, after?: Key): Promise<readonly Key[]> =>
  (await listed(store, prefix, after)).map((object) => object.key);

/** What every object store promises. `make` gives an empty store. */
export function objectStoreContract(name: string, make: () => Promise<ObjectStore>): void {
  describe(`object store: ${name}`, () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'tonearm-contract-'));
    });
    afterAll(async () => {
      await rm(folder, { recursive: true });
    });
    const fileWith = async (name: string, content: string): Promise<string> => {
      const path = join(folder, name);
      await writeFile(path, content);
      return path;
    };

    describe('put', () => {
      it('keeps the bytes', async () => {
        const store = await make();
        const body = Uint8Array.from({ length: 256 }, (_, index) => index);
        expect(await store.put('a/b.bin', body)).toMatchObject({ key: 'a/b.bin', size: 256 });
        expect(Buffer.compare((await readBytes(store, 'a/b.bin')) ?? Buffer.alloc(0), body)).toBe(0);
      });

      it('keeps an empty body', async () => {
        const store = await make();
        await store.put('empty', bytes(''));
        expect(await readText(store, 'empty')).toBe('');
        expect(await listed(store, '')).toMatchObject([{ key: 'empty', size: 0 }]);
      });

      it('replaces what was there, and twice is the same', async () => {
        const store = await make();
        await store.put('a', bytes('long, and old'));
        await store.put('a', bytes('new'));
        await store.put('a', bytes('new'));
        expect(await readText(store, 'a')).toBe('new');
        expect(await listed(store, '')).toMatchObject([{ key: 'a', size: 3 }]);
      });

      it('keeps its own copy of the bytes', async () => {
        const store = await make();
        const body = bytes('abc');
        await store.put('a', body);
        body.fill(0);
        expect(await readText(store, 'a')).toBe('abc');
      });

      it('keeps a body of 20 MB', async () => {
        const store = await make();
        const body = randomBytes(20_000_000);
        await store.put('large', body);
        const hash = createHash('sha256');
        const stream = await store.open('large');
        expect(stream).not.toBeNull();
        for await (const chunk of stream ?? []) hash.update(chunk as Buffer);
        expect(hash.digest('hex')).toBe(createHash('sha256').update(body).digest('hex'));
      });

      it('takes a file over', async () => {
        const store = await make();
        const file = await fileWith('put', 'from a file');
        expect(await store.put('a/moved', { file })).toMatchObject({ key: 'a/moved', size: 11 });
        expect(await readText(store, 'a/moved')).toBe('from a file');
        await expect(access(file)).rejects.toThrow('ENOENT');
      });

      it('fails with `storage` when the file to take over is absent, and changes nothing', async () => {
        const store = await make();
        await store.put('a', bytes('old'));
        await expect(store.put('a', { file: join(folder, 'absent') })).rejects.toMatchObject({ code: 'storage' });
        expect(await readText(store, 'a')).toBe('old');
      });

      it('shows concurrent readers the old object or the new one, whole', async () => {
        const store = await make();
        const size = 300_000;
        const write = (mark: number): Promise<StoredObject> => store.put('a', new Uint8Array(size).fill(mark));
        await write(0);
        const seen = new Set<number>();
        const read = async (): Promise<void> => {
          const body = (await readBytes(store, 'a')) ?? Buffer.alloc(0);
          expect(body.length).toBe(size);
          expect(body.equals(Buffer.alloc(size, body[0]))).toBe(true);
          seen.add(body[0] ?? -1);
        };
        for (let mark = 1; mark <= 25; mark += 1) await Promise.all([write(mark), read(), read(), read()]);
        expect(seen.size).toBeGreaterThan(1);
      });
    });

    describe('create', () => {
      it('writes where nothing was', async () => {
        const store = await make();
        expect(await store.create('a/b', bytes('first'))).toBe(true);
        expect(await readText(store, 'a/b')).toBe('first');
      });

      it('leaves what is there', async () => {
        const store = await make();
        await store.put('a', bytes('first'));
        expect(await store.create('a', bytes('second'))).toBe(false);
        expect(await readText(store, 'a')).toBe('first');
      });

      it('writes again after a remove', async () => {
        const store = await make();
        await store.create('a', bytes('first'));
        await store.remove(['a']);
        expect(await store.create('a', bytes('second'))).toBe(true);
        expect(await readText(store, 'a')).toBe('second');
      });

      it('has exactly one winner of 20, and keeps what it wrote', async () => {
        const store = await make();
        const outcomes = await Promise.all(Array.from({ length: 20 }, (_, racer) => store.create('race/a', bytes(`racer ${racer}`))));
        expect(outcomes.filter((won) => won)).toHaveLength(1);
        expect(await readText(store, 'race/a')).toBe(`racer ${outcomes.indexOf(true)}`);
        expect(await keysOf(store, '')).toEqual(['race/a']);
      });

      it('has exactly one winner of 20 with files', async () => {
        const store = await make();
        const files = await Promise.all(Array.from({ length: 20 }, (_, racer) => fileWith(`racer-${racer}`, `racer ${racer}`)));
        const outcomes = await Promise.all(files.map((file) => store.create('race/b', { file })));
        expect(outcomes.filter((won) => won)).toHaveLength(1);
        expect(await readText(store, 'race/b')).toBe(`racer ${outcomes.indexOf(true)}`);
      });

      it('takes a file over when it wins and leaves it when it loses', async () => {
        const store = await make();
        const [winner, loser] = [await fileWith('winner', 'winner'), await fileWith('loser', 'loser')];
        expect(await store.create('a', { file: winner })).toBe(true);
        expect(await store.create('a', { file: loser })).toBe(false);
        await expect(access(winner)).rejects.toThrow('ENOENT');
        await access(loser);
        expect(await readText(store, 'a')).toBe('winner');
      });
    });

    describe('open', () => {
      it('gives null for what is absent, also above and below an object', async () => {
        const store = await make();
        expect(await store.open('a/b')).toBeNull();
        await store.put('a/b', bytes('x'));
        expect(await store.open('a')).toBeNull();
        expect(await store.open('a/b/c')).toBeNull();
        expect(await store.open('a/bb')).toBeNull();
        expect(await exists(store, 'a/b')).toBe(true);
        expect(await exists(store, 'a/bb')).toBe(false);
      });

      it('lets a reader keep the object it opened', async () => {
        const store = await make();
        await store.put('a', new Uint8Array(1_000_000).fill(1));
        const [first, second] = [await store.open('a'), await store.open('a')];
        await store.put('a', bytes('new'));
        expect(first === null ? null : (await buffer(first)).equals(Buffer.alloc(1_000_000, 1))).toBe(true);
        await store.remove(['a']);
        expect(second === null ? null : (await buffer(second)).equals(Buffer.alloc(1_000_000, 1))).toBe(true);
        expect(await store.open('a')).toBeNull();
      });
    });

    describe('list', () => {
      const KEYS = ['a', 'a-b/c', 'a.b', 'a0', 'a=1/b', 'b/a', 'b/a.a/c', 'b/a/c', 'b/a0', 'b_', 'c/d/e/f'];
      // `b/a` and `b/a/c` cannot both exist where keys are paths; see the order of `a`, `a-b/c`, `a.b` and `a/` instead.
      const legal = KEYS.filter((key) => key !== 'b/a');

      it('is ascending by bytes of the key', async () => {
        const store = await make();
        for (const key of [...legal].reverse()) await store.put(key, bytes(key));
        expect(await keysOf(store, '')).toEqual([...legal].sort());
      });

      it('begins after a key, whether it exists or not, for every prefix', async () => {
        const store = await make();
        for (const key of legal) await store.put(key, bytes(key));
        for (const prefix of ['', 'a', 'b', 'b/', 'b/a', 'b/a/', 'c/d/', 'c/d/e/f', 'x', 'a=']) {
          for (const after of [...KEYS, 'b', 'b/a.', 'b/a/', 'c/d', 'z', '-']) {
            const expected = legal.filter((key) => key.startsWith(prefix) && key > after).sort();
            expect(await keysOf(store, prefix, after), `prefix "${prefix}" after "${after}"`).toEqual(expected);
          }
        }
      });

      it('gives the size and etag that put gave, and another etag for other bytes', async () => {
        const store = await make();
        const old = await store.put('a', bytes('old'));
        expect(await listed(store, '')).toEqual([old]);
        const renewed = await store.put('a', bytes('new'));
        expect(await listed(store, '')).toEqual([renewed]);
        expect(renewed.etag).not.toBe(old.etag);
      });

      it('gives nothing for an empty store', async () => {
        expect(await keysOf(await make(), '')).toEqual([]);
        expect(await keysOf(await make(), 'a/b/')).toEqual([]);
      });

      it('sees every put that resolved before it, in spite of writers and removers beside it', async () => {
        const store = await make();
        const stay = Array.from({ length: 20 }, (_, n) => `x/stay-${n}`).sort();
        for (const key of stay) await store.put(key, bytes(key));
        const churn = async (): Promise<void> => {
          for (let n = 0; n < 20; n += 1) {
            await store.put(`x/churn-${n}/a`, bytes('churn'));
            await store.put(stay[n] ?? 'x', bytes('again'));
            await store.remove([`x/churn-${n}/a`]);
          }
        };
        const look = async (): Promise<void> => {
          for (let n = 0; n < 10; n += 1) {
            expect((await keysOf(store, 'x/')).filter((key) => key.startsWith('x/stay'))).toEqual(stay);
          }
        };
        await Promise.all([churn(), look()]);
        expect(await keysOf(store, '')).toEqual(stay);
      });
    });

    describe('remove', () => {
      it('removes what is named and nothing else', async () => {
        const store = await make();
        for (const key of ['a/b', 'a/c', 'd']) await store.put(key, bytes(key));
        await store.remove(['a/b', 'd']);
        expect(await keysOf(store, '')).toEqual(['a/c']);
      });

      it('is fine with what is absent', async () => {
        const store = await make();
        await store.put('a/b', bytes('x'));
        await store.remove(['x', 'a', 'a/b/c', 'a/c', 'a/b', 'a/b']);
        await store.remove([]);
        expect(await keysOf(store, '')).toEqual([]);
      });
    });

    it('refuses what is no key, for every method', async () => {
      const store = await make();
      const bug = { code: 'internal' };
      for (const key of ['', '/a', 'a/', 'a//b', '../a', 'a/./b', 'A', 'a b', 'ä', '.tmp/a', 'a'.repeat(256), 'a/'.repeat(256)]) {
        await expect(store.put(key, bytes('x')), key).rejects.toMatchObject(bug);
        await expect(store.create(key, bytes('x')), key).rejects.toMatchObject(bug);
        await expect(store.open(key), key).rejects.toMatchObject(bug);
        await expect(store.remove([key]), key).rejects.toMatchObject(bug);
      }
      await expect(keysOf(store, '../')).rejects.toMatchObject(bug);
      expect(await keysOf(store, '')).toEqual([]);
    });

    it('takes writers of different keys in one folder at once', async () => {
      const store = await make();
      const keys = Array.from({ length: 30 }, (_, n) => `x/y/${String(n).padStart(3, '0')}`);
      await Promise.all(keys.map((key) => store.put(key, bytes(key))));
      expect(await keysOf(store, 'x/')).toEqual(keys);
    });
  });
}
