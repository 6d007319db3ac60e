import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVirtualClock, type VirtualClock } from '../kernel/clock.ts';
import type { App } from './app.ts';
import type { Finding } from './findings.ts';
import { freeFinding, nodeFinding, rebuildFinding } from './health/machine.ts';
import { lakeOfSavedTracks, type TestLake } from './testing.ts';

const never = new AbortController().signal;
const HOUR = 60 * 60 * 1000;

async function troubles(app: App, deep = false): Promise<readonly Finding[]> {
  return (await app.doctor({ deep }, never)).filter(({ state, check }) => state !== 'ok' && check !== 'login');
}

describe('the doctor of a small lake', () => {
  let lake: TestLake;
  let app: App;
  let clock: VirtualClock;
  beforeEach(async () => {
    clock = createVirtualClock(new Date('2026-11-21T10:00:00Z'));
    lake = await lakeOfSavedTracks(clock);
    app = lake.app;
  });
  afterEach(() => lake.remove());

  const path = (key: string): string => join(lake.folder, key);
  const tableFile = async (table: string): Promise<string> =>
    (await app.catalog.current()).partitions.find((one) => one.table === table)?.files[0]?.key ?? 'none';
  const rebuilt = async (): Promise<void> => {
    const before = (await app.catalog.ground()).version;
    const summary = await app.rebuild(never);
    expect(summary.outcomes).toEqual([]);
    expect(summary.catalogVersion).toBe(before + 1);
    expect(await troubles(lake.again(), true)).toEqual([]);
  };

  it('finds nothing wrong, and says what it looked at', async () => {
    const findings = await app.doctor({ deep: true }, never);
    expect(findings.filter(({ state }) => state !== 'ok')).toEqual([expect.objectContaining({ check: 'login', state: 'warn' })]);
    expect(findings.map(({ check }) => check)).toEqual([
      'node',
      'duckdb',
      'lake folder',
      'free disk',
      'login',
      'spotify',
      'catalog',
      'consumed segments',
      'room for a rebuild',
      'table files',
      'landing notes',
      'pending raw',
      'table bytes',
      'raw bytes',
      'clock',
      'lease',
      'state',
      'removals',
      'temporary files',
    ]);
  });

  it('changes nothing', async () => {
    const list = (): readonly string[] => readdirSync(lake.folder, { recursive: true }).map(String).sort();
    const before = list();
    await app.doctor({ deep: true }, never);
    await app.compareRaw();
    expect(list()).toEqual(before);
  });

  it('names a table file that is gone; a rebuild mends it', async () => {
    const key = await tableFile('tracks');
    rmSync(path(key));
    expect(await troubles(app)).toEqual([
      { check: 'table files', state: 'fail', where: key, found: `${key} is missing`, next: expect.stringContaining('tonearm rebuild') },
    ]);
    await rebuilt();
  });

  it('names table files that are cut off or no longer Parquet; a rebuild mends them', async () => {
    const [cut, changed] = [await tableFile('tracks'), await tableFile('albums')];
    truncateSync(path(cut), 100);
    writeFileSync(path(changed), Buffer.alloc(readFileSync(path(changed)).length, 7));
    const [trouble, ...more] = await troubles(app);
    expect(more).toEqual([]);
    expect(trouble).toMatchObject({ check: 'table files', state: 'fail' });
    expect(trouble?.found).toContain(`${cut} has 100 bytes where the catalog says`);
    expect(trouble?.found).toContain(`${changed} is no whole Parquet file`);
    await rebuilt();
  });

  it('finds bytes that changed in the middle of a file only when it looks deep', async () => {
    const key = await tableFile('tracks');
    const bytes = readFileSync(path(key));
    // Within the data pages: the footer stays as it was.
    for (let at = 40; at < 60; at += 1) bytes[at] = 255 - (bytes[at] ?? 0);
    writeFileSync(path(key), bytes);
    expect(await troubles(app)).toEqual([]);
    expect(await troubles(app, true)).toEqual([
      expect.objectContaining({ check: 'table bytes', state: 'fail', where: key, found: `${key} is not what was written` }),
    ]);
    await rebuilt();
  });

  it('names a catalog cut in half, and the newest older one that is whole; a rebuild goes on top', async () => {
    await lake.land('another');
    const head = path('catalog/000000000002.json');
    writeFileSync(head, readFileSync(head, 'utf8').slice(0, 200));
    app = lake.again();
    const [trouble] = await troubles(app);
    expect(trouble).toMatchObject({ check: 'catalog', state: 'fail', where: 'catalog/000000000002.json' });
    expect(trouble?.found).toContain('the newest whole one is catalog/000000000001.json of 2026-11-21T10:00:00.000Z');
    await rebuilt();
    expect((await lake.again().catalog.current()).version).toBe(3);
  });

  it('names a damaged list of consumed raw objects; a rebuild mends it', async () => {
    const [segment] = (await app.catalog.current()).consumed;
    truncateSync(path(segment?.key ?? ''), 20);
    expect(await troubles(app)).toEqual([expect.objectContaining({ check: 'consumed segments', state: 'fail' })]);
    await rebuilt();
  });

  it('names raw that is gone though the tables hold it, and raw that is in no table', async () => {
    const [raw] = await lake.rawKeys();
    rmSync(path(raw ?? ''));
    expect(await troubles(app)).toEqual([
      expect.objectContaining({ check: 'landing notes', state: 'fail', where: raw, next: expect.stringContaining('do not rebuild') }),
    ]);
    expect(await app.compareRaw()).toMatchObject({ landed: 1, consumed: 1, waiting: [], missed: [], gone: [raw], unnoted: [] });
  });

  it('tells what waits for the next build from what no build will look at', async () => {
    await lake.landOnly('waiting', new Date('2026-11-21T10:00:00Z'));
    expect(await troubles(app)).toEqual([expect.objectContaining({ check: 'pending raw', state: 'warn' })]);
    await lake.landOnly('late', new Date('2026-11-18T10:00:00Z'));
    expect((await troubles(app)).map(({ check, state }) => [check, state])).toEqual([
      ['landing notes', 'fail'],
      ['pending raw', 'warn'],
    ]);
    const { waiting, missed } = await app.compareRaw();
    expect([waiting.length, missed.length]).toEqual([1, 1]);
    await rebuilt();
    expect(await lake.again().compareRaw()).toMatchObject({ landed: 3, consumed: 3, waiting: [], missed: [] });
  });

  it('finds raw without a note when it compares everything', async () => {
    const stray = 'raw/saved_tracks/account=me/file/stray.json.gz';
    writeFileSync(path(stray), 'x');
    expect(await app.compareRaw()).toMatchObject({ unnoted: [stray] });
  });

  it('names a raw object that is damaged when it looks deep', async () => {
    const [raw = ''] = await lake.rawKeys();
    const bytes = readFileSync(path(raw));
    bytes[bytes.length - 6] = 255 - (bytes[bytes.length - 6] ?? 0);
    writeFileSync(path(raw), bytes);
    expect(await troubles(app)).toEqual([]);
    expect(await troubles(app, true)).toEqual([expect.objectContaining({ check: 'raw bytes', state: 'fail', where: raw })]);
  });

  it('says that the lake was written by a clock ahead of this one', async () => {
    clock.advance(-HOUR);
    expect(await troubles(app)).toEqual([expect.objectContaining({ check: 'clock', state: 'warn' })]);
  });

  it('names a state that cannot be read; a rebuild mends it', async () => {
    mkdirSync(path('state/me.saved_tracks'), { recursive: true });
    writeFileSync(path('state/me.saved_tracks/000000000001.json'), '{"off');
    const where = 'state/me.saved_tracks/000000000001.json';
    expect(await troubles(app)).toEqual([expect.objectContaining({ check: 'state', state: 'fail', where })]);
    await rebuilt();
  });

  it('says who is at work, and that a run which is gone left no lease to wait for', async () => {
    const lease = (more: object): void => {
      mkdirSync(path('state/lease'), { recursive: true });
      const [since, until] = [clock.now(), new Date(clock.now().getTime() + 10 * 60_000)].map((at) => at.toISOString());
      const number = String(readdirSync(path('state/lease')).length + 1).padStart(12, '0');
      writeFileSync(path(`state/lease/${number}.json`), JSON.stringify({ holder: 'r1', verb: 'run', since, until, ...more }));
    };
    const found = async () => (await lake.again().doctor({ deep: false }, never)).find(({ check }) => check === 'lease');
    lease({});
    expect(await found()).toMatchObject({
      state: 'ok',
      found: expect.stringContaining('at work: run since'),
      next: expect.stringContaining('free at'),
    });
    lease({ until: new Date(clock.now().getTime() - 1).toISOString() });
    expect(await found()).toMatchObject({ state: 'warn', found: expect.stringContaining('is gone: run since') });
  });

  it('names temporary files that nobody can still be at', async () => {
    mkdirSync(path('.tmp/work'), { recursive: true });
    writeFileSync(path('.tmp/work/young'), 'x');
    writeFileSync(path('.tmp/work/old'), 'four');
    for (const [name, hours] of [
      ['young', 1],
      ['old', 30],
    ] as const) {
      const at = new Date(clock.now().getTime() - hours * HOUR);
      utimesSync(path(`.tmp/work/${name}`), at, at);
    }
    expect(await troubles(app)).toEqual([expect.objectContaining({ check: 'temporary files', found: '1 older than a day, 4 bytes' })]);
  });

  it('says that the lake is no folder, and looks at the rest', async () => {
    rmSync(lake.folder, { recursive: true });
    expect((await app.doctor({ deep: false }, never)).find(({ check }) => check === 'lake folder')?.found).toContain('not there yet');
    writeFileSync(lake.folder, 'a file');
    const found = await troubles(app);
    expect(found).toContainEqual(expect.objectContaining({ check: 'lake folder', state: 'fail', where: lake.folder }));
  });
});

describe('findings on the machine', () => {
  it.each([
    ['20.19.0', 'ok'],
    ['22.0.0', 'ok'],
    ['20.18.9', 'fail'],
    ['18.20.1', 'fail'],
  ])('Node %s is %s', (version, state) => {
    expect(nodeFinding(version).state).toBe(state);
  });

  it('warns where a rebuild would not fit beside the tables', () => {
    expect(rebuildFinding('lake', 3 * 1024 ** 2, 3 * 1024 ** 2)).toMatchObject({ state: 'ok' });
    expect(rebuildFinding('lake', 3 * 1024 ** 2, 1024 ** 2)).toMatchObject({ state: 'warn', found: 'the tables take 3 MB, 1 MB are free' });
  });

  it('warns under 1 GB of free disk', () => {
    expect(freeFinding('lake', 1024 ** 3)).toMatchObject({ state: 'ok', found: '1,024 MB' });
    expect(freeFinding('lake', 1024 ** 3 - 1)).toMatchObject({ state: 'warn', found: '1,023 MB' });
  });
});
