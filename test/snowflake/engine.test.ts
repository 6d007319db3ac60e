import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import { createSnowflakeWorld, type SnowflakeWorld } from './world.ts';

const never = new AbortController().signal;
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
  const owner = await openSnowflake(world.place, null, world.driver);
  await applySnowflake(owner, place(), never);
  await owner.close();
  const { catalog, store, files } = lake;
  const tempDir = join(folder, 'spill');
  duckDb = createDuckDbEngine({ catalog, store, files, zones: SHARED_ZONES, memoryLimit: '300MB', threads: 1, tempDir });
  snowflake = engine();
});
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
    const owner = await openSnowflake(world.place, null, world.driver);
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
  });

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
  });

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
