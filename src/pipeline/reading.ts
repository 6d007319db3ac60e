import type { AccountConfig, Config } from '../config.ts';
import { asPipelineError, PipelineError } from '../kernel/errors.ts';
import { suggestion } from '../kernel/nearest.ts';
import { ACCOUNT_STREAMS, OPT_IN_STREAMS } from '../source/streams.ts';
import type { AnyStream, Capabilities, SpotifyClient } from '../source/types.ts';
import { createWatchStreams } from '../source/watch-streams.ts';
import type { RunOptions } from './app.ts';
import { hintsOf, readCapabilities, streamsAlone } from './capabilities.ts';
import { refusePurged } from './closed-accounts.ts';
import type { Context } from './context.ts';
import { type Extracted, extract } from './extract.ts';
import { createFieldWatch, type FieldWatch } from './field-watch.ts';
import { appClientFor, clientFor, sourceOf } from './spotify-access.ts';
import { streamState } from './state.ts';
import { errorFacts, type Outcome, outcomeOf } from './summary.ts';

const KNOWN_STREAMS: Readonly<Record<string, AnyStream>> = { ...ACCOUNT_STREAMS, ...OPT_IN_STREAMS };

/** A stream by the name that the settings give it. */
export interface NamedStream {
  readonly name: string;
  readonly stream: AnyStream;
}

/** Watch lists are read once, by the token of the first account. */
function streamsOf(config: Config, account: AccountConfig, asked: readonly string[]): readonly NamedStream[] {
  const isFirst = config.accounts[0]?.name === account.name;
  const watched = config.watch === null ? {} : createWatchStreams(config.watch);
  const wanted = asked.length === 0 ? [...account.streams, ...Object.keys(watched)] : asked;
  return wanted.flatMap((name) => {
    if (watched[name] !== undefined && !isFirst) return [];
    const stream = KNOWN_STREAMS[name] ?? watched[name];
    if (stream !== undefined) return [{ name, stream }];
    const known = [...Object.keys(KNOWN_STREAMS), ...Object.keys(watched)];
    throw new PipelineError(`no stream ${name}`, { code: 'usage', hint: suggestion(name, known) ?? `streams are: ${known.join(', ')}` });
  });
}

/** The accounts that a run is about, each with its streams in the order of reading. Errors: `usage` for a name that there is not. */
export function chosenStreams(
  config: Config,
  { accounts, streams }: RunOptions,
): readonly { readonly account: AccountConfig; readonly streams: readonly NamedStream[] }[] {
  const known = config.accounts.map(({ name }) => name);
  const strange = accounts.find((name) => !known.includes(name));
  if (strange !== undefined) {
    throw new PipelineError(`no account ${strange} in the settings`, { code: 'usage', hint: `accounts are: ${known.join(', ')}` });
  }
  return config.accounts
    .filter(({ name }) => accounts.length === 0 || accounts.includes(name))
    .map((account) => ({ account, streams: streamsOf(config, account, streams) }));
}

/** What the streams of one run share. */
export interface Reading {
  readonly runId: string;
  /** With a user's token, and as the app alone. */
  readonly known: Capabilities;
  readonly knownAlone: Capabilities;
  /** Streams, by name, that the app may read without a login. */
  readonly alone: ReadonlySet<string>;
  readonly fields: FieldWatch;
  readonly signal: AbortSignal;
}

export async function readingOf(context: Context, runId: string, signal: AbortSignal): Promise<Reading> {
  const record = await readCapabilities(context);
  const now = context.clock.now();
  const { clientSecret } = context.config.spotify;
  return {
    ...{ runId, known: hintsOf(record?.user ?? [], now), knownAlone: hintsOf(record?.app ?? [], now) },
    ...{ alone: clientSecret === null ? new Set() : streamsAlone(record), fields: createFieldWatch(context), signal },
  };
}

/** By the account's login; where nobody is logged in, as the app alone, if a probe found that this works. */
export async function extractStream(context: Context, account: AccountConfig, stream: NamedStream, reading: Reading): Promise<Extracted> {
  const { alone, knownAlone, known, signal } = reading;
  const byUser = await extractAs(context, account, stream, reading, { known, open: () => clientFor(context, account, signal) });
  const isUntouched = byUser.streams.every(({ requests }) => requests === 0);
  if (byUser.error?.code !== 'login_needed' || !isUntouched || !alone.has(stream.name)) return byUser;
  return extractAs(context, account, stream, reading, { known: knownAlone, open: () => appClientFor(context, signal) });
}

interface Asker {
  readonly known: Capabilities;
  readonly open: () => SpotifyClient;
}

async function extractAs(
  context: Context,
  account: AccountConfig,
  { name, stream }: NamedStream,
  { runId, fields }: Reading,
  { known, open }: Asker,
): Promise<Extracted> {
  try {
    await refusePurged(context, account.name);
    const options = { account: account.name, runId, source: sourceOf(context.config), known, fields };
    const api = open();
    return await extract(context, stream, { ...options, api, state: streamState(context.store, account.name, name) });
  } catch (thrown) {
    return notRead(account, stream.name, thrown);
  }
}

export function notRead(account: AccountConfig, stream: string, thrown: unknown): Extracted {
  const error = asPipelineError(thrown);
  return {
    streams: [{ account: account.name, stream, requests: 0, outcome: 'failed', error: errorFacts(error) }],
    error,
    notices: [],
    saveState: async () => undefined,
  };
}

/** Errors that would meet every further stream of the account: asking again is of no use, and after a 429 it is harmful. */
const ENDS_ACCOUNT: ReadonlySet<string> = new Set(['login_needed', 'config', 'rate_limited', 'quota_exceeded', 'cancelled', 'storage']);

/** Errors that would meet every account: Spotify counts requests by app, not by account. */
const ENDS_RUN: ReadonlySet<string> = new Set(['rate_limited', 'quota_exceeded', 'cancelled', 'storage']);

/** Errors of a Spotify that is not well: every request was tried several times before. */
const UNWELL: ReadonlySet<string> = new Set(['upstream', 'network']);
/** So many streams in a row that end in them, and the run asks no more. */
const MOST_UNWELL = 3;
const LEFT_ALONE = `${MOST_UNWELL} streams in a row met errors of Spotify or of the network: the others are left for the next run`;

/** Once per cause: the same word of the same account is not repeated for each of its streams. */
export function outcomesOf(extracted: readonly Extracted[]): readonly Outcome[] {
  const outcomes = new Map<string, Outcome>();
  for (const { error, streams } of extracted) {
    if (error !== null) outcomes.set(`${streams[0]?.account} ${error.code} ${error.message}`, outcomeOf(error));
  }
  return [...outcomes.values()];
}

/** What a pass over the chosen streams read; `goesOn` false: whatever would be asked next would meet the same error. */
export interface Read {
  readonly extracted: readonly Extracted[];
  readonly goesOn: boolean;
}

/** Reads the chosen streams one after the other. What was read is landed, and `landed` is told of each stream before the next one begins. */
export async function readStreams(
  context: Context,
  options: RunOptions,
  reading: Reading,
  landed: (one: Extracted) => Promise<void> = async () => undefined,
): Promise<Read> {
  const extracted: Extracted[] = [];
  let unwell = 0;
  for (const { account, streams } of chosenStreams(context.config, options)) {
    let isEnded = false;
    for (const stream of streams) {
      if (isEnded && !reading.alone.has(stream.name)) continue;
      const one = await extractStream(context, account, stream, reading);
      extracted.push(one);
      await landed(one);
      if (one.error !== null && ENDS_RUN.has(one.error.code)) return { extracted, goesOn: false };
      isEnded ||= one.error !== null && ENDS_ACCOUNT.has(one.error.code);
      if (one.error?.code === 'config') break;
      // A stream that had nothing to ask says nothing about Spotify.
      if (one.error !== null && UNWELL.has(one.error.code)) unwell += 1;
      else if (one.streams.some(({ requests }) => requests > 0)) unwell = 0;
      if (unwell < MOST_UNWELL) continue;
      return { extracted: [...extracted.slice(0, -1), { ...one, notices: [...one.notices, LEFT_ALONE] }], goesOn: false };
    }
  }
  return { extracted, goesOn: true };
}
