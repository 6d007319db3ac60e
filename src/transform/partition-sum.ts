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

type Summed = Pick<Partition, 'table' | 'files'>;

const MODULUS = 1n << 64n;
const NOTHING: PartitionSum = { rows: 0, checksum: '0' };

const added = (a: PartitionSum, b: PartitionSum): PartitionSum => ({
  rows: a.rows + b.rows,
  checksum: String((BigInt(a.checksum) + BigInt(b.checksum)) % MODULUS),
});

const pathsOf = (files: LocalFiles, { files: stored }: Summed): Promise<readonly string[]> =>
  files.paths(stored.map(({ key, bytes }) => ({ key, size: bytes, etag: '' })));

/** Rows of files with all stored columns, and the file that each stands in. */
function read(table: string, paths: readonly string[]): string {
  const empty = storedColumns(tableNamed(table)).map(({ name, type }) => `null::${type} as "${name}"`);
  const list = paths.map(literal).join(', ');
  return `(select ${empty.join(', ')}, null::varchar as filename where false union all by name
    select * from read_parquet([${list}], union_by_name = true, hive_partitioning = false, filename = true))`;
}

/**
 * Reads every row of these partitions of one table and adds the rows up, as every engine can; in their order. A build does not: it would take a
 * third of its time, and whether a file is still what was written is told by its hash.
 *
 * Errors: `corrupt` where a file is missing or cannot be read.
 */
export async function partitionSums(
  warehouse: Warehouse,
  files: LocalFiles,
  partitions: readonly Summed[],
): Promise<readonly PartitionSum[]> {
  const [first] = partitions;
  if (first === undefined) return [];
  const table = tableNamed(first.table);
  const paths: (readonly string[])[] = [];
  for (const partition of partitions) paths.push(await pathsOf(files, partition));
  const sums = `count(*)::bigint as n, ${checksumOf(table)} as checksum`;
  if (table.strategy === 'latest') {
    const found: PartitionSum[] = [];
    for (const own of paths) {
      const [sum] = await warehouse.rows(`select ${sums} from (${latestSelect(table, read(table.name, own))})`);
      found.push({ rows: Number(sum?.n), checksum: String(sum?.checksum) });
    }
    return found;
  }
  // A row lies in one file, and a sum of sums is the sum: one statement for all of them.
  const rows = await warehouse.rows(`select filename, ${sums} from ${read(table.name, paths.flat())} group by filename`);
  const byFile = new Map(rows.map(({ filename, n, checksum }) => [String(filename), { rows: Number(n), checksum: String(checksum) }]));
  return paths.map((own) => own.map((path) => byFile.get(path) ?? NOTHING).reduce(added, NOTHING));
}

/** The same of one partition. */
export async function partitionSum(warehouse: Warehouse, files: LocalFiles, partition: Summed): Promise<PartitionSum> {
  const [sum] = await partitionSums(warehouse, files, [partition]);
  return sum ?? NOTHING;
}
