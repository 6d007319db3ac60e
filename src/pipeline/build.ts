import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError } from '../kernel/errors.ts';
import { exists } from '../landing/object-bytes.ts';
import type { RawObject } from '../landing/raw.ts';
import { CONTRACT_VERSION } from '../source/contract.ts';
import type { Catalog, Consumed, Partition } from '../tables/catalog.ts';
import type { RunSummary } from '../tables/run-summary.ts';
import { type CheckResult, runChecks } from '../transform/checks.ts';
import { inLanes, openWarehouse, type Warehouse } from '../transform/duckdb.ts';
import type { JudgedAnew } from '../transform/plays.ts';
import { createModels, RULES_VERSION } from '../transform/run-models.ts';
import type { StageInput } from '../transform/stage.ts';
import { createWorkingTables, type WorkingTables } from '../transform/working-tables.ts';
import type { Context } from './context.ts';
import { idAt, timeOfId } from './ids.ts';
import { settled, summed } from './judged-anew.ts';
import { GRACE_MS } from './sweep.ts';
import { verify } from './verify.ts';

export interface Built {
  readonly before: Catalog;
  readonly after: Catalog;
  /** Raw objects that this build brought into the tables, with what became of their records. */
  readonly consumed: readonly Consumed[];
  readonly judgedAnew: RunSummary['judgedAnew'];
  /** What was found by the checks on the tables that changed. */
  readonly checks: readonly CheckResult[];
}

/** A writer may be slow: notes are looked at again this long after the last position (data.md, zone `landed`). */
const LOOK_BACK_MS = 48 * 60 * 60 * 1000;
const MOST_ATTEMPTS = 5;
const BATCH_OBJECTS = 2_000;
/** Of JSON; models go over all that a batch told, so that few batches are quicker, and what memory cannot hold is spilled. */
const BATCH_BYTES = 768 * 1024 * 1024;
/** Every byte of a history is read, of an answer less than half: it counts as much more. */
const HISTORY_WEIGHT = 3;

/** Of JSON: below this, what threads say to each other takes longer than what they share (measured: a third of the processor time of a small build). */
const SHARED_BYTES = 32 * 1024 * 1024;
/** Rows that are stored: partitions of that many may have to be written anew whatever is new. */
const SHARED_ROWS = 500_000;

/** Unpacking goes on in threads of its own; each object may hold a file of account data in memory. */
const UNPACKED_AT_ONCE = 2;

const EMPTY = { partitions: [], consumed: [] } as const;

/** Landing notes before this were looked at by earlier builds: counted from the last position, or from now where the clock was set back. */
function lookBack(context: Context, catalog: Catalog): string | undefined {
  const last = catalog.consumed.reduce((newest, { to }) => (to > newest ? to : newest), '');
  if (last === '') return undefined;
  const at = timeOfId(last);
  if (at === null) throw new PipelineError(`landing note ${last} has no time in its name`, { code: 'corrupt', hint: 'tonearm rebuild' });
  return idAt(Math.min(at, context.clock.now().getTime()) - LOOK_BACK_MS);
}

/**
 * Raw objects that the tables do not hold yet, each once, in the order of landing. A note without its object is one that is still being
 * written. Of several notes for one object (an import that died and was repeated) the last stands for it: an earlier one leaves the
 * look-back first, and the object must be known as consumed as long as any of its notes is looked at.
 */
export async function pending(context: Context, base: Catalog, isWhole: boolean): Promise<readonly RawObject[]> {
  const since = isWhole ? undefined : lookBack(context, base);
  const known = new Set<string>();
  if (!isWhole) for await (const { rawKey } of context.catalog.consumed(base, since)) known.add(rawKey);
  const found = new Map<string, RawObject>();
  for await (const raw of context.landing.landed(since)) {
    if (known.has(raw.key)) continue;
    if (found.has(raw.key) || (await context.landing.exists(raw.key))) found.set(raw.key, raw);
  }
  return [...found.values()];
}

function* batches(raws: readonly RawObject[]): Generator<readonly RawObject[]> {
  let batch: RawObject[] = [];
  let bytes = 0;
  for (const raw of raws) {
    const weight = raw.bytes * (raw.format === 'array' ? HISTORY_WEIGHT : 1);
    if (batch.length > 0 && (batch.length >= BATCH_OBJECTS || bytes + weight > BATCH_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(raw);
    bytes += weight;
  }
  if (batch.length > 0) yield batch;
}

function threadsFor(threads: number, raws: readonly RawObject[], { partitions }: Pick<Catalog, 'partitions'>): number {
  const bytes = raws.reduce((sum, raw) => sum + raw.bytes, 0);
  const rows = partitions.reduce((sum, partition) => sum + partition.rows, 0);
  return bytes < SHARED_BYTES && rows < SHARED_ROWS ? 1 : threads;
}

interface Work {
  readonly consumed: readonly Consumed[];
  readonly judgedAnew: RunSummary['judgedAnew'];
}

/** The objects of a batch made ready, in its order. */
async function verified(context: Context, batch: readonly RawObject[]): Promise<readonly StageInput[]> {
  const inputs: StageInput[] = [];
  await inLanes(UNPACKED_AT_ONCE, [...batch.entries()], async ([at, raw]) => {
    inputs[at] = await verify(context, raw);
  });
  return inputs;
}

async function buildAll(
  context: Context,
  raws: readonly RawObject[],
  warehouse: Warehouse,
  tables: WorkingTables,
  signal: AbortSignal,
): Promise<Work> {
  const consumed: Consumed[] = [];
  const judgedAnew: JudgedAnew[] = [];
  const models = createModels(warehouse, tables);
  for (const batch of batches(raws)) {
    signal.throwIfAborted();
    const inputs = await verified(context, batch);
    const built = await models.add(inputs);
    await context.renewLease();
    judgedAnew.push(...settled(consumed, built.judgedAnew));
    for (const { input, tally } of built.staged) {
      const { landedId, key, account, runId } = input.raw;
      consumed.push({ landedId, rawKey: key, stream: input.stream ?? input.raw.stream, account, runId, tally });
    }
    context.progress({ step: 'build', account: null, done: consumed.length, total: raws.length, unit: 'files' });
  }
  await models.finish();
  return { consumed, judgedAnew: summed(judgedAnew) };
}

/** A build that took so long, or slept so long, that a sweep may have taken its files must not be committed. */
export async function isFresh(context: Context, buildId: string, partitions: readonly Partition[]): Promise<boolean> {
  if (context.clock.now().getTime() - (timeOfId(buildId) ?? 0) > GRACE_MS / 2) return false;
  for (const { files } of partitions) {
    for (const { key } of files) if (key.includes(buildId) && !(await exists(context.store, key))) return false;
  }
  return true;
}

/** Files of a build that failed or lost: they may hold what was removed meanwhile. Kept where a version names them after all. */
export async function discard({ catalog, store, log }: Context, buildId: string, written: readonly string[]): Promise<void> {
  try {
    const { partitions } = await catalog.ground();
    const isNamed = partitions.some(({ files }) => files.some(({ key }) => key.includes(buildId)));
    if (!isNamed) await store.remove(written);
  } catch (error) {
    log.warn('files of a build that did not end are left to the sweep', { buildId, cause: String(error) });
  }
}

async function attempt(context: Context, runId: string, isWhole: boolean, signal: AbortSignal): Promise<Built | 'conflict'> {
  const before = await (isWhole ? context.catalog.ground() : context.catalog.current());
  // Read after the catalog and before the notes of landing: whatever is removed from here on is seen before the commit.
  const removals = Math.max(before.removals ?? 0, await context.removals.requires());
  const isStale = before.version > 0 && (before.contract !== CONTRACT_VERSION || before.rules !== RULES_VERSION);
  const whole = isWhole || isStale || (before.removals ?? 0) < removals;
  const raws = await pending(context, before, whole);
  if (raws.length === 0 && !whole) return { before, after: before, consumed: [], judgedAnew: [], checks: [] };

  const buildId = context.ids.runId();
  const tempDir = join(context.tempDir, buildId);
  await mkdir(tempDir, { recursive: true });
  const base = whole ? { ...before, ...EMPTY } : before;
  const threads = threadsFor(context.config.threads, raws, base);
  const warehouse = await openWarehouse({ threads, memoryLimit: context.config.memoryLimit, tempDir: join(tempDir, 'spill') });
  const tables = createWorkingTables({ warehouse, store: context.store, files: context.files, base, buildId, tempDir });
  // Once the change was offered, only a plain "conflict" says that no version will ever name its files.
  let isOffered = false;
  try {
    const work = await buildAll({ ...context, tempDir }, raws, warehouse, tables, signal);
    const checks = await runChecks(warehouse, tables, { runId, checkedAt: context.clock.now(), consumed: work.consumed });
    const { read, replace, drop } = tables.outcome();
    const change = {
      removals,
      runId,
      contract: CONTRACT_VERSION,
      rules: RULES_VERSION,
      read,
      replace,
      drop,
      consumed: work.consumed,
      whole,
    };
    // A stop asked for while the last batch was judged: the caller says that nothing was finished, so nothing may become visible.
    signal.throwIfAborted();
    const isCurrent = (await context.removals.requires()) <= removals && (await isFresh(context, buildId, replace));
    if (!isCurrent) return 'conflict';
    isOffered = true;
    const after = await context.catalog.commit(before, change);
    if (after !== 'conflict') return { before, after, ...work, checks };
    isOffered = false;
    return 'conflict';
  } finally {
    warehouse.close();
    if (!isOffered) await discard(context, buildId, tables.written());
    await rm(tempDir, { recursive: true, force: true });
  }
}

/**
 * Brings everything that was landed into the tables and makes it visible in one catalog version; `whole` builds all tables anew from raw.
 * Where another writer changed what this build read, it starts again from the new head.
 *
 * Errors: `conflict` after five lost races; `corrupt` naming the raw object or table file that is damaged; `cancelled`.
 */
export async function build(context: Context, runId: string, options: { readonly whole: boolean }, signal: AbortSignal): Promise<Built> {
  for (let tries = 1; tries <= MOST_ATTEMPTS; tries += 1) {
    const built = await attempt(context, runId, options.whole, signal);
    if (built !== 'conflict') return built;
    context.log.info('another writer was first; building again on the new catalog', { tries });
  }
  throw new PipelineError(`another writer changed the catalog ${MOST_ATTEMPTS} times while this build worked`, {
    code: 'conflict',
    retryable: true,
    hint: 'run the same command again when the other run has ended',
  });
}
