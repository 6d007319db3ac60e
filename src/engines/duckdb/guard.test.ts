import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSystemClock } from '../../kernel/clock.ts';
import { ask, rowsOf } from '../engine.contract.ts';
import type { Engine, QueryLimits, Scalar } from '../engine.ts';
import { createSampleLake, type SampleLake } from '../testing.ts';
import { createDuckDbEngine } from './engine.ts';
import { answerGuarded } from './guarded-query.ts';
import type { LakeFiles } from './relations.ts';
import { compileChild } from './testing.ts';

const LIMITS: QueryLimits = { rows: 1000, bytes: 1e6, ms: 5_000 };
const signal = new AbortController().signal;
const clock = createSystemClock();

let lake: SampleLake;
let plays = '';
let outside = '';
let files: LakeFiles = { tables: {}, runs: [], rules: [], zones: {} };

async function guarded(sql: string, limits: Partial<QueryLimits> = {}): Promise<readonly (readonly Scalar[])[]> {
  const machine = { memoryLimit: '150MB', threads: 1, tempDir: join(lake.folder, 'spill') };
  const given = await answerGuarded({ asked: { sql, params: {}, limits: { ...LIMITS, ...limits } }, files, machine }, clock, signal);
  const rows: (readonly Scalar[])[] = [];
  for await (const batch of given.batches) rows.push(...batch);
  return rows;
}

beforeAll(async () => {
  lake = await createSampleLake(await mkdtemp(join(tmpdir(), 'tonearm-guard-')));
  const key = await lake.add('plays', [{ play_id: '1', track_name: 'Sóng', kind: 'track', ended_at: '2026-01-01 00:00:00' }]);
  plays = join(lake.folder, key);
  outside = join(lake.folder, 'outside.parquet');
  await writeFile(outside, await readFile(plays));
  files = { tables: { plays: [{ key, path: plays }] }, runs: [], rules: [], zones: {} };
});
afterAll(() => rm(lake.folder, { recursive: true, force: true }));

describe('the guard lets through', () => {
  it.each([
    ['select play_id from plays', [['1']]],
    ['  -- a comment; with a semicolon\n select play_id /* ; drop */ from plays ;', [['1']]],
    ['from plays select track_name', [['Sóng']]],
    ["with x as (select 1 as a) select a, 'copy x to y' as b from x", [[1, 'copy x to y']]],
    ['values (1), (2)', [[1], [2]]],
    ['select count(*) from range(1000) t, unnest([1, 2]) u', [[2000]]],
    ['select count(*) from stored.plays', [[1]]],
    ["select count(*) from playlist_items_on('2026-01-01')", [[0]]],
    ['select count(*) from plays where play_id in (select play_id from plays)', [[1]]],
    ["from (pivot plays on kind in ('track') using count(*) group by play_id)", [['1', 1]]],
    ['select "set", "copy" from (select 1 as "set", 2 as "copy")', [[1, 2]]],
  ])('%s', async (sql, rows) => {
    expect(await guarded(sql)).toEqual(rows);
  });

  it.each([
    'describe plays',
    'summarize plays',
    'show tables',
    'explain select * from plays',
    'EXPLAIN ANALYZE select 1',
    'explain (format json) select 1',
    '/* a */ explain -- b\n select 1',
  ])('%s', async (sql) => {
    expect((await guarded(sql)).length).toBeGreaterThan(0);
  });
});

describe('the guard refuses', () => {
  const hostile = (): readonly string[] => [
    `copy plays to '${join(lake.folder, 'copied.csv')}'`,
    `copy (select 1) to '${plays}'`,
    `explain analyze copy plays to '${join(lake.folder, 'copied.csv')}'`,
    `explain analyze copy (select 1) to '${plays}' (format parquet)`,
    `EXPLAIN /* x */ ANALYZE /* y */ COPY plays TO '${plays}'`,
    `explain (analyze) copy plays to '${plays}'`,
    `explain (analyze, format json) copy plays to '${plays}'`,
    `explain explain analyze copy plays to '${plays}'`,
    `/* /* */ explain analyze copy plays to '${plays}' */ select 1; copy plays to '${plays}'`,
    `copy plays from '/etc/passwd'`,
    `attach '${join(lake.folder, 'new.duckdb')}' as x`,
    `attach ':memory:' as x`,
    'detach memory',
    "select * from read_text('/etc/passwd')",
    "select * from read_blob('/etc/*')",
    "select * from read_csv('/etc/passwd')",
    "select * from read_json('/etc/passwd')",
    "select * from read_parquet('/etc/passwd')",
    `select * from read_parquet('${outside}')`,
    `select * from '${outside}'`,
    `select * from '${join(dirname(plays), '..', 'x', '..', '..', '..', '..', 'outside.parquet')}'`,
    "select * from '/etc/passwd'",
    "select * from '/proc/self/environ'",
    "select * from glob('/etc/*')",
    "select (select count(*) from glob('/*'))",
    "with x as (select * from read_text('/etc/passwd')) select * from x",
    'select * from "read_text"(\'/etc/passwd\')',
    "select * from main.read_text('/etc/passwd')",
    "FROM Read_Text('/etc/passwd')",
    "select * from sniff_csv('/etc/passwd')",
    `select * from parquet_metadata('${outside}')`,
    "select * from query('select * from enable_logging()')",
    "select * from query_table('plays')",
    'select * from enable_logging()',
    `select * from enable_logging(storage = 'file', storage_path = '${plays}')`,
    'from pg_catalog.enable_logging()',
    'select (select count(*) from enable_profiling())',
    'select exists(from arrow_scan(1::pointer, 2::pointer, 3::pointer))',
    "select * from json_execute_serialized_sql('{}')",
    'describe (from enable_logging())',
    'select * from force_checkpoint()',
    'set threads = 1',
    'set enable_external_access = true',
    "set allowed_paths = ['/etc/passwd']",
    'reset lock_configuration',
    'pragma enable_profiling',
    'pragma threads=4',
    "pragma import_database('/tmp')",
    'install httpfs',
    'load httpfs',
    "load '/tmp/x.duckdb_extension'",
    `export database '${lake.folder}/x'`,
    "import database '/tmp/x'",
    'create table x as select 1',
    'create temp table x (a integer)',
    'create macro f(x) as x',
    'create view v as select 1',
    "create secret (type s3, key_id 'x', secret 'y')",
    'insert into plays values (1)',
    'delete from plays',
    'update plays set play_id = 2',
    'drop view plays',
    'alter table plays rename to x',
    'begin transaction',
    'vacuum',
    'checkpoint',
    'call pragma_version()',
    'prepare p as select 1',
    'execute p',
    'use stored',
    'select 1; select 2',
    `select 1; copy plays to '${plays}'`,
    'select 1;\u00a0select 2',
    'select 1\u2028; drop view plays',
    '\ufeffset threads = 1',
    'select 1 \0; set threads = 1',
    'pivot plays on kind using count(*)',
    '',
    ';',
    '-- nothing',
    'explain',
    'explain analyze',
    'select * from plays where',
  ];

  it('every hostile statement, and the lake stays as it was', async () => {
    const before = await readFile(plays);
    const through: string[] = [];
    for (const sql of hostile()) {
      const outcome = await guarded(sql).then(
        () => 'answered',
        (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)),
      );
      if (outcome !== 'bad_sql') through.push(`${sql.slice(0, 100)} → ${outcome}`);
    }
    expect(through).toEqual([]);
    expect(await readFile(plays)).toEqual(before);
    for (const made of ['copied.csv', 'new.duckdb', 'x'])
      await expect(stat(join(lake.folder, made))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('a table that is not there, with the name that was meant', async () => {
    await expect(guarded('select * from play')).rejects.toMatchObject({
      message: expect.stringContaining('Table with name play does not exist!\n\nLINE 1: select * from play'),
      hint: 'Did you mean plays?',
    });
  });
});

describe('limits end', () => {
  it('a query that takes too long', async () => {
    await expect(guarded('select count(*) from range(1000000000000) t(i) where i % 7 = 3', { ms: 200 })).rejects.toMatchObject({
      code: 'limit_exceeded',
      message: 'the query took longer than 0.2 s',
    });
  });

  it('a query that needs too much memory', async () => {
    await expect(guarded("select list(i), list(i::varchar || repeat('x', 100)) from range(20000000) t(i)")).rejects.toMatchObject({
      code: 'limit_exceeded',
    });
  });

  it('no query that finds room on disk for what memory does not hold', async () => {
    const sql = "select count(*) from (select i, repeat('x', 60) || i as s from range(3000000) t(i) order by s desc limit 2900000)";
    expect(await guarded(sql, { ms: 20_000 })).toEqual([[2_900_000]]);
  });

  it('a result with too many rows, or too long a text, by cutting it', async () => {
    expect(await guarded('select * from range(1000000000000)', { rows: 3 })).toEqual([[0], [1], [2]]);
    expect(await guarded("select repeat('x', 10000000)")).toEqual([]);
  });
});

describe('the query process', () => {
  let engine: Engine;
  let childEntry = '';
  const over = (sql: string, limits: Partial<QueryLimits> = {}) => ask(sql, { trust: 'guarded', limits: { ...LIMITS, ...limits } });

  beforeAll(async () => {
    childEntry = await compileChild();
    const { catalog, store } = lake;
    engine = createDuckDbEngine({
      catalog,
      store,
      files: lake.files,
      childEntry,
      memoryLimit: '150MB',
      threads: 1,
      tempDir: join(lake.folder, 'spill'),
    });
  });
  afterAll(async () => {
    await engine.close();
    await rm(dirname(childEntry), { recursive: true, force: true });
  });

  it('answers with columns, rows, statistics and whole numbers beyond 2^53', async () => {
    const result = await engine.query(over('select 9007199254740993 as big, play_id, null as none from plays'), signal);
    expect(result.columns.map(({ name, type }) => `${name} ${type}`)).toEqual(['big integer', 'play_id text', 'none integer']);
    expect(await rowsOf(result)).toEqual([[9007199254740993n, '1', null]]);
    expect(result.stats()).toMatchObject({ rows: 1, truncated: false, scannedBytes: null });
    expect(result.catalogVersion).toBe(1);
  });

  it('refuses what the guard refuses, and answers the next query', async () => {
    await expect(engine.query(over('set threads = 1'), signal)).rejects.toMatchObject({ code: 'bad_sql', hint: expect.any(String) });
    expect(await rowsOf(await engine.query(over('select 1'), signal))).toEqual([[1]]);
  });

  it('ends a query that takes too long, and answers the next', async () => {
    const sql = 'select count(*) from range(1000000000000) t(i) where i % 7 = 3';
    await expect(engine.query(over(sql, { ms: 200 }), signal)).rejects.toMatchObject({ code: 'limit_exceeded' });
    expect(await rowsOf(await engine.query(over('select 2'), signal))).toEqual([[2]]);
  });

  it('ends a query when its asker has gone', async () => {
    const gone = new AbortController();
    const pending = engine.query(over('select count(*) from range(1000000000000) t(i) where i % 7 = 3'), gone.signal);
    setImmediate(() => gone.abort());
    await expect(pending).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('answers several at once, each in a process of its own', async () => {
    const answers = await Promise.all([1, 2].map(async (n) => rowsOf(await engine.query(over(`select ${n}`), signal))));
    expect(answers).toEqual([[[1]], [[2]]]);
  });

  it('hands on a result larger than one message', async () => {
    const result = await engine.query(over('select range from range(20000)', { rows: 10_000 }), signal);
    const rows = await rowsOf(result);
    expect([rows.length, rows.at(-1)]).toEqual([10_000, [9999]]);
    expect(result.stats().truncated).toBe(true);
  });
});
