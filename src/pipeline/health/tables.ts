import { PipelineError } from '../../kernel/errors.ts';
import type { Catalog, Partition, TableFile } from '../../tables/catalog.ts';
import { checksumOf } from '../../tables/checksum.ts';
import { latestSelect } from '../../tables/latest.ts';
import { STORED_TABLES, tableNamed } from '../../tables/star-schema.ts';
import { storedColumns } from '../../tables/stored.ts';
import { literal, type Warehouse } from '../../transform/duckdb.ts';
import type { Context } from '../context.ts';
import type { Finding } from '../findings.ts';

/** Things named one by one; of more than these the rest is counted. */
const SHOWN = 3;
const REBUILD = 'Run `tonearm rebuild`: it makes every table anew from raw.';

interface Fault {
  readonly key: string;
  readonly what: string;
}

function findingOf(check: string, faults: readonly Fault[], fine: string): Finding {
  const [first] = faults;
  if (first === undefined) return { check, state: 'ok', where: null, found: fine, next: null };
  const named = faults.slice(0, SHOWN).map(({ key, what }) => `${key} ${what}`);
  const rest = faults.length - named.length;
  const found = `${named.join('; ')}${rest === 0 ? '' : `; and ${rest} more`}`;
  return { check, state: 'fail', where: first.key, found, next: REBUILD };
}

const reasonOf = (error: unknown): string => {
  const { cause } = error as { cause?: unknown };
  return cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(error);
};

/** Rows by file as their footers say; a file that cannot be read is a fault. All in one statement, and one by one where that fails. */
async function footerFaults(context: Context, warehouse: Warehouse, files: readonly TableFile[]): Promise<readonly Fault[]> {
  if (files.length === 0) return [];
  const paths = await context.files.paths(files.map(({ key, bytes }) => ({ key, size: bytes, etag: '' })));
  try {
    const list = paths.map(literal).join(', ');
    const rows = await warehouse.rows(`select file_name, num_rows from parquet_file_metadata([${list}])`);
    const counts = new Map(rows.map(({ file_name, num_rows }) => [String(file_name), Number(num_rows)]));
    return files.flatMap(({ key, rows: expected }, at) => {
      const count = counts.get(paths[at] ?? '');
      return count === expected ? [] : [{ key, what: `has ${count ?? 'no'} rows where the catalog says ${expected}` }];
    });
  } catch (error) {
    const [only] = files;
    if (only !== undefined && files.length === 1) return [{ key: only.key, what: `is no whole Parquet file (${reasonOf(error)})` }];
    const faults: Fault[] = [];
    for (const file of files) faults.push(...(await footerFaults(context, warehouse, [file])));
    return faults;
  }
}

/** Whether every file of the catalog is there with the bytes and rows that the catalog says. Reads the footers alone. */
export async function tableFilesFinding(context: Context, catalog: Catalog, warehouse: Warehouse): Promise<Finding> {
  const sizes = new Map<string, number>();
  for await (const { key, size } of context.store.list('tables/')) sizes.set(key, size);
  const files = catalog.partitions.flatMap((partition) => partition.files);
  const unfit = files.flatMap(({ key, bytes }): readonly Fault[] => {
    const size = sizes.get(key);
    if (size === undefined) return [{ key, what: 'is missing' }];
    return size === bytes ? [] : [{ key, what: `has ${size} bytes where the catalog says ${bytes}` }];
  });
  const odd = new Set(unfit.map(({ key }) => key));
  const footers = await footerFaults(
    context,
    warehouse,
    files.filter(({ key }) => !odd.has(key)),
  );
  const rows = catalog.partitions.reduce((sum, partition) => sum + partition.rows, 0);
  return findingOf('table files', [...unfit, ...footers], `${files.length} files, ${rows.toLocaleString('en-US')} rows`);
}

async function partitionFault(context: Context, warehouse: Warehouse, partition: Partition): Promise<readonly Fault[]> {
  const key = `tables/${partition.table}/${partition.name}`;
  const table = tableNamed(partition.table);
  try {
    const paths = await context.files.paths(partition.files.map(({ key: file, bytes }) => ({ key: file, size: bytes, etag: '' })));
    const empty = storedColumns(table).map(({ name, type }) => `null::${type} as "${name}"`);
    const files = `read_parquet([${paths.map(literal).join(', ')}], union_by_name = true, hive_partitioning = false)`;
    const stored = `(select ${empty.join(', ')} where false union all by name select * from ${files})`;
    const rows = table.strategy === 'latest' ? `(${latestSelect(table, stored)})` : stored;
    const [sum] = await warehouse.rows(`select count(*)::bigint as n, ${checksumOf(table)} as checksum from ${rows}`);
    if (Number(sum?.n) === partition.rows && String(sum?.checksum) === partition.checksum) return [];
    return [
      {
        key,
        what: `holds ${sum?.n} rows with checksum ${sum?.checksum} where the catalog says ${partition.rows} with ${partition.checksum}`,
      },
    ];
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    return [{ key, what: `cannot be read (${reasonOf(error)})` }];
  }
}

/** Reads every row of every partition and works its checksum out again. */
export async function checksumsFinding(context: Context, catalog: Catalog, warehouse: Warehouse): Promise<Finding> {
  const known = new Set(STORED_TABLES.map(({ name }) => name));
  const partitions = catalog.partitions.filter(({ table }) => known.has(table));
  const faults: Fault[] = [];
  for (const [at, partition] of partitions.entries()) {
    faults.push(...(await partitionFault(context, warehouse, partition)));
    context.progress({ step: 'checksums', account: null, done: at + 1, total: partitions.length, unit: 'files' });
  }
  return findingOf('checksums', faults, `${partitions.length} partitions as the catalog says`);
}
