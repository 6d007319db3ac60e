import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError } from '../kernel/errors.ts';
import { CONTRACT_VERSION } from '../source/contract.ts';
import type { Catalog, Partition } from '../tables/catalog.ts';
import { tableNamed } from '../tables/star-schema.ts';
import { fold, gainOf } from '../transform/compaction.ts';
import { openWarehouse, type Warehouse } from '../transform/duckdb.ts';
import { partitionSum } from '../transform/partition-sum.ts';
import { RULES_VERSION } from '../transform/run-models.ts';
import { createWorkingTables, type WorkingTables } from '../transform/working-tables.ts';
import type { CompactedPartition, Compaction } from './answers.ts';
import { underLease } from './at-work.ts';
import { discard, isFresh } from './build.ts';
import type { Context } from './context.ts';

const MOST_ATTEMPTS = 5;

const sizeOf = ({ files }: Partition): CompactedPartition['before'] => ({
  files: files.length,
  bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
});

const isOfOtherRules = ({ version, contract, rules }: Catalog): boolean =>
  version > 0 && (contract !== CONTRACT_VERSION || rules !== RULES_VERSION);

/** Partitions of several files. Nothing of tables that the next build makes anew. */
const splitIn = (catalog: Catalog): readonly Partition[] =>
  isOfOtherRules(catalog) ? [] : catalog.partitions.filter(({ files }) => files.length > 1);

function wouldBe(partition: Partition): CompactedPartition {
  const before = sizeOf(partition);
  const { table, name, rows } = partition;
  return { table, partition: name, rows, before, after: { files: 1, bytes: before.bytes - gainOf(partition).bytes } };
}

function answer(catalog: Catalog, isDryRun: boolean, partitions: readonly CompactedPartition[]): Compaction {
  return { isDryRun, catalogVersion: catalog.version, waitsForRebuild: isOfOtherRules(catalog), partitions };
}

/** Makes one file of a partition, and reads both: a compaction that changed a row must never become visible. */
async function folded(context: Context, warehouse: Warehouse, tables: WorkingTables, old: Partition): Promise<CompactedPartition> {
  const table = tableNamed(old.table);
  await fold(tables, table, old.name);
  const made = tables.partition(table, old.name) ?? { ...old, files: [], rows: 0 };
  const [before, after] = [await partitionSum(warehouse, context.files, old), await partitionSum(warehouse, context.files, made)];
  if (before.rows !== after.rows || before.checksum !== after.checksum || made.rows !== old.rows) {
    throw new PipelineError(`compacting ${old.table}/${old.name} would change its rows: ${before.rows} before, ${after.rows} after`, {
      code: 'internal',
      hint: 'Nothing was changed. Run `tonearm doctor --deep`, which reads every file.',
    });
  }
  return { table: old.table, partition: old.name, rows: old.rows, before: sizeOf(old), after: sizeOf(made) };
}

async function attempt(context: Context, runId: string, signal: AbortSignal): Promise<Compaction | 'conflict'> {
  const base = await context.catalog.current();
  const split = splitIn(base);
  if (split.length === 0) return answer(base, false, []);
  const buildId = context.ids.runId();
  const tempDir = join(context.tempDir, buildId);
  await mkdir(tempDir, { recursive: true });
  const { threads, memoryLimit } = context.config;
  const warehouse = await openWarehouse({ threads, memoryLimit, tempDir: join(tempDir, 'spill') });
  const tables = createWorkingTables({ warehouse, store: context.store, files: context.files, base, buildId, tempDir });
  // Once the change was offered, only a plain "conflict" says that no version will ever name its files.
  let isOffered = false;
  try {
    const partitions: CompactedPartition[] = [];
    for (const partition of split) {
      signal.throwIfAborted();
      partitions.push(await folded(context, warehouse, tables, partition));
      await context.renewLease();
      context.progress({ step: 'compact', account: null, done: partitions.length, total: split.length, unit: 'files' });
    }
    signal.throwIfAborted();
    const outcome = tables.outcome();
    if (!(await isFresh(context, buildId, outcome.replace))) return 'conflict';
    const { contract, rules, removals } = base;
    const change = { ...outcome, runId, contract, rules, consumed: [], ...(removals === undefined ? {} : { removals }) };
    isOffered = true;
    const after = await context.catalog.commit(base, change);
    if (after !== 'conflict') return answer(after, false, partitions);
    isOffered = false;
    return 'conflict';
  } finally {
    warehouse.close();
    if (!isOffered) await discard(context, buildId, tables.written());
    await rm(tempDir, { recursive: true, force: true });
  }
}

/**
 * Makes one file of every partition that has several, in one catalog version; the rows stay the same, held by their checksum. Who reads meanwhile
 * reads the old files, which stay for the grace period of a sweep. Where another writer changed one of the partitions first, it is all worked
 * out anew from the new head.
 *
 * Errors: `lease_held`; `conflict` after five lost races; `corrupt` naming the table file that is damaged; `cancelled`.
 */
export async function compact(context: Context, { isDryRun }: { readonly isDryRun: boolean }, signal: AbortSignal): Promise<Compaction> {
  if (isDryRun) {
    const catalog = await context.catalog.current();
    return answer(catalog, true, splitIn(catalog).map(wouldBe));
  }
  const runId = context.ids.runId();
  return underLease(context, 'compact', runId, async (working) => {
    for (let tries = 1; tries <= MOST_ATTEMPTS; tries += 1) {
      const done = await attempt(working, runId, signal);
      if (done !== 'conflict') return done;
      context.log.info('another writer was first; compacting again on the new catalog', { tries });
    }
    throw new PipelineError(`another writer changed the catalog ${MOST_ATTEMPTS} times while it was compacted`, {
      code: 'conflict',
      retryable: true,
      hint: 'Run the same command again when the other run has ended.',
    });
  });
}
