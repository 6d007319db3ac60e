import type { Partition } from '../tables/catalog.ts';
import { latestSelect } from '../tables/latest.ts';
import type { Table } from '../tables/table.ts';
import type { WorkingTables } from './working-tables.ts';

/** A build folds deltas into the base when they hold more than a tenth of its rows, or are many: each file costs a reader its opening. */
const LARGEST_DELTA_SHARE = 0.1;
const MOST_FILES = 32;

/** Whether a build that changes the partition anyway should make one file of it: so often that reading stays fast, so rarely that a build's cost is that of what is new. */
export function isWorthFolding(files: Partition['files']): boolean {
  const [base, ...deltas] = files;
  if (base === undefined || deltas.length === 0) return false;
  const added = deltas.reduce((sum, { rows }) => sum + rows, 0);
  return files.length > MOST_FILES || added > base.rows * LARGEST_DELTA_SHARE;
}

export interface Gain {
  readonly files: number;
  /** An estimate, as if all rows were of one length: the share of the bytes that rows hold for which newer ones stand in. */
  readonly bytes: number;
}

/** What one file in place of the partition's files would save; zeroes where it is one already. */
export function gainOf({ files, rows }: Pick<Partition, 'files' | 'rows'>): Gain {
  if (files.length < 2) return { files: 0, bytes: 0 };
  const stored = files.reduce((sum, file) => sum + file.rows, 0);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return { files: files.length - 1, bytes: stored === 0 ? 0 : Math.round((bytes * Math.max(0, stored - rows)) / stored) };
}

/** Makes one file of a partition, with the rows that a query sees. */
export async function fold(tables: WorkingTables, table: Table, name: string): Promise<void> {
  const stored = await tables.relation(table, [name]);
  await tables.replace(table, name, table.strategy === 'latest' ? latestSelect(table, stored) : `select * from ${stored}`);
}
