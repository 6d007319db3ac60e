import type { AccountConfig } from '../config.ts';
import type { RunSummary } from '../tables/run-summary.ts';
import type { EnrichOptions, RunOptions } from './app.ts';
import { type Built, build } from './build.ts';
import type { Context } from './context.ts';
import { ENRICHMENT, enrichmentOf } from './enrichment.ts';
import type { Extracted } from './extract.ts';
import { loggedIn } from './login-dates.ts';
import { chosenStreams, extractStream, notRead, outcomesOf, type Reading, readingOf, readStreams } from './reading.ts';
import { outcomeOf, type RunFacts, summarise } from './summary.ts';

async function extractAll(context: Context, options: RunOptions, reading: Reading): Promise<readonly Extracted[]> {
  const { extracted, goesOn } = await readStreams(context, options, reading);
  return goesOn ? [...extracted, ...(await enrichAfter(context, options, reading))] : extracted;
}

/** A run of named streams reads those alone; without a login, the streams have said so. */
async function enrichAfter(context: Context, options: RunOptions, reading: Reading): Promise<readonly Extracted[]> {
  const { requestsPerRun } = context.config.enrichment;
  const account = await enrichingAccount(context, options);
  if (account === null || requestsPerRun === 0) return [];
  return [await enrichOnce(context, account, requestsPerRun, reading)];
}

/** Whose login a run with these options asks with for tracks to describe; null where it asks for none. */
export async function enrichingAccount(context: Context, options: RunOptions): Promise<AccountConfig | null> {
  if (options.streams.length > 0 || options.landOnly === true) return null;
  const withLogin = await loggedIn(context);
  return chosenStreams(context.config, options).find(({ account }) => withLogin.has(account.name))?.account ?? null;
}

async function enrichOnce(context: Context, account: AccountConfig, requests: number, reading: Reading): Promise<Extracted> {
  try {
    const stream = await enrichmentOf(context, requests, reading.signal);
    return await extractStream(context, account, { name: ENRICHMENT, stream }, reading);
  } catch (thrown) {
    return notRead(account, 'tracks', thrown);
  }
}

/**
 * Reads what is new at Spotify, lands it, and brings it into the tables, unless it is to be landed only. A stream that fails or must wait ends
 * by itself; what was landed is built all the same. Throws only what stops the run as a whole, such as a wrong account name.
 */
export async function run(
  context: Context,
  { runId, startedAt, ...options }: RunOptions & { readonly runId: string; readonly startedAt: Date },
  signal: AbortSignal,
): Promise<RunSummary> {
  const reading = await readingOf(context, runId, signal);
  if (options.now === true) context.manners.limiter.ignoreGuess();
  const facts = { runId, verb: 'run', startedAt, isBuilt: options.landOnly !== true } as const;
  return finished(context, facts, await extractAll(context, options, reading), reading);
}

/** Requests of `enrich` where neither the command line nor the settings say. */
const DEFAULT_BUDGET = 100;

/** Asks for tracks that nothing has described, lands the answers and brings them into the tables. Errors: `usage` for a strange account. */
export async function enrich(
  context: Context,
  { account, budget, now, runId, startedAt }: EnrichOptions & { readonly runId: string; readonly startedAt: Date },
  signal: AbortSignal,
): Promise<RunSummary> {
  const chosen = chosenStreams(context.config, { accounts: account === null ? [] : [account], streams: [] }).map((one) => one.account);
  const withLogin = await loggedIn(context);
  const asking = chosen.find(({ name }) => withLogin.has(name)) ?? chosen[0];
  if (now === true) context.manners.limiter.ignoreGuess();
  const requests = budget ?? (context.config.enrichment.requestsPerRun || DEFAULT_BUDGET);
  const reading = await readingOf(context, runId, signal);
  const extracted = asking === undefined ? [] : [await enrichOnce(context, asking, requests, reading)];
  return finished(context, { runId, verb: 'enrich', startedAt, isBuilt: true }, extracted, reading);
}

/**
 * What was landed is in the tables, and only then is it stored where each stream stands. Where it is landed only, that is stored at once: raw
 * is kept, and any later build finds it.
 */
async function finished(
  context: Context,
  { runId, isBuilt, ...facts }: Pick<RunFacts, 'runId' | 'verb' | 'startedAt'> & { readonly isBuilt: boolean },
  extracted: readonly Extracted[],
  { fields, signal }: Reading,
): Promise<RunSummary> {
  await context.manners.save();
  const outcomes = [...outcomesOf(extracted)];
  const drift = await fields.changes();
  let built: Built | null = null;
  try {
    if (isBuilt) built = await build(context, runId, { whole: false }, signal);
    for (const { saveState } of extracted) await saveState();
    await drift.keep();
  } catch (error) {
    outcomes.push(outcomeOf(error));
  }
  const streams = extracted.flatMap((one) => one.streams);
  const warnings = [...new Set(extracted.flatMap(({ notices }) => notices)), ...drift.warnings];
  return summarise({ runId, ...facts, finishedAt: context.clock.now(), built, streams, files: [], outcomes, warnings });
}
