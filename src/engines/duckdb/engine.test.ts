import { mkdtemp, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ask, engineContract, rowsOf } from '../engine.contract.ts';
import type { Engine, Scalar } from '../engine.ts';
import { createSampleLake, type SampleLake } from '../testing.ts';
import { createDuckDbEngine } from './engine.ts';
import { compileChild } from './testing.ts';

const folders: string[] = [];
const signal = new AbortController().signal;
let childEntry = '';

async function newLake(): Promise<SampleLake> {
  const folder = await mkdtemp(join(tmpdir(), 'tonearm-engine-'));
  folders.push(folder);
  return createSampleLake(folder);
}

function engineOver(lake: SampleLake): Engine {
  const { catalog, store, files, folder } = lake;
  return createDuckDbEngine({
    catalog,
    store,
    files,
    childEntry,
    memoryLimit: '300MB',
    threads: 1,
    tempDir: join(folder, '.tmp', 'spill'),
  });
}

beforeAll(async () => {
  childEntry = await compileChild();
});
afterAll(async () => {
  await Promise.all([dirname(childEntry), ...folders].map((folder) => rm(folder, { recursive: true, force: true })));
});

engineContract('duckdb', async () => engineOver(await newLake()));

describe('the tables of a lake', () => {
  let lake: SampleLake;
  let engine: Engine;
  const all = async (sql: string, params: Readonly<Record<string, Scalar>> = {}) =>
    rowsOf(await engine.query(ask(sql, { params }), signal));

  beforeEach(async () => {
    await engine?.close();
    lake = await newLake();
    engine = engineOver(lake);
  });
  afterAll(() => engine.close());

  it('hold the rows of all files, null where an older file lacks a column', async () => {
    await lake.add('popularity', [{ kind: 'track', id: 't1', observed_on: '2026-01-01', popularity: 5 }], {
      partition: 'dt=2026-01-01',
      columns: ['kind', 'id', 'observed_on', 'popularity'],
    });
    await lake.add('popularity', [{ kind: 'track', id: 't1', observed_on: '2026-01-02', followers: 9, source: 'sample' }], {
      partition: 'dt=2026-01-02',
    });
    expect(await all('select observed_on, popularity, followers, source from popularity order by 1')).toEqual([
      ['2026-01-01', 5, null, null],
      ['2026-01-02', null, 9, 'sample'],
    ]);
  });

  it('show one row per key of a latest table: the newest value of each column group', async () => {
    const track = (name: string | null, at: string, album: string | null) => ({
      track_id: 't1',
      name,
      album_id: album,
      _core_at: name === null ? null : at,
      _core_shape: 1,
      _album_at: album === null ? null : at,
      _album_shape: 2,
      _observed_at: at,
    });
    await lake.add('tracks', [track('Old', '2026-01-01 00:00:00', 'a1')]);
    await lake.add('tracks', [track('New', '2026-02-01 00:00:00', null)]);
    expect(await all('select track_id, name, album_id from tracks')).toEqual([['t1', 'New', 'a1']]);
    expect(await all('select count(*) from files.tracks')).toEqual([[2]]);
  });

  it('hold the runs as their summaries tell them, at once', async () => {
    expect(await all('select * from runs')).toEqual([]);
    const tally = { read: 7, kept: 1, merged: 2, duplicate: 1, filtered: 2, quarantined: 1 };
    const stream = {
      account: 'me',
      stream: 'saved_tracks',
      requests: 3,
      ...tally,
      outcome: 'deferred',
      error: { code: 'rate_limited', message: 'later' },
    };
    const summary = {
      runId: 'r1',
      verb: 'run',
      startedAt: '2026-11-21T10:00:00.000Z',
      finishedAt: '2026-11-21T10:00:05.500Z',
      outcome: 'deferred',
      exitCode: 5,
      catalogVersion: 4,
      total: tally,
      streams: [stream],
      files: [],
      judgedAnew: [],
      tables: [],
      outcomes: [{ code: 'rate_limited', exitCode: 5, message: 'come back later', hint: null, retryAt: null }],
    };
    await lake.store.put('runs/r1.json', Buffer.from(JSON.stringify(summary, null, 2)));
    expect(await all('select * from runs')).toEqual([
      ['r1', 'run', '2026-11-21T10:00:00Z', '2026-11-21T10:00:05.500Z', 'deferred', 5, 4, 7, 1, 2, 1, 2, 1, 'come back later'],
    ]);
    expect(await all('select * from run_streams')).toEqual([['r1', 'me', 'saved_tracks', 3, 7, 1, 2, 1, 2, 1, 'deferred', 'later']]);
  });

  it('follow the catalog: each query sees the newest version, and says which', async () => {
    await lake.add('plays', [{ play_id: '1' }]);
    expect(await all('select count(*) from plays')).toEqual([[1]]);
    const slow = await engine.query(ask('select count(*) from plays'), signal);
    await lake.add('plays', [{ play_id: '2' }]);
    const fresh = await engine.query(ask('select count(*) from plays'), signal);
    expect([slow.catalogVersion, fresh.catalogVersion]).toEqual([1, 2]);
    expect([await rowsOf(slow), await rowsOf(fresh)]).toEqual([[[1]], [[2]]]);
  });

  it.each(['ours', 'guarded'] as const)('name the file that is gone (%s)', async (trust) => {
    const key = await lake.add('plays', [{ play_id: '1' }]);
    await unlink(join(lake.folder, key));
    await expect(engine.query(ask('select count(*) from plays', { trust }), signal)).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringContaining(key),
    });
  });

  it.each(['ours', 'guarded'] as const)('name the file that is damaged (%s)', async (trust) => {
    const key = await lake.add('plays', [{ play_id: '1' }]);
    await truncate(join(lake.folder, key), 40);
    await expect(engine.query(ask('select count(*) from plays', { trust }), signal)).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringContaining(key),
    });
  });

  it('name a summary of a run that is damaged', async () => {
    await writeFile(join(lake.folder, await lake.store.put('runs/r1.json', Buffer.from('{}')).then(({ key }) => key)), '{"runId": ');
    await expect(engine.query(ask('select * from runs'), signal)).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringContaining('runs/r1.json'),
    });
  });

  it('are read from the newer version where a file went away meanwhile', async () => {
    const key = await lake.add('plays', [{ play_id: '1' }]);
    const { catalog } = lake;
    let asked = 0;
    const racing = engineOver({
      ...lake,
      catalog: {
        ...catalog,
        current: async () => {
          const seen = await catalog.current();
          if (++asked === 1) {
            await lake.drop('plays');
            await lake.add('plays', [{ play_id: '2' }, { play_id: '3' }]);
            await unlink(join(lake.folder, key));
          }
          return seen;
        },
      },
    });
    const result = await racing.query(ask('select play_id from plays order by 1'), signal);
    expect(await rowsOf(result)).toEqual([['2'], ['3']]);
    expect(result.catalogVersion).toBe(3);
    await racing.close();
  });

  it('end a query whose time is up, in this process too', async () => {
    const limits = { rows: 10, bytes: 1000, ms: 200 };
    const sql = 'select count(*) from range(100000000) a, range(100000) b where a.range % 7 = b.range % 5';
    await expect(engine.query(ask(sql, { limits }), signal)).rejects.toMatchObject({ code: 'limit_exceeded' });
  });
});

describe('values', () => {
  it.each([
    ['[1, 2]', 'text', '[1,2]'],
    ["{'a': 'x'}", 'text', '{"a":"x"}'],
    ['1.5', 'double', 1.5],
    ['1234567890.1234567890', 'text', '1234567890.1234567890'],
    ["timestamp '2026-11-21 10:00:00.123456'", 'timestamp', '2026-11-21T10:00:00.123456Z'],
    ["timestamp '1969-12-31 23:59:59.999999'", 'timestamp', '1969-12-31T23:59:59.999999Z'],
    ["timestamptz '2026-11-21 10:00:00+02'", 'timestamp', '2026-11-21T08:00:00Z'],
    ["'2026-11-21'::timestamp_s", 'timestamp', '2026-11-21T00:00:00Z'],
    ["'nan'::double", 'double', 'NaN'],
    ['2::hugeint ** 3', 'double', 8],
    ['sum(x) from (select 3 as x)', 'integer', 3],
    ["'ab'::blob", 'text', 'ab'],
    ['interval 1 day', 'text', '1 day'],
  ])('%s is %s %s', async (sql, type, value) => {
    const engine = engineOver(await newLake());
    const result = await engine.query(ask(`select ${sql}`), signal);
    expect(result.columns[0]?.type).toBe(type);
    expect(await rowsOf(result)).toEqual([[value]]);
    await engine.close();
  });
});
