import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream/promises';
import type { Catalog, TableFile } from '../../tables/catalog.ts';
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

async function hashOf(context: Context, key: string): Promise<string | null> {
  const body = await context.store.open(key);
  if (body === null) return null;
  const hash = createHash('sha256');
  await pipeline(body, hash);
  return hash.digest('hex');
}

/** Reads every file of the catalog to its end: whether it is still what was written. */
export async function tableBytesFinding(context: Context, catalog: Catalog): Promise<Finding> {
  const files = catalog.partitions.flatMap((partition) => partition.files);
  const faults: Fault[] = [];
  for (const [at, { key, sha256 }] of files.entries()) {
    const hash = await hashOf(context, key);
    if (hash === null) faults.push({ key, what: 'is missing' });
    else if (hash !== sha256) faults.push({ key, what: 'is not what was written' });
    context.progress({ step: 'table bytes', account: null, done: at + 1, total: files.length, unit: 'files' });
  }
  return findingOf('table bytes', faults, `${files.length} files as they were written`);
}
