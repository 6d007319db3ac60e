import { z } from 'zod';
import { createVersions } from '../landing/versions.ts';
import type { RunSummary } from '../tables/run-summary.ts';
import type { Context } from './context.ts';
import { type LeaseEntry, leaseEntry, refuseWhereHeld, takeLease } from './lease.ts';
import { createLineageTeller } from './open-lineage.ts';
import { alsoPublished } from './publish.ts';
import { finishRemovals, removeStrays } from './removal.ts';
import { keepSummary } from './run-history.ts';
import { GRACE_MS, sweep } from './sweep.ts';

/** Entries of a series of hints that are kept. */
const KEEP = 100;
const sweptAt = z.object({ sweptAt: z.iso.datetime() });

/**
 * Does the work of one verb on the lake: under the lease, with its summary kept in `runs/`, and swept behind once a day.
 * Errors: `lease_held`; what `work` throws.
 */
export async function atWork(
  context: Context,
  verb: RunSummary['verb'],
  work: (working: Context, runId: string, startedAt: Date) => Promise<RunSummary>,
): Promise<RunSummary> {
  const runId = context.ids.runId();
  const startedAt = context.clock.now();
  const teller = createLineageTeller(context, { runId, verb });
  return underLease(context, verb, runId, async (working) => {
    try {
      await teller.started(startedAt);
      await finishIfOpen(working, runId);
      const summary = await alsoPublished(working, await work(working, runId, startedAt));
      await keepSummary(context, summary);
      await removeStrays(working);
      await teller.ended(summary);
      if (summary.outcome === 'done') await sweepIfDue(context);
      return summary;
    } catch (error) {
      await teller.failed(error);
      throw error;
    }
  });
}

/** A removal that died is finished before anything else. Where that fails, the work goes on: its build leaves out what was removed, too. */
async function finishIfOpen(context: Context, runId: string): Promise<void> {
  try {
    await finishRemovals(context, runId, new AbortController().signal);
  } catch (error) {
    context.log.warn('a removal is not finished yet; the next run tries again', { cause: String(error) });
  }
}

const leaseSeries = (store: Context['store']): ReturnType<typeof createVersions<LeaseEntry>> =>
  createVersions({ store, prefix: 'state/lease/', parse: (value) => leaseEntry.parse(value), keep: KEEP });

/** For who would rather know before it begins: refuses, as `lease_held`, where another verb is at work on the lake. */
export const refuseAtWork = ({ store }: Pick<Context, 'store'>, clock: Pick<Context['clock'], 'now'>): Promise<void> =>
  refuseWhereHeld(leaseSeries(store), clock.now());

/** Errors: `lease_held`; what `work` throws. */
export async function underLease<T>(context: Context, verb: string, runId: string, work: (working: Context) => Promise<T>): Promise<T> {
  const { store, clock, log } = context;
  const series = leaseSeries(store);
  const lease = await takeLease({ series, clock, log, runId, verb });
  try {
    return await work({ ...context, renewLease: lease.renew });
  } finally {
    await lease.release();
  }
}

/** Sweeping is housekeeping: where it fails, the work that was done stands, and the next run tries again. */
async function sweepIfDue(context: Context): Promise<void> {
  const { store, clock, log } = context;
  const series = createVersions({ store, prefix: 'state/sweep/', parse: (value) => sweptAt.parse(value), keep: KEEP });
  try {
    const last = await series.read();
    if (last !== null && clock.now().getTime() - Date.parse(last.value.sweptAt) < GRACE_MS) return;
    const swept = await sweep(context);
    await series.write(last?.version ?? 0, { sweptAt: clock.now().toISOString() });
    if (swept.tableFiles + swept.catalogVersions + swept.tempFiles > 0) log.info('swept what nothing names any more', { ...swept });
  } catch (error) {
    log.warn('the sweep failed; the next run tries again', { cause: String(error) });
  }
}
