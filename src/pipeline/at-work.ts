import { z } from 'zod';
import { createVersions } from '../landing/versions.ts';
import type { RunSummary } from '../tables/run-summary.ts';
import type { Context } from './context.ts';
import { leaseEntry, takeLease } from './lease.ts';
import { createLineageTeller } from './open-lineage.ts';
import { GRACE_MS, sweep } from './sweep.ts';

/** Entries of a series of hints that are kept. */
const KEEP = 100;
const sweptAt = z.object({ sweptAt: z.iso.datetime() });

const summaryKey = (runId: string): string => `runs/${runId}.json`;

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
  const { store, clock, log } = context;
  const series = createVersions({ store, prefix: 'state/lease/', parse: (value) => leaseEntry.parse(value), keep: KEEP });
  const lease = await takeLease({ series, clock, log, runId, verb });
  const teller = createLineageTeller(context, { runId, verb });
  try {
    await teller.started(startedAt);
    const summary = await work({ ...context, renewLease: lease.renew }, runId, startedAt);
    await store.put(summaryKey(runId), new TextEncoder().encode(JSON.stringify(summary)));
    await teller.ended(summary);
    if (summary.outcome === 'done') await sweepIfDue(context);
    return summary;
  } catch (error) {
    await teller.failed(error);
    throw error;
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
