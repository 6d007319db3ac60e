/** A small lake for tests: table files made by DuckDB from rows, in a folder that the test gives. */
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { PipelineError } from '../kernel/errors.ts';
import { createFsStore } from '../landing/fs-store.ts';
import { createFsLocalFiles } from '../landing/local-files.ts';
import type { LocalFiles, ObjectStore } from '../landing/object-store.ts';
import type { Catalog, CatalogStore, Partition } from '../tables/catalog.ts';
import { tableNamed } from '../tables/star-schema.ts';
import { storedColumns } from '../tables/stored.ts';

export type SampleRow = Readonly<Record<string, unknown>>;

export interface SampleLake {
  readonly folder: string;
  readonly store: ObjectStore;
  readonly files: LocalFiles;
  readonly catalog: CatalogStore;
  /** Adds a file to a table's partition as a new catalog version. `columns`: those of an older file; all that are declared where omitted. */
  add(table: string, rows: readonly SampleRow[], options?: { partition?: string; columns?: readonly string[] }): Promise<string>;
  /** A new catalog version without the table. */
  drop(table: string): Promise<void>;
}

export async function createSampleLake(folder: string): Promise<SampleLake> {
  const versions: Catalog[] = [emptyCatalog()];
  const head = (): Catalog => versions.at(-1) ?? emptyCatalog();
  const put = (partitions: readonly Partition[]): void => {
    versions.push({ ...head(), version: head().version + 1, partitions });
  };
  const refuse = async (): Promise<never> => {
    throw new PipelineError('a sample lake takes no commits', { code: 'internal' });
  };
  return {
    folder,
    store: createFsStore(folder),
    files: createFsLocalFiles(folder),
    catalog: {
      current: async () => head(),
      ground: async () => head(),
      at: async (version) => versions[version] ?? null,
      commit: refuse,
      consumed: async function* () {
        yield* [];
      },
    },
    add: async (table, rows, { partition = 'all', columns } = {}) => {
      const key = `tables/${table}/${partition}/b${versions.length}/part-0.parquet`;
      await writeParquet(join(folder, key), table, rows, columns);
      const file = { key, bytes: (await stat(join(folder, key))).size, rows: rows.length, sha256: '0'.repeat(64) };
      const before = head().partitions.find((one) => one.table === table && one.name === partition);
      const files = [...(before?.files ?? []), file];
      const total = files.reduce((sum, one) => sum + one.rows, 0);
      const next: Partition = { table, name: partition, buildId: `b${versions.length}`, files, rows: total };
      put([...head().partitions.filter((one) => one !== before), next]);
      return key;
    },
    drop: async (table) => put(head().partitions.filter((one) => one.table !== table)),
  };
}

const emptyCatalog = (): Catalog => ({
  version: 0,
  schema: 2,
  runId: '',
  committedAt: '1970-01-01T00:00:00Z',
  contract: 1,
  rules: 1,
  partitions: [],
  consumed: [],
});

/** Columns a row does not name are null. */
async function writeParquet(path: string, table: string, rows: readonly SampleRow[], only?: readonly string[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const columns = storedColumns(tableNamed(table)).filter(({ name }) => only === undefined || only.includes(name));
  const shape = columns.map(({ name, type }) => `"${name}": '${type}'`).join(', ');
  await writeFile(`${path}.ndjson`, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const source = `read_json('${path}.ndjson', format = 'newline_delimited', records = true, columns = {${shape}})`;
  await connection.run(`copy (select * from ${source}) to '${path}' (format parquet)`);
  connection.closeSync();
  instance.closeSync();
}
