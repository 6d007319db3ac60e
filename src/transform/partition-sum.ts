import type { LocalFiles } from '../landing/object-store.ts';
import type { Partition } from '../tables/catalog.ts';
import { checksumOf } from '../tables/checksum.ts';
import { latestSelect } from '../tables/latest.ts';
import { tableNamed } from '../tables/star-schema.ts';
import { storedColumns } from '../tables/stored.ts';
import { literal, type Warehouse } from './duckdb.ts';

export interface PartitionSum {
  readonly rows: number;
  /** Decimal text of a number below 2^64: the sum over the rows that a query sees, over public columns (see {@link checksumOf}). */
  readonly checksum: string;
}

/**
 * Reads every row of a partition and adds the rows up, as every engine can. A build does not: it would take a third of its time, and
 * whether a file is still what was written is told by its hash.
 *
 * Errors: `corrupt` where a file is missing or cannot be read.
 */
export async function partitionSum(
  warehouse: Warehouse,
  files: LocalFiles,
  partition: Pick<Partition, 'table' | 'files'>,
): Promise<PartitionSum> {
  const table = tableNamed(partition.table);
  const paths = await files.paths(partition.files.map(({ key, bytes }) => ({ key, size: bytes, etag: '' })));
  const empty = storedColumns(table).map(({ name, type }) => `null::${type} as "${name}"`);
  const read = `read_parquet([${paths.map(literal).join(', ')}], union_by_name = true, hive_partitioning = false)`;
  const stored = `(select ${empty.join(', ')} where false union all by name select * from ${read})`;
  const rows = table.strategy === 'latest' ? `(${latestSelect(table, stored)})` : stored;
  const [sum] = await warehouse.rows(`select count(*)::bigint as n, ${checksumOf(table)} as checksum from ${rows}`);
  return { rows: Number(sum?.n), checksum: String(sum?.checksum) };
}
