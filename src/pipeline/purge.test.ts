import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../kernel/clock.ts';
import { createFsStore } from '../landing/fs-store.ts';
import { createRemovals } from '../landing/removals.ts';
import type { App } from './app.ts';
import { lakeOfSavedTracks, savedTracks, type TestLake } from './testing.ts';

const never = new AbortController().signal;
const clock = createVirtualClock(new Date('2026-11-21T08:00:00Z'));
const HOUR_MS = 60 * 60 * 1000;
const KEEP_ALL = { web_api: null, export: null, sample: null };

let lake: TestLake;
let app: App;
beforeEach(async () => {
  lake = await lakeOfSavedTracks(clock);
  app = lake.app;
  clock.advance(HOUR_MS);
});
afterEach(() => lake.remove());

async function sums(): Promise<readonly string[]> {
  return (await lake.again().tableSums({ table: null }, never))
    .filter(({ table }) => table !== 'checks')
    .map(({ table, partition, rows, checksum }) => `${table}/${partition} ${rows} ${checksum}`);
}

const forget = (name: string, isConfirmed = true) => lake.again().remove({ verb: 'forget', name }, { confirmed: isConfirmed }, never);
const keys = (folder: string): readonly string[] => {
  const path = join(lake.folder, folder);
  return existsSync(path) ? readdirSync(path).sort() : [];
};
const runText = (): string =>
  keys('runs')
    .map((name) => readFileSync(join(lake.folder, 'runs', name), 'utf8'))
    .join('\n');

describe('forget', () => {
  it('takes one import back by the name, the sha256 or the key of its file, or by its run: the tables are those from before it', async () => {
    const before = await sums();
    const ways = [async () => 'three.json', async () => (await app.status()).lastRun?.runId ?? ''];
    const known = new Set(await lake.rawKeys());
    for (const way of ways) {
      await lake.land('three');
      expect(await sums()).not.toEqual(before);
      const name = await way();
      const added = (await lake.rawKeys()).find((key) => !known.has(key)) ?? '';
      const sha256 = /[0-9a-f]{64}/.exec(added)?.[0] ?? '';
      const looked = [await forget(name, false), await forget(added, false), await forget(sha256.toUpperCase(), false)];
      expect(looked.map(({ selected }) => selected.files)).toEqual([['three.json'], ['three.json'], ['three.json']]);
      const { receipts } = await forget(name);
      expect([name, receipts]).toEqual([name, [expect.objectContaining({ verb: 'forget', account: null, rawObjects: 1 })]]);
      expect(await sums()).toEqual(before);
      expect(await lake.rawKeys()).toEqual([...known]);
      clock.advance(HOUR_MS);
    }
  });

  it('lets the same file in again afterwards', async () => {
    await lake.land('three');
    const with3 = await sums();
    await forget('three.json');
    await lake.land('three');
    expect(await sums()).toEqual(with3);
    expect((await app.compareRaw()).waiting).toEqual([]);
    await lake.again().rebuild(never);
    expect(await sums()).toEqual(with3);
  });

  it('takes the name out of the history, and leaves what became of the records', async () => {
    await lake.land('three');
    expect(runText()).toContain('three.json');
    await forget('three.json');
    expect(runText()).not.toContain('three.json');
    expect((await app.status()).lastRun).toMatchObject({
      files: [{ name: '(removed)', sha256: null, rawKey: null, kept: 1 }],
      total: { kept: 1 },
    });
  });

  it('changes nothing without a confirmation, and asks back for a name that nothing has', async () => {
    const stored = () =>
      readdirSync(lake.folder, { recursive: true })
        .map(String)
        .filter((path) => !path.startsWith('state'))
        .sort();
    const before = stored();
    expect(await forget('one-two.json', false)).toMatchObject({ confirmed: false, selected: { rawObjects: 1, files: ['one-two.json'] } });
    await expect(forget('one-tow.json', false)).rejects.toMatchObject({ code: 'not_found', hint: expect.stringContaining('one-two.json') });
    await expect(forget('one-tow.json')).rejects.toMatchObject({ code: 'not_found' });
    expect((await app.status()).catalog.removals).toBeUndefined();
    expect(stored()).toEqual(before);
  });

  it('takes it out of what the history says of files that could not be read, and of no others', async () => {
    const path = (name: string): string => join(lake.folder, '..', name);
    for (const name of ['odd.json', 'other.json']) {
      writeFileSync(path(name), `{"${name}": 1}`);
      expect((await lake.again().importFiles([path(name)], { account: null }, never)).exitCode).toBe(2);
    }
    await forget('odd.json');
    expect(runText()).not.toContain('odd.json');
    expect(runText()).toContain('1 file is not in the tables: other.json');
    expect(runText()).toContain('told of what was removed');
  });

  it('keeps an object that was landed once more while it was forgotten', async () => {
    await lake.land('three');
    const removals = createRemovals(createFsStore(lake.folder));
    const notes = keys('landed').map((name) => JSON.parse(readFileSync(join(lake.folder, 'landed', name), 'utf8')));
    const { landedId, key } = notes.find(({ name }) => name === 'three.json');
    const { version } = await app.catalog.current();
    const second = { ...notes.find((note) => note.landedId === landedId), landedId: '20261121t120000000z-0badcafe' };
    writeFileSync(join(lake.folder, 'landed', `${second.landedId}.json`), `${JSON.stringify(second)}\n`);
    const [at, runId] = [clock.now().toISOString(), 'run'];
    const note = {
      verb: 'forget' as const,
      at,
      runId,
      account: null,
      landed: [{ landedId, key }],
      closed: [],
      requires: 1,
      rawObjects: 1,
      bytes: 1,
      rows: [],
    };
    expect(await removals.write(0, note)).toBe('written');
    expect((await app.doctor({ deep: false }, never)).find(({ check }) => check === 'removals')).toMatchObject({ state: 'warn' });
    expect((await app.plan({ accounts: [], streams: [] })).rebuild).toContain('removal');
    const before = await sums();
    expect((await lake.again().rebuild(never)).outcomes).toEqual([]);
    expect(await sums()).toEqual(before);
    expect(await lake.rawKeys()).toContain(key);
    expect(keys('removed/receipts')).toHaveLength(1);
    expect((await app.catalog.current()).version).toBeGreaterThan(version);
    expect((await app.doctor({ deep: true }, never)).filter(({ state, check }) => state !== 'ok' && check !== 'login')).toEqual([]);
  });
});

describe('a build', () => {
  it('that a removal overtakes is not committed: it begins again without what was removed', async () => {
    const at = clock.now().toISOString();
    const counts = { landed: [], rawObjects: 0, bytes: 0, rows: [] };
    const note = { verb: 'purge', at, runId: 'run', account: 'bob', closed: ['bob'], requires: 1, ...counts };
    const before = await sums();
    // The builder has read its raw and staged its rows when another process writes the note.
    const overtaken = lake.again({
      progress: ({ step }) => {
        if (step !== 'build' || existsSync(join(lake.folder, 'removed'))) return;
        mkdirSync(join(lake.folder, 'removed'));
        writeFileSync(join(lake.folder, 'removed', '000000000001.json'), JSON.stringify(note));
      },
    });
    const path = join(lake.folder, '..', 'bob.json');
    writeFileSync(path, JSON.stringify(savedTracks(['three'])));
    const { version } = await app.catalog.current();
    const { outcomes, catalogVersion } = await overtaken.importFiles([path], { account: 'bob' }, never);
    expect({ outcomes, catalogVersion }).toEqual({ outcomes: [], catalogVersion: version + 1 });
    expect(await app.catalog.current()).toMatchObject({ version: version + 1, removals: 1 });
    expect(await sums()).toEqual(before);
    // What it landed does not outlive it, nor does its entry in the history.
    expect((await lake.rawKeys()).filter((key) => key.includes('account=bob'))).toEqual([]);
    expect(keys('landed')).toHaveLength(1);
    expect(runText()).not.toContain('bob');
    expect((await lake.again().rebuild(never)).outcomes).toEqual([]);
    expect(keys('removed/receipts')).toHaveLength(1);
    expect(await sums()).toEqual(before);
  });
});

describe('a lake restored without its removal notes', () => {
  it('still takes imports, and the next removal removes', async () => {
    await lake.land('three');
    await forget('three.json');
    const before = await sums();
    rmSync(join(lake.folder, 'removed'), { recursive: true });
    await lake.land('four');
    expect(await sums()).not.toEqual(before);
    await forget('four.json');
    expect(await sums()).toEqual(before);
    expect((await app.catalog.current()).removals).toBe(2);
  });
});

describe('retain', () => {
  it('removes what is older than the settings keep its source, and nothing without them', async () => {
    const before = await sums();
    clock.advance(300 * 24 * HOUR_MS);
    await lake.land('three');
    clock.advance(100 * 24 * HOUR_MS);
    const retain = (web_api: number | null) =>
      lake.again({}, { retention: { ...KEEP_ALL, web_api } }).remove({ verb: 'retain' }, { confirmed: true }, never);
    expect((await retain(null)).receipts).toEqual([]);
    expect((await retain(14)).receipts).toEqual([]);
    expect(await retain(13)).toMatchObject({ selected: { rawObjects: 1, files: ['one-two.json'] }, receipts: [{ verb: 'retain' }] });
    expect(await retain(13)).toMatchObject({ selected: { rawObjects: 0 }, receipts: [] });
    expect(await sums()).not.toEqual(before);
    expect(await lake.rawKeys()).toHaveLength(1);
    clock.set(new Date('2026-11-21T08:00:00Z'));
  });
});
