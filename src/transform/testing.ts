import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { LocalFiles, ObjectStore } from '../landing/object-store.ts';
import type { RawObject } from '../landing/raw.ts';
import type { Catalog, Partition } from '../tables/catalog.ts';
import { STORED_TABLES, tableNamed } from '../tables/star-schema.ts';
import { openWarehouse, type Row, type Warehouse } from './duckdb.ts';
import { partitionSums } from './partition-sum.ts';
import { type BuiltBatch, createModels } from './run-models.ts';
import type { StageInput } from './stage.ts';
import { createWorkingTables } from './working-tables.ts';

/** One answer, as a test writes it down. */
export interface ScriptedAnswer {
  readonly path: string;
  readonly at: string;
  readonly body: unknown;
  readonly query?: Readonly<Record<string, string>>;
  readonly walk?: { readonly started_at: string; readonly seq: number };
}

/** A lake of a test's own: tables are built batch by batch, as one process after another would. */
export interface TestLake {
  /** One build, which reads its inputs in these batches. */
  build(...batches: readonly (readonly StageInput[])[]): Promise<BuiltBatch>;
  /** Rows that a query would see, without bookkeeping columns, in the order of the key. */
  rows(table: string, columns?: string): Promise<readonly Row[]>;
  /** Columns and types as the table's files have them; none where it has no file. */
  describe(table: string): Promise<readonly { name: string; type: string }[]>;
  /** Row count and checksum of every partition, as text. */
  sums(): Promise<readonly string[]>;
  close(): void;
}

/** A folder for one test file; the system clears it. */
export function testFolder(): string {
  return mkdtempSync(join(tmpdir(), 'tonearm-test-'));
}

let count = 0;

/** A raw object of pages in a file, as the landing zone would hold it. */
export function rawPages(folder: string, stream: string, answers: readonly ScriptedAnswer[], account = 'me'): StageInput {
  const lines = answers.map(({ path, at, body, query, walk }, index) =>
    JSON.stringify({
      line: index + 1,
      observed_at: at,
      request: { method: 'GET', path, query: query ?? {} },
      status: 200,
      ...(walk === undefined ? {} : { walk }),
      body,
      body_sha256: '',
    }),
  );
  return rawFile(folder, stream, `${lines.join('\n')}\n`, 'pages', account);
}

/** A raw object that is one bare body. */
export function rawObject(folder: string, stream: string, body: unknown, observedAt: Date | null = null, account = 'me'): StageInput {
  const input = rawFile(folder, stream, JSON.stringify(body), 'object', account);
  return { ...input, raw: { ...input.raw, observedAt } };
}

/** A raw object that is one file of streaming history. */
export function rawHistory(folder: string, stream: string, records: readonly unknown[], name: string, account = 'me'): StageInput {
  const input = rawFile(folder, stream, JSON.stringify(records), 'array', account);
  return { ...input, raw: { ...input.raw, source: 'export', name } };
}

function rawFile(folder: string, stream: string, text: string, format: RawObject['format'], account: string): StageInput {
  count += 1;
  const path = join(folder, `${stream}-${count}.gz`);
  writeFileSync(path, gzipSync(text));
  const sha256 = createHash('sha256').update(text).digest('hex');
  const raw: RawObject = {
    landedId: `20260101t000000000z-${String(count).padStart(8, '0')}`,
    key: `raw/${stream}/account=${account}/file/${sha256}.json.gz`,
    stream,
    account,
    source: 'web_api',
    format,
    bytes: text.length,
    sha256,
    landedAt: new Date('2026-01-01T00:00:00Z'),
    observedAt: null,
    contract: 1,
    runId: 'run',
    name: null,
  };
  return { raw, stream, path, quarantined: [] };
}

/** Just enough of a store for a build, which only puts files. */
function folderStore(root: string): ObjectStore {
  const unused = (): never => {
    throw new Error('a build only puts files');
  };
  return {
    put: async (key, body) => {
      const path = join(root, key);
      mkdirSync(dirname(path), { recursive: true });
      if (body instanceof Uint8Array) writeFileSync(path, body);
      else renameSync(body.file, path);
      return { key, size: statSync(path).size, etag: '' };
    },
    create: unused,
    open: unused,
    list: unused,
    remove: unused,
  };
}

const EMPTY: Catalog = { version: 0, schema: 2, runId: '', committedAt: '', contract: 1, rules: 1, partitions: [], consumed: [] };

export async function openTestLake(folder: string): Promise<TestLake> {
  count += 1;
  const root = join(folder, `lake-${count}`);
  const tempDir = join(folder, `temp-${count}`);
  mkdirSync(tempDir, { recursive: true });
  const store = folderStore(root);
  const files: LocalFiles = { paths: async (objects) => objects.map(({ key }) => join(root, key)) };
  const warehouse: Warehouse = await openWarehouse({ threads: 2, memoryLimit: '1GB', tempDir: join(tempDir, 'spill') });
  let partitions: readonly Partition[] = [];
  let builds = 0;
  const working = () => {
    builds += 1;
    return createWorkingTables({ warehouse, store, files, base: { ...EMPTY, partitions }, buildId: `build-${builds}`, tempDir });
  };
  return {
    build: async (...batches) => {
      const tables = working();
      const built: BuiltBatch[] = [];
      const models = createModels(warehouse, tables);
      for (const inputs of batches) built.push(await models.add(inputs));
      await models.finish();
      const { replace, drop } = tables.outcome();
      const changed = new Set([...replace.map(({ table, name }) => `${table}/${name}`), ...drop]);
      partitions = [...partitions.filter(({ table, name }) => !changed.has(`${table}/${name}`)), ...replace];
      return { staged: built.flatMap(({ staged }) => staged), judgedAnew: built.flatMap(({ judgedAnew }) => judgedAnew) };
    },
    rows: async (name, columns) => {
      const table = tableNamed(name);
      const names = partitions.filter((partition) => partition.table === name).map((partition) => partition.name);
      const shown =
        columns ??
        table.columns
          .filter(({ isDerived }) => !isDerived)
          .map((column) => column.name)
          .join(', ');
      return warehouse.rows(`select ${shown} from ${await working().relation(table, names)} order by all`);
    },
    describe: async (name) => {
      const found = partitions.filter(({ table }) => table === name).flatMap((partition) => partition.files);
      const [file] = found;
      if (file === undefined) return [];
      const rows = await warehouse.rows(`describe select * from read_parquet('${join(root, file.key)}', hive_partitioning = false)`);
      return rows.map(({ column_name, column_type }) => ({ name: String(column_name), type: String(column_type) }));
    },
    sums: async () => {
      const sums: string[] = [];
      for (const { name } of STORED_TABLES.filter((one) => one.name !== 'quarantine')) {
        const own = partitions.filter(({ table }) => table === name);
        for (const [at, { rows, checksum }] of (await partitionSums(warehouse, files, own)).entries()) {
          const one = own[at];
          if (one?.rows !== rows) throw new Error(`${name}/${one?.name} has ${rows} rows where the catalog says ${one?.rows}`);
          sums.push(`${name}/${one.name} ${rows} ${checksum}`);
        }
      }
      return sums.sort();
    },
    close: () => warehouse.close(),
  };
}
