import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { crc32, deflateRawSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVirtualClock, type VirtualClock } from '../kernel/clock.ts';
import { createFsStore } from './fs-store.ts';
import { createMemoryStore } from './memory-store.ts';
import { readBytes } from './object-bytes.ts';
import type { ObjectStore } from './object-store.ts';
import type { PageLine } from './page-line.ts';
import type { RawObject } from './raw.ts';
import { noteKey } from './raw-layout.ts';
import { createLanding, type FileFacts, type Landing } from './raw-writer.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tonearm-raw-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const START = new Date('2026-11-21T08:00:00.000Z');
interface Bench {
  readonly store: ObjectStore;
  readonly landing: Landing;
  readonly clock: VirtualClock;
  readonly tempDir: string;
}

/** A landing whose ids count from 1. */
async function bench(store: ObjectStore = createMemoryStore(), prefix = 'a'): Promise<Bench> {
  const tempDir = await mkdtemp(join(folder, 'temp-'));
  const clock = createVirtualClock(START);
  let ids = 0;
  const newLandedId = (now: Date): string => {
    ids += 1;
    return `${now.toISOString().replace(/[-:.]/g, '').toLowerCase()}-${prefix}${String(ids).padStart(7, '0')}`;
  };
  return { store, clock, tempDir, landing: createLanding({ store, clock, newLandedId, tempDir }) };
}

const facts = { stream: 'saved_tracks', account: 'me', source: 'web_api', runId: 'run-1', contract: 3 } as const;
const page = (body: string): PageLine => ({
  observed_at: '2026-11-21T07:59:58.000Z',
  request: { method: 'GET', path: '/me/tracks', query: {} },
  status: 200,
  bytes: Buffer.from(body),
});
const file = (body: string, name = 'endsong_0.json'): FileFacts => ({
  ...facts,
  stream: 'streaming_history',
  source: 'export',
  format: 'array',
  name,
  observedAt: new Date('2026-01-02T03:04:05.000Z'),
  bytes: Buffer.from(body),
});

async function landPages(landing: Landing, ...bodies: readonly string[]): Promise<RawObject | null> {
  const pages = landing.openPages(facts);
  for (const body of bodies) await pages.append(page(body));
  return pages.close();
}
async function keysOf(store: ObjectStore, prefix = ''): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const object of store.list(prefix)) keys.push(object.key);
  return keys;
}
async function notesOf(landing: Landing, since?: string): Promise<readonly RawObject[]> {
  const notes: RawObject[] = [];
  for await (const note of landing.landed(since)) notes.push(note);
  return notes;
}
const unpacked = async (store: ObjectStore, key: string): Promise<Buffer> => gunzipSync((await readBytes(store, key)) ?? Buffer.alloc(0));
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('landed pages', () => {
  it('are one object whose lines count from 1, with a note that describes it', async () => {
    const { store, landing, tempDir } = await bench();
    const raw = await landPages(landing, '{"a":1}', '{"a":2}');
    const key = 'raw/saved_tracks/account=me/dt=2026-11-21/run-1-000001.ndjson.gz';
    const body = await unpacked(store, key);
    expect(
      body
        .toString()
        .split('\n')
        .map((line) => line.slice(0, 9)),
    ).toEqual(['{"line":1', '{"line":2', '']);
    expect(raw).toEqual({
      ...facts,
      landedId: '20261121t080000000z-a0000001',
      key,
      format: 'pages',
      bytes: body.length,
      sha256: sha256(body),
      landedAt: START,
      observedAt: null,
      name: null,
    });
    expect(await notesOf(landing)).toEqual([raw]);
    expect(await readdir(tempDir)).toEqual([]);
  });

  it('are nothing at all where there was no page', async () => {
    const { store, landing, tempDir } = await bench();
    expect(await landPages(landing)).toBeNull();
    expect(await keysOf(store)).toEqual([]);
    expect(await readdir(tempDir)).toEqual([]);
  });

  it('are numbered per run and stream, also for a process that goes on with a run', async () => {
    const store = createMemoryStore();
    const { landing } = await bench(store);
    await landPages(landing, '1');
    await landPages(landing);
    await landPages(landing, '2');
    const other = await (await bench(store, 'b')).landing.openPages(facts);
    await other.append(page('3'));
    expect((await other.close())?.key).toMatch(/run-1-000003\.ndjson\.gz$/);
    const albums = landing.openPages({ ...facts, stream: 'saved_albums' });
    await albums.append(page('4'));
    expect((await albums.close())?.key).toBe('raw/saved_albums/account=me/dt=2026-11-21/run-1-000001.ndjson.gz');
  });

  it('take the date of their landing', async () => {
    const { landing, clock } = await bench();
    const pages = landing.openPages(facts);
    await pages.append(page('1'));
    clock.set(new Date('2026-11-22T00:00:00.000Z'));
    expect(await pages.close()).toMatchObject({ key: expect.stringContaining('/dt=2026-11-22/'), landedAt: clock.now() });
  });

  it('are written after their note, so that a crash between leaves a note and no object', async () => {
    const memory = createMemoryStore();
    const store: ObjectStore = {
      ...memory,
      create: async (key, body) => {
        if (key.startsWith('raw/')) throw new Error('the power went out');
        return memory.create(key, body);
      },
    };
    const { landing, tempDir } = await bench(store);
    await expect(landPages(landing, '1')).rejects.toThrow('the power went out');
    const [note] = await notesOf(landing);
    expect(note?.key).toMatch(/run-1-000001/);
    expect(await landing.exists(note?.key ?? '')).toBe(false);
    expect(await readdir(tempDir)).toEqual([]);
  });

  it('leave only a temporary file when nobody closes them', async () => {
    const { store, landing, tempDir } = await bench();
    const pages = landing.openPages(facts);
    await pages.append(page('1'));
    expect(await keysOf(store)).toEqual([]);
    expect(await readdir(tempDir)).toHaveLength(1);
    await pages.close();
  });

  it('lose their contract when a record breaks it', async () => {
    const { landing } = await bench();
    const pages = landing.openPages(facts);
    await pages.append(page('1'));
    pages.unverified();
    expect(await pages.close()).toMatchObject({ contract: null });
    expect(await notesOf(landing)).toMatchObject([{ contract: null }]);
  });

  it('keep the order of appends that overlap, larger than what gzip buffers', async () => {
    const { store, landing } = await bench();
    const pages = landing.openPages(facts);
    await Promise.all(Array.from({ length: 40 }, (_, n) => pages.append(page(JSON.stringify({ n, filler: 'x'.repeat(50_000) })))));
    const raw = await pages.close();
    const lines = (await unpacked(store, raw?.key ?? '')).toString().trimEnd().split('\n');
    const read = lines.map((line) => JSON.parse(line) as { line: number; body: { n: number } });
    expect(read.map(({ line, body }) => [line, body.n])).toEqual(Array.from({ length: 40 }, (_, n) => [n + 1, n]));
    expect(raw?.sha256).toBe(sha256(await unpacked(store, raw?.key ?? '')));
  });

  it('are the same bytes for the same pages', async () => {
    const [one, two] = [await bench(), await bench()];
    two.clock.advance(60_000);
    const [a, b] = [await landPages(one.landing, '{"a":1}'), await landPages(two.landing, '{"a":1}')];
    const [first, second] = [await readBytes(one.store, a?.key ?? ''), await readBytes(two.store, b?.key ?? '')];
    expect(first?.equals(second ?? Buffer.alloc(0))).toBe(true);
    // RFC 1952: magic, deflate, no flags, no time, then the system: unknown.
    expect([...(first ?? [])].slice(0, 8)).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]);
    expect(first?.[9]).toBe(255);
  });

  it('close twice as once, and take no page afterwards', async () => {
    const { store, landing } = await bench();
    const pages = landing.openPages(facts);
    await pages.append(page('1'));
    expect(await pages.close()).toBe(await pages.close());
    expect(await keysOf(store, 'raw/')).toHaveLength(1);
    await expect(pages.append(page('2'))).rejects.toMatchObject({ code: 'internal' });
  });

  it('fail with `storage` where the temporary folder cannot be made', async () => {
    const blocked = join(folder, 'blocked');
    await writeFile(blocked, 'a file');
    const { store, clock } = await bench();
    const landing = createLanding({ store, clock, newLandedId: () => 'x', tempDir: join(blocked, 'temp') });
    const pages = landing.openPages(facts);
    await expect(pages.append(page('1'))).rejects.toMatchObject({ code: 'storage' });
    await expect(pages.close()).rejects.toMatchObject({ code: 'storage' });
    expect(await keysOf(store)).toEqual([]);
  });
});

describe('a landed file', () => {
  it('is kept under the hash of its bytes, with a note', async () => {
    const { store, landing } = await bench(createFsStore(await mkdtemp(join(folder, 'lake-'))));
    const { raw, outcome } = await landing.landFile(file('[1, 2]'));
    expect(outcome).toBe('landed');
    expect(raw.key).toBe(`raw/streaming_history/account=me/file/${sha256(Buffer.from('[1, 2]'))}.json.gz`);
    expect((await unpacked(store, raw.key)).toString()).toBe('[1, 2]');
    expect(raw).toMatchObject({ bytes: 6, format: 'array', name: 'endsong_0.json', landedAt: START, observedAt: file('').observedAt });
    expect(await notesOf(landing)).toEqual([raw]);
  });

  it('is known the second time, under any name, and nothing is written', async () => {
    const { store, landing, clock } = await bench();
    const first = await landing.landFile(file('[1]'));
    const keys = await keysOf(store);
    clock.advance(1000);
    expect(await landing.landFile(file('[1]', 'renamed.json'))).toEqual({ raw: first.raw, outcome: 'known' });
    const later = (await bench(store, 'b')).landing;
    const again = await later.landFile(file('[1]', 'renamed.json'));
    expect(again).toMatchObject({ outcome: 'known', raw: { key: first.raw.key, sha256: first.raw.sha256 } });
    expect(await keysOf(store)).toEqual(keys);
  });

  it('is landed by one of two that land it at once', async () => {
    const store = createMemoryStore();
    const landings = [(await bench(store, 'a')).landing, (await bench(store, 'b')).landing];
    const outcomes = await Promise.all(landings.map((landing) => landing.landFile(file('[1]'))));
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['known', 'landed']);
    expect(await keysOf(store, 'raw/')).toHaveLength(1);
  });

  it('may hold any bytes, none included', async () => {
    const { store, landing } = await bench();
    const bytes = Uint8Array.from({ length: 256 }, (_, n) => 255 - n);
    const { raw } = await landing.landFile({ ...file(''), bytes, format: 'opaque', observedAt: null });
    expect([...(await unpacked(store, raw.key))]).toEqual([...bytes]);
    expect((await landing.landFile(file(''))).raw).toMatchObject({ bytes: 0, sha256: sha256(Buffer.alloc(0)) });
  });
});

describe('landing notes', () => {
  it('are read in the order of landing, from an id or a time on', async () => {
    const { landing, clock } = await bench();
    const landed: RawObject[] = [];
    for (let n = 0; n < 40; n += 1) {
      landed.push((await landing.landFile(file(`[${n}]`))).raw);
      clock.advance(1000);
    }
    expect(await notesOf(landing)).toEqual(landed);
    expect(await notesOf(landing, landed[25]?.landedId)).toEqual(landed.slice(25));
    expect(await notesOf(landing, '20261121t080030000z')).toEqual(landed.slice(30));
    expect(await notesOf(landing, '2027')).toEqual([]);
  });

  it.each([
    ['cut in half', (text: string) => text.slice(0, text.length / 2)],
    ['lack a field', (text: string) => text.replace('"sha256"', '"sha"')],
    ['are those of another id', (text: string) => text.replace('-a0000001', '-a0000009')],
  ])('fail with `corrupt`, naming the key, when they %s', async (_, damage) => {
    const { store, landing } = await bench();
    const { raw } = await landing.landFile(file('[1]'));
    const key = noteKey(raw.landedId);
    await store.put(key, Buffer.from(damage((await readBytes(store, key))?.toString() ?? '')));
    await expect(notesOf(landing)).rejects.toMatchObject({ code: 'corrupt', message: expect.stringContaining(key) });
  });

  it('take another id when theirs is taken', async () => {
    const { store, clock, tempDir } = await bench();
    const ids = ['x-1', 'x-1', 'x-2'];
    const landing = createLanding({ store, clock, tempDir, newLandedId: () => ids.shift() ?? 'x-2' });
    await landing.landFile(file('[1]'));
    expect((await landing.landFile(file('[2]'))).raw.landedId).toBe('x-2');
    await expect(landing.landFile(file('[3]'))).rejects.toMatchObject({ code: 'internal' });
    expect(await notesOf(landing)).toHaveLength(2);
  });
});

describe('a landed stream', () => {
  const body = Buffer.from('[{"ts":"2020-01-01T00:00:00Z","ms_played":1}]');
  const { bytes: _, observedAt, ...described } = file('');
  const land = (landing: Landing, last: string[] = []) =>
    landing.landStream(
      {
        ...described,
        observedAt: ({ last: end }) => {
          last.push(Buffer.from(end).toString());
          return observedAt;
        },
      },
      { bytes: Readable.from([deflateRawSync(body)]), packing: 'deflate', expected: { bytes: body.length, crc32: crc32(body) } },
      new AbortController().signal,
    );

  it('is the same object as its bytes in one piece, and is known the second time', async () => {
    const { store, landing, tempDir } = await bench();
    const last: string[] = [];
    const { raw, outcome } = await land(landing, last);
    expect({ outcome, last }).toEqual({ outcome: 'landed', last: [body.toString()] });
    expect(raw).toMatchObject({ key: `raw/streaming_history/account=me/file/${sha256(body)}.json.gz`, bytes: body.length, observedAt });
    expect(await unpacked(store, raw.key)).toEqual(body);
    expect(await land(landing)).toEqual({ raw, outcome: 'known' });
    expect((await landing.landFile(file(body.toString()))).outcome).toBe('known');
    expect(await readdir(tempDir)).toEqual([]);
  });

  it('is known to be whole to whoever wrote it, and to nobody else', async () => {
    const { store, landing } = await bench();
    const { raw } = await land(landing);
    const { landing: other } = await bench(store, 'b');
    expect((await land(other)).outcome).toBe('known');
    expect([landing.isWhole(raw.key), other.isWhole(raw.key)]).toEqual([true, false]);
  });
});
