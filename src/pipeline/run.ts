import type { AccountConfig } from '../config.ts';
import { asPipelineError, PipelineError } from '../kernel/errors.ts';
import { createVersions } from '../landing/versions.ts';
import { STREAMS } from '../source/streams.ts';
import type { Capabilities } from '../source/types.ts';
import type { RunSummary } from '../tables/run-summary.ts';
import type { RunOptions } from './app.ts';
import { type Built, build } from './build.ts';
import type { Context } from './context.ts';
import { type Extracted, extract } from './extract.ts';
import { clientFor, sourceOf } from './spotify-access.ts';
import { errorFacts, type Outcome, outcomeOf, summarise } from './summary.ts';

type ConfiguredStream = keyof typeof STREAMS;

const NOTHING_KNOWN: Capabilities = { unavailableSince: {}, playlistItemsPath: null };

function chosen(context: Context, { accounts, streams }: RunOptions): readonly (readonly [AccountConfig, readonly ConfiguredStream[]])[] {
  const known = context.config.accounts.map(({ name }) => name);
  const strange = accounts.find((name) => !known.includes(name));
  if (strange !== undefined) {
    throw new PipelineError(`no account ${strange} in the config`, { code: 'usage', hint: `accounts are: ${known.join(', ')}` });
  }
  return context.config.accounts
    .filter(({ name }) => accounts.length === 0 || accounts.includes(name))
    .map((account) => {
      const wanted = streams.length === 0 ? account.streams : streams;
      const unknown = wanted.find((name) => !(name in STREAMS));
      if (unknown !== undefined) {
        throw new PipelineError(`no stream ${unknown}`, { code: 'usage', hint: `streams are: ${Object.keys(STREAMS).join(', ')}` });
      }
      return [account, wanted as readonly ConfiguredStream[]];
    });
}

async function extractStream(
  context: Context,
  account: AccountConfig,
  name: ConfiguredStream,
  runId: string,
  signal: AbortSignal,
): Promise<Extracted> {
  const skip = (error: PipelineError): Extracted => ({
    streams: [{ account: account.name, stream: STREAMS[name].name, requests: 0, outcome: 'failed', error: errorFacts(error) }],
    error,
    saveState: async () => undefined,
  });
  const state = createVersions<unknown>({ store: context.store, prefix: `state/${account.name}.${name}/`, parse: (value) => value });
  const options = { account: account.name, runId, source: sourceOf(context.config), known: NOTHING_KNOWN, state };
  try {
    const api = clientFor(context, account, signal);
    // Each stream has a state of its own type; by name they go together.
    if (name === 'saved_tracks') return await extract(context, STREAMS.saved_tracks, { ...options, api });
    if (name === 'recently_played') return await extract(context, STREAMS.recently_played, { ...options, api });
    return await extract(context, STREAMS.playlists, { ...options, api });
  } catch (error) {
    return skip(asPipelineError(error));
  }
}

/** Errors that would meet every further stream of the account: asking again is of no use, and after a 429 it is harmful. */
const ENDS_ACCOUNT: ReadonlySet<string> = new Set(['login_needed', 'config', 'rate_limited', 'quota_exceeded', 'cancelled', 'storage']);

/** Once per cause: the same word of the same account is not repeated for each of its streams. */
function outcomesOf(extracted: readonly Extracted[]): readonly Outcome[] {
  const outcomes = new Map<string, Outcome>();
  for (const { error, streams } of extracted) {
    if (error !== null) outcomes.set(`${streams[0]?.account} ${error.code} ${error.message}`, outcomeOf(error));
  }
  return [...outcomes.values()];
}

async function extractAll(context: Context, options: RunOptions, runId: string, signal: AbortSignal): Promise<readonly Extracted[]> {
  const extracted: Extracted[] = [];
  for (const [account, streams] of chosen(context, options)) {
    for (const name of streams) {
      const one = await extractStream(context, account, name, runId, signal);
      extracted.push(one);
      if (one.error !== null && ENDS_ACCOUNT.has(one.error.code)) break;
    }
  }
  return extracted;
}

/**
 * Reads what is new at Spotify, lands it, and brings it into the tables. A stream that fails or must wait ends by itself; what was landed is
 * built all the same. Throws only what stops the run as a whole, such as a wrong account name.
 */
export async function run(context: Context, options: RunOptions, signal: AbortSignal): Promise<RunSummary> {
  const runId = context.ids.runId();
  const startedAt = context.clock.now();
  const extracted = await extractAll(context, options, runId, signal);
  const outcomes = [...outcomesOf(extracted)];
  let built: Built | null = null;
  try {
    built = await build(context, runId, { whole: false }, signal);
    for (const { saveState } of extracted) await saveState();
  } catch (error) {
    outcomes.push(outcomeOf(error));
  }
  const streams = extracted.flatMap((one) => one.streams);
  return summarise({ runId, verb: 'run', startedAt, finishedAt: context.clock.now(), built, streams, files: [], outcomes });
}
