import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { LocalFiles, ObjectStore } from '../landing/object-store.ts';
import type { Catalog, Partition, TableFile } from '../tables/catalog.ts';
import { sortOf, storedColumns } from '../tables/stored.ts';
import type { Table } from '../tables/table.ts';
import { literal, type Warehouse } from './duckdb.ts';

export interface WorkingTablesOptions {
  readonly warehouse: Warehouse;
  readonly store: ObjectStore;
  readonly files: LocalFiles;
  readonly base: Catalog;
  readonly buildId: string;
  /** Folder of this build's own for files on their way to the store. */
  readonly tempDir: string;
}

/** The tables as one build sees and changes them; nothing is visible to others before the catalog names it. */
export interface WorkingTables {
  /** SQL of a relation with all stored columns of these partitions (those that exist); empty where there are none. */
  relation(table: Table, names: readonly string[]): Promise<string>;
  partition(table: Table, name: string): Partition | undefined;
  /** Names of the partitions of a table. */
  names(table: Table): readonly string[];
  /** Writes the rows of `select` as the whole of a partition; no rows: the partition is dropped. */
  replace(table: Table, name: string, select: string): Promise<void>;
  /** Adds one file of rows to a partition; `removed` are the rows that they stand in for, as a select. */
  extend(table: Table, name: string, select: string, removed: string): Promise<void>;
  /** Keys of all files that it wrote, those that it replaced again among them. */
  written(): readonly string[];
  /** What this build read and changed, for the commit. */
  outcome(): { readonly read: readonly string[]; readonly replace: readonly Partition[]; readonly drop: readonly string[] };
}

const idOf = (table: Table | string, name: string): string => `${typeof table === 'string' ? table : table.name}/${name}`;

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest('hex');
}

export function createWorkingTables(options: WorkingTablesOptions): WorkingTables {
  const { warehouse, store, files, base, buildId, tempDir } = options;
  const partitions = new Map(base.partitions.map((partition) => [idOf(partition.table, partition.name), partition]));
  const read = new Set<string>();
  const changed = new Set<string>();
  const keys: string[] = [];
  let fileCount = 0;

  const columnsOf = (table: Table): string =>
    storedColumns(table)
      .map(({ name }) => name)
      .join(', ');

  const relation: WorkingTables['relation'] = async (table, names) => {
    for (const name of names) read.add(idOf(table, name));
    const found = names.flatMap((name) => partitions.get(idOf(table, name))?.files ?? []);
    if (found.length === 0) {
      const empty = storedColumns(table).map(({ name, type }) => `null::${type} as ${name}`);
      return `(select ${empty.join(', ')} where false)`;
    }
    const paths = await files.paths(found.map(({ key, bytes }) => ({ key, size: bytes, etag: '' })));
    return `(select ${columnsOf(table)} from read_parquet([${paths.map(literal).join(', ')}], union_by_name = true, hive_partitioning = false))`;
  };

  /** Works the rows out once, into a file: what is told of a file is what was written. Null for no rows. */
  const write = async (table: Table, name: string, select: string): Promise<TableFile | null> => {
    fileCount += 1;
    const number = fileCount;
    const path = `${tempDir}/${table.name}-${number}.parquet`;
    const sort = sortOf(table).map((column) => `${column} nulls first`);
    const order = sort.length === 0 ? '' : ` order by ${sort.join(', ')}`;
    const [written] = await warehouse.rows(
      `copy (select ${columnsOf(table)} from (${select})${order}) to ${literal(path)} (format parquet, compression zstd)`,
    );
    const rows = Number(written?.Count);
    if (rows === 0) return null;
    const sha256 = await sha256Of(path);
    const key = `tables/${table.name}/${name}/${buildId}/part-${number}.parquet`;
    keys.push(key);
    const stored = await store.put(key, { file: path });
    return { key, bytes: stored.size, rows, sha256 };
  };

  return {
    relation,
    partition: (table, name) => partitions.get(idOf(table, name)),
    names: ({ name }) => [...partitions.values()].flatMap((partition) => (partition.table === name ? [partition.name] : [])),
    replace: async (table, name, select) => {
      const id = idOf(table, name);
      read.add(id);
      const written = await write(table, name, select);
      if (written === null && !partitions.has(id)) return;
      changed.add(id);
      if (written === null) partitions.delete(id);
      else partitions.set(id, { table: table.name, name, buildId, files: [written], rows: written.rows });
    },
    extend: async (table, name, select, removed) => {
      const id = idOf(table, name);
      read.add(id);
      const old = partitions.get(id) ?? { files: [], rows: 0 };
      const [gone] = await warehouse.rows(`select count(*)::bigint as n from (${removed})`);
      const written = await write(table, name, select);
      if (written === null) return;
      changed.add(id);
      partitions.set(id, {
        table: table.name,
        name,
        buildId,
        files: [...old.files, written],
        rows: old.rows + written.rows - Number(gone?.n),
      });
    },
    written: () => keys,
    outcome: () => ({
      read: [...read].sort(),
      replace: [...changed].sort().flatMap((id) => partitions.get(id) ?? []),
      drop: [...changed].sort().filter((id) => !partitions.has(id)),
    }),
  };
}
