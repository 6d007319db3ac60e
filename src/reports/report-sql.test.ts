import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, answer } from '../engines/duckdb/answer.ts';
import { allSmallFiles, createDuckDbEngine, lakeFiles } from '../engines/duckdb/engine.ts';
import { judge } from '../engines/duckdb/guard.ts';
import { answerGuarded } from '../engines/duckdb/guarded-query.ts';
import noneHeard from '../engines/duckdb/kept/heard_none.sql';
import type { LakeFiles } from '../engines/duckdb/relations.ts';
import { lockSession, type Machine, openSession, type Session } from '../engines/duckdb/session.ts';
import type { Engine, ResultColumn, Scalar } from '../engines/engine.ts';
import { createSampleLake, type SampleLake } from '../engines/testing.ts';
import { createSystemClock } from '../kernel/clock.ts';
import { reportSql } from './report-sql.ts';
import { REPORTS, reportNamed } from './reports.ts';
import { runReport } from './run-report.ts';
import { ASKED, fillSample, NOW, type Params, ZONES } from './testing.ts';

const never = new AbortController().signal;

/** What would end a text, a name or a comment, or look like a parameter, were it put into the SQL as it is. */
const NASTY = `it's';select(1);--/*$limit{{in_period}}\\"x"\u2028`;

/** Each report once, and the nasty text in every parameter that takes one. */
const CASES: readonly (readonly [string, Params])[] = [
  ...REPORTS.map(({ name }) => [name, ASKED[name]?.at(-1) ?? {}] as const),
  ['recent-plays', { search: NASTY }],
  ['recent-plays', { before: `2026-03-05T11:00:00.5Z/${NASTY}` }],
  ['discography', { artist: NASTY }],
  ['popularity-trend', { item: NASTY }],
];

async function rowsOf({ columns, batches }: Answer): Promise<{ columns: readonly ResultColumn[]; rows: readonly (readonly Scalar[])[] }> {
  const rows: (readonly Scalar[])[] = [];
  for await (const batch of batches) rows.push(...batch);
  return { columns, rows };
}

describe('the SQL of a report', () => {
  let lake: SampleLake;
  let engine: Engine;
  let files: LakeFiles;
  let machine: Machine;
  let session: Session;
  let locked: DuckDBConnection;
  beforeAll(async () => {
    lake = await createSampleLake(await mkdtemp(join(tmpdir(), 'tonearm-report-sql-')));
    await fillSample(lake);
    machine = { memoryLimit: '300MB', threads: 1, tempDir: join(lake.folder, 'spill') };
    const options = { catalog: lake.catalog, store: lake.store, files: lake.files, zones: ZONES, ...machine };
    engine = createDuckDbEngine(options);
    files = await lakeFiles(options, await lake.catalog.current(), await allSmallFiles(lake.store));
    session = await openSession(files, machine);
    locked = await session.connect();
    for (const { sql } of REPORTS) await session.keepFor(locked, sql.duckdb);
    await lockSession(locked, files);
  });
  afterAll(async () => {
    session.close();
    await engine.close();
    await rm(lake.folder, { recursive: true, force: true });
  });

  const clock = createSystemClock();
  const limits = { rows: 100_000, bytes: 1e8, ms: 30_000 };

  it.each(CASES)('%s of %j passes the guard and has the rows of the report', async (name, params) => {
    const report = reportNamed(name);
    const { columns, rows } = await runReport(engine, report, params, never, { now: () => NOW });
    const { sql } = await judge(locked, reportSql(report, params, 'duckdb', NOW));
    expect(await rowsOf(await answer(locked, { sql, params: {}, limits }, clock, never))).toEqual({ columns, rows });
  });

  it('is answered by a guarded query, which makes what the engine keeps for reports', async () => {
    const report = reportNamed('listening-clock');
    const asked = { sql: reportSql(report, {}, 'duckdb', NOW), params: {}, limits };
    const { columns, rows } = await runReport(engine, report, {}, never, { now: () => NOW });
    expect(await rowsOf(await answerGuarded({ asked, files, machine }, clock, never))).toEqual({ columns, rows });
    expect(rows.length).toBeGreaterThan(0);
  });

  it('has the same rows where there are more plays than are kept', async () => {
    const large = await openSession(files, machine);
    const connection = await large.connect();
    const names = ['top-tracks', 'top-albums', 'recent-plays', 'on-this-day', 'sessions', 'plays-per-day'];
    for (const name of names) await large.keepFor(connection, reportNamed(name).sql.duckdb);
    await connection.run(`drop table kept.file_plays; drop table kept.file_lengths; ${noneHeard}`);
    for (const name of names) {
      for (const params of ASKED[name] ?? []) {
        const { columns, rows } = await runReport(engine, reportNamed(name), params, never, { now: () => NOW });
        const sql = reportSql(reportNamed(name), params, 'duckdb', NOW);
        expect(await rowsOf(await answer(connection, { sql, params: {}, limits }, clock, never))).toEqual({ columns, rows });
      }
    }
    connection.closeSync();
    large.close();
  });

  it('holds no parameter, and refuses what the report refuses', () => {
    expect(reportSql(reportNamed('freshness'), {}, 'duckdb', NOW)).toContain("'2026-11-21T12:00:00.000Z'::timestamp");
    const refused =
      (params: Params, dialect: Engine['dialect'] = 'duckdb') =>
      () =>
        reportSql(reportNamed('top-tracks'), params, dialect, NOW);
    expect(refused({ limit: '1; drop table plays' })).toThrow(expect.objectContaining({ code: 'usage' }));
    expect(refused({}, 'athena')).toThrow(expect.objectContaining({ code: 'usage' }));
    expect(() => reportSql(reportNamed('discography'), { artist: 'a\0b' }, 'duckdb', NOW)).toThrow('artist holds a NUL character');
  });
});
