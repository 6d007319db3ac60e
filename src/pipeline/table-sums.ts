import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError } from '../kernel/errors.ts';
import { suggestion } from '../kernel/nearest.ts';
import { STORED_TABLES } from '../tables/star-schema.ts';
import { openWarehouse } from '../transform/duckdb.ts';
import { partitionSums } from '../transform/partition-sum.ts';
import type { TableSum } from './answers.ts';
import type { Context } from './context.ts';

/**
 * Rows and checksum of every partition of the newest catalog version, from a reading of every row. Two lakes, or a lake and another engine,
 * with the same list hold the same rows.
 *
 * Errors: `usage` for a table that is none, or a view; `corrupt` where a file is missing or cannot be read; `cancelled`.
 */
export async function tableSums(
  context: Pick<Context, 'config' | 'catalog' | 'files' | 'tempDir' | 'ids' | 'progress'>,
  { table }: { readonly table: string | null },
  signal: AbortSignal,
): Promise<readonly TableSum[]> {
  const names = STORED_TABLES.map(({ name }) => name);
  if (table !== null && !names.includes(table)) {
    throw new PipelineError(`there is no table ${table} in files`, { code: 'usage', hint: suggestion(table, names) });
  }

  const { partitions } = await context.catalog.current();
  const known = partitions.filter((one) => (table === null ? names.includes(one.table) : one.table === table));
  const { threads, memoryLimit } = context.config;
  const tempDir = join(context.tempDir, context.ids.runId());
  await mkdir(context.tempDir, { recursive: true });
  const warehouse = await openWarehouse({ threads, memoryLimit, tempDir });
  try {
    const sums: TableSum[] = [];
    for (const name of new Set(known.map((one) => one.table))) {
      if (signal.aborted) throw new PipelineError('stopped', { code: 'cancelled' });
      const partitions = known.filter((one) => one.table === name);
      const found = await partitionSums(warehouse, context.files, partitions);
      for (const [at, sum] of found.entries()) sums.push({ table: name, partition: partitions[at]?.name ?? '', ...sum });
      context.progress({ step: 'checksums', account: null, done: sums.length, total: known.length, unit: 'files' });
    }
    return sums;
  } finally {
    warehouse.close();
    await rm(tempDir, { recursive: true, force: true });
  }
}
