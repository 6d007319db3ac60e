import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trinoSql } from '../engines/athena/dialect.ts';
import { type AthenaOnDuckDb, athenaOnDuckDb, faultOf, trinoParser } from '../engines/athena/testing.ts';
import { createDuckDbEngine } from '../engines/duckdb/engine.ts';
import type { Engine } from '../engines/engine.ts';
import { createSampleLake, type SampleLake } from '../engines/testing.ts';
import { cloudSql } from './cloud.ts';
import { REPORTS, reportNamed } from './reports.ts';
import { runReport } from './run-report.ts';
import { ASKED, fillSample, NOW, ZONES } from './testing.ts';

const never = new AbortController().signal;
/** As many digits as two ways to work out a number agree in. */
const rounded = (value: unknown): unknown => (typeof value === 'number' ? Number(value.toPrecision(9)) : value);

describe('a report of Athena, its SQL executed by DuckDB in place of it', () => {
  let lake: SampleLake;
  let duckDb: Engine;
  let athena: AthenaOnDuckDb;
  beforeAll(async () => {
    lake = await createSampleLake(await mkdtemp(join(tmpdir(), 'tonearm-reports-')));
    await fillSample(lake);
    const { catalog, store, files, folder } = lake;
    duckDb = createDuckDbEngine({ catalog, store, files, zones: ZONES, memoryLimit: '300MB', threads: 1, tempDir: join(folder, 'spill') });
    athena = await athenaOnDuckDb(lake, ZONES);
  });
  afterAll(async () => {
    await Promise.all([duckDb.close(), athena.close()]);
    await rm(lake.folder, { recursive: true, force: true });
  });

  const asked = REPORTS.flatMap(({ name }) => (ASKED[name] ?? [{}]).map((params) => [name, params] as const));
  it.each(asked)('%s of %j gives what DuckDB gives', async (name, params) => {
    const [expected, found] = await Promise.all(
      [duckDb, athena].map(async (engine) => {
        const { rows, columns, hidden, uncertainDays } = await runReport(engine, reportNamed(name), params, never, { now: () => NOW });
        return { rows: rows.map((row) => row.map(rounded)), columns, hidden, uncertainDays };
      }),
    );
    expect(found).toEqual(expected);
    expect(expected?.rows.length).toBeGreaterThan(0);
  });

  it('is written in the SQL of Trino, as are the views that it reads', { timeout: 60_000 }, async () => {
    const parser = await trinoParser();
    const wrong = ['select a from b qualify true', 'select count(*) filter (where a > (1)) over () from b', 'selec 1'];
    for (const sql of wrong) expect([sql, faultOf(parser, sql)]).not.toEqual([sql, null]);
    const named = Object.fromEntries(REPORTS.flatMap(({ params }) => Object.keys(params.shape)).map((name) => [name, 'x']));
    const params = { ...named, limit: 5, threshold_hours: 5, content: 'music', now: NOW.toISOString() };
    const texts = [...REPORTS.map(({ name }) => name), 'scope'].map((name) => ({
      name,
      sql: trinoSql(cloudSql(name), { zones: ZONES, params }),
    }));
    expect(texts.length).toBeGreaterThan(20);
    expect([...texts, ...athena.views].map(({ name, sql }) => [name, faultOf(parser, sql)]).filter(([, fault]) => fault !== null)).toEqual(
      [],
    );
  });
});
