import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Config } from '../../src/config.ts';
import { fillOddly, ODD_ZONES } from '../../src/engines/cloud/testing.ts';
import { createDuckDbEngine } from '../../src/engines/duckdb/engine.ts';
import { ask, engineContract, rowsOf } from '../../src/engines/engine.contract.ts';
import type { Engine } from '../../src/engines/engine.ts';
import { openSnowflake } from '../../src/engines/snowflake/session.ts';
import { applySnowflake } from '../../src/engines/snowflake/setup.ts';
import { viewStep } from '../../src/engines/snowflake/step.ts';
import { snowflakeViews, viewName } from '../../src/engines/snowflake/views.ts';
import { createSampleLake, type SampleLake } from '../../src/engines/testing.ts';
import type { Ids } from '../../src/kernel/id.ts';
import { snowflakeEngine } from '../../src/pipeline/snowflake.ts';
import { REPORTS, reportNamed } from '../../src/reports/reports.ts';
import { runReport } from '../../src/reports/run-report.ts';
import { ASKED, fillSample, NOW, ZONES } from '../../src/reports/testing.ts';
import { TABLES } from '../../src/tables/star-schema.ts';
import { createSnowflakeWorld, PASSPHRASE, type SnowflakeWorld, sessionPast } from './world.ts';

const never = new AbortController().signal;
/** A machine that does much else. */
const SLOW = 60_000;
const SHARED_ZONES = { ...ODD_ZONES, ...ZONES };

let folder: string;
let world: SnowflakeWorld;
let lake: SampleLake;
let duckDb: Engine;
let snowflake: Engine;
let isKept = false;

const place = () => ({ ...world.place, zones: SHARED_ZONES });

function engine(): Engine {
  const accounts = Object.entries(SHARED_ZONES).map(([name, timeZone]) => ({ name, timeZone }));
  const config = { snowflake: world.place, accounts } as unknown as Config;
  const ids = { runId: () => 'load' } as Ids;
  const { catalog, store, files } = lake;
  const context = { config, ids, catalog, store, files, tempDir: join(folder, 'temp'), progress: () => undefined };
  return snowflakeEngine(context, { driver: world.driver });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tonearm-snowflake-'));
  world = await createSnowflakeWorld(folder);
  lake = await createSampleLake(join(folder, 'lake'));
  const owner = await sessionPast(world);
  await applySnowflake(owner, place(), never);
  await owner.close();
  const { catalog, store, files } = lake;
  const tempDir = join(folder, 'spill');
  duckDb = createDuckDbEngine({ catalog, store, files, zones: SHARED_ZONES, memoryLimit: '300MB', threads: 1, tempDir });
  snowflake = engine();
}, SLOW);
afterAll(async () => {
  await Promise.all([duckDb.close(), snowflake.close()]);
  await world.standIn.close();
  await rm(folder, { recursive: true, force: true });
});

engineContract('Snowflake', async () => engine());

/** Loads what there is, and works out every view once: DuckDB takes longer to plan them than to answer. */
async function publish(): Promise<void> {
  const { duckdb } = world.standIn;
  const views = snowflakeViews(place()).map((view) => ({ name: viewName(place(), view), sql: viewStep(place(), view).statements }));
  if (isKept) {
    const owner = await sessionPast(world);
    for (const { name } of views) await duckdb.run(`drop table ${name}`);
    for (const { sql } of views) for (const statement of sql) await owner.run(statement, never);
    await owner.close();
  }
  await snowflake.publish(await lake.catalog.current(), null, never);
  for (const { name } of views) {
    await duckdb.run(`create table tonearm.main.kept as select * from ${name}`);
    await duckdb.run(`drop view ${name}`);
    await duckdb.run(`create table ${name} as from tonearm.main.kept`);
    await duckdb.run('drop table tonearm.main.kept');
  }
  isKept = true;
}

describe('views of Snowflake', () => {
  beforeAll(async () => {
    await fillOddly(lake);
    await publish();
  }, SLOW);

  // Sums that this lake does not store are worked out by DuckDB alone.
  const told = TABLES.filter(({ kind }) => kind !== 'rollup');
  it.each(told.map(({ name }) => name))('%s has the rows that DuckDB gives', async (name) => {
    const [expected, found] = await Promise.all([duckDb, snowflake].map(async (one) => one.query(ask(`select * from ${name}`), never)));
    if (expected === undefined || found === undefined) throw new Error('no answer');
    const text = (rows: readonly (readonly unknown[])[]): readonly string[] => rows.map((row) => JSON.stringify(row)).sort();
    expect(found.columns).toEqual(expected.columns);
    expect(text(await rowsOf(found))).toEqual(text(await rowsOf(expected)));
  });
});

/** As many digits as two ways to work out a number agree in. */
const rounded = (value: unknown): unknown => (typeof value === 'number' ? Number(value.toPrecision(9)) : value);

describe('a report of Snowflake', () => {
  beforeAll(async () => {
    for (const { name } of TABLES) await lake.drop(name);
    for (const zone of ['rules/', 'runs/']) for await (const { key } of lake.store.list(zone)) await lake.store.remove([key]);
    await fillSample(lake);
    await publish();
  }, SLOW);

  const asked = REPORTS.flatMap(({ name }) => (ASKED[name] ?? [{}]).map((params) => [name, params] as const));
  it.each(asked)('%s of %j gives what DuckDB gives', async (name, params) => {
    const [expected, found] = await Promise.all(
      [duckDb, snowflake].map(async (one) => {
        const { rows, columns, hidden, uncertainDays } = await runReport(one, reportNamed(name), params, never, { now: () => NOW });
        return { rows: rows.map((row) => row.map(rounded)), columns, hidden, uncertainDays };
      }),
    );
    expect(found).toEqual(expected);
    expect(expected?.rows.length).toBeGreaterThan(0);
  });
});

describe('a question to Snowflake', () => {
  const limits = { rows: 1_000_000, bytes: 1e9, ms: 20_000 };
  const endless = 'select count(*) as n from numbers() as a join numbers() as b on a.number % 7 = b.number % 3';

  it('has rows that come in parts, in their order', async () => {
    world.standIn.sent.length = 0;
    const result = await snowflake.query(ask('select number from numbers() as n where number < 5000 order by number'), never);
    expect((await rowsOf(result)).flat()).toEqual(Array.from({ length: 5_000 }, (_, at) => at));
    expect(world.standIn.sent.filter((text) => text.startsWith('/parts/'))).toHaveLength(3);
  });

  it('ends at Snowflake, too, where its asker stops it', async () => {
    const stop = new AbortController();
    world.standIn.sent.length = 0;
    const asked = snowflake.query(ask(endless), stop.signal);
    await until(() => world.standIn.statements.at(-1)?.includes('count(*) as n') === true);
    stop.abort();
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
    expect(world.standIn.sent.some((text) => text.includes('/abort-request'))).toBe(true);
  });

  it('ends at Snowflake, too, where its time is up, which Snowflake is told with it', async () => {
    world.standIn.sent.length = 0;
    await expect(snowflake.query(ask(endless, { limits: { ...limits, ms: 250 } }), never)).rejects.toMatchObject({
      code: 'limit_exceeded',
    });
    expect(world.standIn.sent.some((text) => text.includes('/abort-request'))).toBe(true);
    expect(world.standIn.sent.find((text) => text.includes('count'))).toContain('"STATEMENT_TIMEOUT_IN_SECONDS":1');
  });

  it('is of a person where it is one SELECT of the views, in the words of Snowflake', async () => {
    const mine = (sql: string) => snowflake.query(ask(sql, { trust: 'guarded' }), never);
    const result = await mine(
      'SELECT UPPER_NAME, N FROM (SELECT TRIM(ACCOUNT_ID) AS UPPER_NAME, COUNT(*) AS N FROM plays GROUP BY 1) ORDER BY 1;',
    );
    expect(result.columns.map(({ name }) => name)).toEqual(['upper_name', 'n']);
    const counted = await duckDb.query(ask('select account_id, count(*) from plays group by 1 order by 1'), never);
    expect(await rowsOf(result)).toEqual(await rowsOf(counted));
    const typed = await mine(
      "SELECT CAST('2026-11-21 10:00:00.5+02:00' AS TIMESTAMP_LTZ) AS t, 1.50 AS d, 12345678901234567.5 AS long, TRUE AS b",
    );
    expect(typed.columns.map(({ type }) => type)).toEqual(['timestamp', 'double', 'text', 'boolean']);
    expect(await rowsOf(typed)).toEqual([['2026-11-21T08:00:00.500Z', 1.5, '12345678901234567.5', true]]);
    await expect(mine('SELECT * FROM no_such_table')).rejects.toMatchObject({ code: 'bad_sql' });
    await expect(mine('SELECT * FROM "TONEARM"."LAKE_STORED"."PLAYS"')).rejects.toMatchObject({ code: 'bad_sql' });
    await expect(mine('DELETE FROM plays')).rejects.toMatchObject({ code: 'bad_sql', message: 'only SELECT can be asked here' });
  });

  it('is asked again where a load moved the version meanwhile', async () => {
    const { duckdb, statements } = world.standIn;
    const table = isKept ? 'tonearm.lake.published_version' : 'tonearm.lake_stored.catalog_loaded';
    const column = isKept ? 'catalog_version' : 'version';
    const version = (await lake.catalog.current()).version;
    const asked = snowflake.query(ask('select count(*) as slow from numbers() as a join numbers() as b on b.number < 300'), never);
    await until(() => statements.at(-1)?.includes('slow') === true);
    await duckdb.run(`update ${table} set ${column} = ${column} + 1`);
    expect((await asked).catalogVersion).toBe(version + 1);
    expect(statements.filter((sql) => sql.includes('slow'))).toHaveLength(2);
    await duckdb.run(`update ${table} set ${column} = ${version}`);
  });

  it('logs in anew where the session was ended meanwhile', async () => {
    await world.standIn.forget();
    expect(await rowsOf(await snowflake.query(ask('select 1 as one'), never))).toEqual([[1]]);
  });

  it('sends no secret, and tags what it asks with the name of the program', async () => {
    const { sent } = world.standIn;
    sent.length = 0;
    await world.standIn.forget();
    await snowflake.query(ask('select 1 as one'), never);
    const key = (await readFile(world.place.keyFile ?? '', 'utf8')).split('\n').filter((line) => line.length > 40);
    expect(key.length).toBeGreaterThan(10);
    const all = sent.join('\n');
    for (const secret of [PASSPHRASE, ...key]) expect(all).not.toContain(secret);
    for (const auth of ['oauth', 'pat'] as const) {
      const refused = openSnowflake({ ...world.place, auth, token: 'hush-hush' }, null, world.driver);
      const error = await refused.then(
        () => null,
        (thrown: unknown) => thrown,
      );
      expect(error).toMatchObject({ code: 'config' });
      expect(inspect(error, { depth: 20, showHidden: true })).not.toContain('hush');
    }
    expect(sent.filter((text) => text.includes('sqlText')).every((text) => text.includes('"QUERY_TAG":"tonearm"'))).toBe(true);
  });
});

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}
