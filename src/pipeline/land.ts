import { asPipelineError } from '../kernel/errors.ts';
import type { RunSummary } from '../tables/run-summary.ts';
import type { RunOptions } from './app.ts';
import type { Context } from './context.ts';
import { type Lease, leaseEntry, takeLease } from './lease.ts';
import { createLineageTeller } from './open-lineage.ts';
import { outcomesOf, readingOf, readStreams } from './reading.ts';
import { keepSummary } from './run-history.ts';
import { appState } from './state.ts';
import { type Outcome, outcomeOf, summarise } from './summary.ts';

/** How long somebody waits between two looks at whether another has ended. */
const POLL_MS = 5_000;

/** Whoever lands in the name of the app: one at a time, since Spotify counts requests by app. Builds go on meanwhile. */
async function waitForTurn(context: Context, runId: string, signal: AbortSignal): Promise<Lease> {
  const { clock, log } = context;
  const series = appState(context, 'landing', (value) => leaseEntry.parse(value));
  for (;;) {
    try {
      return await takeLease({ series, clock, log, runId, verb: 'run' });
    } catch (error) {
      if (asPipelineError(error).code !== 'lease_held' || signal.aborted) throw error;
    }
    // Whoever stopped waiting is told who is at work.
    await clock.sleep(POLL_MS, signal).catch(() => undefined);
  }
}

async function read(context: Context, options: RunOptions, runId: string, signal: AbortSignal): Promise<RunSummary> {
  const startedAt = context.clock.now();
  const outcomes: Outcome[] = [];
  const reading = await readingOf(context, runId, signal);
  if (options.now === true) context.manners.limiter.ignoreGuess();
  const { extracted } = await readStreams(context, options, reading, ({ saveState }) => saveState());
  await context.manners.save();
  const drift = await reading.fields.changes();
  await drift.keep().catch((error: unknown) => {
    outcomes.push(outcomeOf(error));
  });
  const warnings = [...new Set(extracted.flatMap(({ notices }) => notices)), ...drift.warnings];
  return summarise({
    ...{ runId, verb: 'run', startedAt, finishedAt: context.clock.now(), built: null, files: [], warnings },
    streams: extracted.flatMap(({ streams }) => streams),
    outcomes: [...outcomesOf(extracted), ...outcomes],
  });
}

/**
 * Reads what is new at Spotify and lands it; the tables are made by whoever builds. Where each stream stands is stored as soon as its answers are
 * landed, so that a process that ends in the middle loses the last stream's reading at most, and a stop by the signal nothing. Does no housekeeping:
 * builders do.
 *
 * Errors: `lease_held` where another landed until the signal; `usage` for a strange account or stream; `storage`.
 */
export async function land(context: Context, options: RunOptions, signal: AbortSignal): Promise<RunSummary> {
  const runId = context.ids.runId();
  const teller = createLineageTeller(context, { runId, verb: 'run' });
  const lease = await waitForTurn(context, runId, signal);
  try {
    await teller.started(context.clock.now());
    const summary = await read({ ...context, renewLease: lease.renew }, options, runId, signal);
    await keepSummary(context, summary);
    await teller.ended(summary);
    return summary;
  } catch (error) {
    await teller.failed(error);
    throw error;
  } finally {
    await lease.release();
  }
}
