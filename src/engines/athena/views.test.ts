import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TABLES } from '../../tables/star-schema.ts';
import { fillOddly, ODD_ZONES } from '../cloud/testing.ts';
import { createDuckDbEngine } from '../duckdb/engine.ts';
import { ask, rowsOf } from '../engine.contract.ts';
import type { Engine } from '../engine.ts';
import { createSampleLake, type SampleLake } from '../testing.ts';
import { type AthenaOnDuckDb, athenaOnDuckDb } from './testing.ts';

const never = new AbortController().signal;

describe('views of Athena, their SQL executed by DuckDB in place of it', () => {
  let lake: SampleLake;
  let duckDb: Engine;
  let athena: AthenaOnDuckDb;
  beforeAll(async () => {
    lake = await createSampleLake(await mkdtemp(join(tmpdir(), 'tonearm-athena-')));
    await fillOddly(lake);
    const { catalog, store, files, folder } = lake;
    duckDb = createDuckDbEngine({
      catalog,
      store,
      files,
      zones: ODD_ZONES,
      memoryLimit: '300MB',
      threads: 1,
      tempDir: join(folder, 'spill'),
    });
    athena = await athenaOnDuckDb(lake, ODD_ZONES);
  });
  afterAll(async () => {
    await Promise.all([duckDb.close(), athena.close()]);
    await rm(lake.folder, { recursive: true, force: true });
  });

  // Sums that this lake does not store are worked out by DuckDB alone.
  const told = TABLES.filter(({ kind }) => kind !== 'rollup');
  it.each(told.map(({ name }) => name))('%s has the rows that DuckDB gives', async (name) => {
    const sql = `select * from ${name}`;
    const [expected, found] = await Promise.all([duckDb, athena].map(async (engine) => engine.query(ask(sql), never)));
    if (expected === undefined || found === undefined) throw new Error('no answer');
    const text = (rows: readonly (readonly unknown[])[]): readonly string[] => rows.map((row) => JSON.stringify(row)).sort();
    expect(found.columns).toEqual(expected.columns);
    expect(text(await rowsOf(found))).toEqual(text(await rowsOf(expected)));
  });
});
