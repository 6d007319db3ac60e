import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../kernel/clock.ts';
import { ask, rowsOf } from '../engine.contract.ts';
import type { Engine } from '../engine.ts';
import { createSampleLake } from '../testing.ts';
import { createAthenaEngine } from './engine.ts';

const never = new AbortController().signal;

interface Asked {
  readonly operation: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const column = (Name: string, Type: string, Precision = 0) => ({ Name, Type, Precision });
const row = (...values: readonly (string | null)[]) => ({
  Data: values.map((VarCharValue) => (VarCharValue === null ? {} : { VarCharValue })),
});

/** The other end of the world: what Glue and Athena answer, as a test wants it. */
interface World {
  /** By the number of times that the version was asked for. */
  version: (time: number) => { readonly version: string; readonly to: string };
  status: (time: number) => Readonly<Record<string, unknown>>;
  pages: readonly { readonly rows: readonly unknown[]; readonly columns: readonly unknown[] }[];
  failing: Readonly<Record<string, { readonly type: string; readonly message: string }>>;
}

describe('Athena, as it is spoken to', () => {
  let server: Server;
  let engine: Engine;
  let folder: string;
  let world: World;
  let asked: Asked[];
  let endpoint: string;
  const clock = createVirtualClock(new Date('2026-11-21T12:00:00Z'));
  const times = (operation: string): number => asked.filter((one) => one.operation === operation).length;

  function answer(operation: string, body: Readonly<Record<string, unknown>>): unknown {
    if (operation === 'GetTable') {
      const { version, to } = world.version(times('GetTable'));
      return { Table: { Name: 'published_version', Parameters: { 'tonearm.version': version, 'tonearm.switching_to': to } } };
    }
    if (operation === 'StartQueryExecution') return { QueryExecutionId: `q${times(operation)}` };
    if (operation === 'GetQueryExecution') return { QueryExecution: { StatementType: 'DML', ...world.status(times(operation)) } };
    if (operation !== 'GetQueryResults') return {};
    const at = Number(body.NextToken ?? 0);
    const { rows = [], columns = [] } = world.pages[at] ?? {};
    const next = at + 1 < world.pages.length ? { NextToken: String(at + 1) } : {};
    return { ResultSet: { Rows: rows, ResultSetMetadata: { ColumnInfo: columns } }, ...next };
  }

  beforeAll(async () => {
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: 'AKIATESTTESTTESTTEST',
      AWS_SECRET_ACCESS_KEY: 'of-the-tests',
      AWS_REGION: 'eu-central-1',
    });
    server = createServer(async (request, response) => {
      const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
      const body = (await json(request)) as Asked['body'];
      asked.push({ operation, body });
      const fault = world.failing[operation];
      response.writeHead(fault === undefined ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(fault === undefined ? answer(operation, body) : { __type: fault.type, message: fault.message }));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    folder = await mkdtemp(join(tmpdir(), 'tonearm-athena-'));
    const { catalog, store } = await createSampleLake(folder);
    const place = { database: 'lake', workgroup: 'lake', region: null, lake: { bucket: 'b', prefix: '' }, endpoint };
    engine = createAthenaEngine({ place, catalog, store, clock, attempts: 1 });
  });
  afterAll(async () => {
    await engine.close();
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    asked = [];
    world = {
      version: () => ({ version: '7', to: '' }),
      status: () => ({ Status: { State: 'SUCCEEDED' }, Statistics: { DataScannedInBytes: 1234 } }),
      pages: [{ rows: [row('n'), row('1')], columns: [column('n', 'integer')] }],
      failing: {},
    };
  });

  it('gives values as DuckDB gives them, whatever their type, over all pages', async () => {
    const columns = [
      ...[column('a', 'varchar'), column('b', 'bigint'), column('c', 'double'), column('d', 'boolean'), column('e', 'date')],
      ...[column('f', 'timestamp'), column('g', 'decimal', 10), column('h', 'decimal', 38), column('a', 'array')],
    ];
    const names = row(...columns.map(({ Name }) => Name));
    const first = row(
      '',
      '9007199254740993',
      '0.5',
      'true',
      '2026-02-03',
      '2026-11-21 10:00:00.250',
      '1.50',
      '12345678901234567890',
      '[a, b]',
    );
    const second = row(null, '5', 'NaN', 'false', null, '2026-11-21 10:00:00.000 UTC', null, null, null);
    world.pages = [
      { rows: [names, first], columns },
      { rows: [second], columns },
    ];
    const result = await engine.query(ask('select 1'), never);
    expect(result.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'a text',
      'b integer',
      'c double',
      'd boolean',
      'e date',
      'f timestamp',
      'g double',
      'h text',
      'a_1 text',
    ]);
    expect(await rowsOf(result)).toEqual([
      ['', 9007199254740993n, 0.5, true, '2026-02-03', '2026-11-21T10:00:00.250Z', 1.5, '12345678901234567890', '[a, b]'],
      [null, 5, 'NaN', false, null, '2026-11-21T10:00:00Z', null, null, null],
    ]);
    expect(result.catalogVersion).toBe(7);
    expect(result.stats()).toMatchObject({ rows: 2, truncated: false, scannedBytes: 1234 });
  });

  it('asks in the workgroup and database of the lake, with parameters as values', async () => {
    await engine.query(
      ask("select $who as who, $n::bigint as n, arg_max(a, b) from stored.plays -- it's a comment", { params: { who: "it's", n: 5 } }),
      never,
    );
    expect(asked.find(({ operation }) => operation === 'StartQueryExecution')?.body).toMatchObject({
      QueryString: "select 'it''s' as who , cast(5 as bigint) as n , max_by(a, b) filter (where a is not null) from stored_plays as plays",
      WorkGroup: 'lake',
      QueryExecutionContext: { Database: 'lake', Catalog: 'AwsDataCatalog' },
    });
    await expect(engine.query(ask('select $missing'), never)).rejects.toMatchObject({ code: 'bad_sql' });
  });

  it("takes a person's SQL as it is, and only what reads", async () => {
    const guarded = (sql: string) => engine.query(ask(sql, { trust: 'guarded' }), never);
    const sql = "select a::b, '$n' from t; ";
    await guarded(sql);
    expect(asked.find(({ operation }) => operation === 'StartQueryExecution')?.body.QueryString).toBe(sql);
    await guarded('explain (type distributed) (with a as (select 1) select * from a)');
    const before = asked.length;
    const refused = [
      'drop table plays',
      'insert into plays select 1',
      'select 1; drop table plays',
      'explain analyze insert into a select 1',
      '-- select\nunload (select 1)',
      '',
    ];
    for (const one of refused) await expect(guarded(one)).rejects.toMatchObject({ code: 'bad_sql' });
    expect(asked).toHaveLength(before);
  });

  it('cuts at the row limit and says so', async () => {
    world.pages = [{ rows: [row('n'), row('1'), row('2'), row('3')], columns: [column('n', 'integer')] }];
    const limits = { rows: 2, bytes: 1e9, ms: 1000 };
    const cut = await engine.query(ask('select n', { limits }), never);
    expect(await rowsOf(cut)).toEqual([[1], [2]]);
    expect(cut.stats()).toMatchObject({ rows: 2, truncated: true });
  });

  it('asks again where the version moved while the query ran, and waits for a switch to end', async () => {
    const versions = ['7', '8', '8', '8', '8'];
    world.version = (time) => ({ version: versions[time - 1] ?? '8', to: time === 3 ? '9' : '' });
    expect((await engine.query(ask('select 1'), never)).catalogVersion).toBe(8);
    expect(times('StartQueryExecution')).toBe(2);
  });

  it('gives up with what to do where a switch never ends, as the one who made it died', async () => {
    world.version = () => ({ version: '7', to: '8' });
    await expect(engine.query(ask('select 1'), never)).rejects.toMatchObject({
      code: 'conflict',
      retryable: true,
      hint: expect.stringContaining('tonearm publish'),
    });
    expect(times('StartQueryExecution')).toBe(0);
  });

  it('stops the query at Athena, too, once the signal fires or time is up', async () => {
    world.status = () => ({ Status: { State: 'RUNNING' } });
    const stop = new AbortController();
    world.status = (time) => {
      if (time === 3) stop.abort();
      return { Status: { State: 'RUNNING' } };
    };
    await expect(engine.query(ask('select 1'), stop.signal)).rejects.toMatchObject({ code: 'cancelled' });
    expect(times('StopQueryExecution')).toBe(1);
    const limits = { rows: 1, bytes: 1, ms: 5_000 };
    await expect(engine.query(ask('select 1', { limits }), never)).rejects.toMatchObject({ code: 'limit_exceeded' });
    expect(times('StopQueryExecution')).toBe(2);
    const already = asked.length;
    await expect(engine.query(ask('select 1'), AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    expect(asked).toHaveLength(already);
  });

  it.each([
    ['FAILED', 'SYNTAX_ERROR: line 1:8: Column nope cannot be resolved', 'bad_sql'],
    ['FAILED', 'Query exhausted resources at this scale factor', 'limit_exceeded'],
    ['FAILED', 'HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split s3://b/x', 'corrupt'],
    ['FAILED', 'PERMISSION_DENIED: no', 'config'],
    ['FAILED', 'GENERIC_INTERNAL_ERROR: oh', 'upstream'],
    ['CANCELLED', 'Bytes scanned limit was exceeded', 'limit_exceeded'],
    ['CANCELLED', 'by somebody', 'cancelled'],
  ])('a query that is %s for %s is %s', async (State, StateChangeReason, code) => {
    world.status = () => ({ Status: { State, StateChangeReason } });
    await expect(engine.query(ask('select 1'), never)).rejects.toMatchObject({ code });
  });

  it.each([
    ['StartQueryExecution', 'InvalidRequestException', 'WorkGroup lake is not found', 'config'],
    ['StartQueryExecution', 'InvalidRequestException', 'line 1:1: mismatched input', 'bad_sql'],
    ['StartQueryExecution', 'TooManyRequestsException', 'Rate exceeded', 'upstream'],
    ['GetTable', 'EntityNotFoundException', 'Database lake not found.', 'config'],
    ['GetTable', 'EntityNotFoundException', 'Table published_version not found.', 'config'],
    ['GetQueryResults', 'AccessDeniedException', 'no', 'config'],
  ])('%s that is answered with %s (%s) is %s', async (operation, type, message, code) => {
    world.failing = { [operation]: { type, message } };
    await expect(engine.query(ask('select 1'), never)).rejects.toMatchObject({ code, hint: expect.any(String) });
  });
});
