import { CONTRACT_VERSION } from '../source/contract.ts';
import type { Capabilities } from '../source/types.ts';
import type { Catalog } from '../tables/catalog.ts';
import { RULES_VERSION } from '../transform/run-models.ts';
import type { Plan, PlannedStream } from './answers.ts';
import type { RunOptions } from './app.ts';
import { pending } from './build.ts';
import { hintsOf, readCapabilities } from './capabilities.ts';
import type { Context } from './context.ts';
import { ENRICHMENT, enrichmentOf } from './enrichment.ts';
import { loggedIn } from './login-dates.ts';
import { chosenStreams, type NamedStream } from './reading.ts';
import { enrichingAccount } from './run.ts';
import { streamState } from './state.ts';

async function plannedStream(
  context: Context,
  known: Capabilities,
  account: string,
  { name, stream }: NamedStream,
): Promise<PlannedStream> {
  const stored = await streamState(context.store, account, name).read();
  const { requests, atMost, because } = stream.estimate(stored?.value ?? stream.initial, known, context.clock.now());
  return { account, stream: name, requests, atMost, because };
}

/** The requests for tracks to describe, in the tables as they are now. */
async function plannedEnrichment(context: Context, known: Capabilities, options: RunOptions): Promise<readonly PlannedStream[]> {
  const { requestsPerRun } = context.config.enrichment;
  const account = await enrichingAccount(context, options);
  if (account === null || requestsPerRun === 0) return [];
  const stream = await enrichmentOf(context, requestsPerRun, new AbortController().signal);
  return [await plannedStream(context, known, account.name, { name: ENRICHMENT, stream })];
}

/** Why a build would start from nothing; null for an empty lake, which has nothing to make anew. */
function rebuildReason({ version, contract, rules, removals = 0 }: Catalog, required: number): string | null {
  const reasons = [
    ...(contract === CONTRACT_VERSION ? [] : [`contract ${contract} is now ${CONTRACT_VERSION}`]),
    ...(removals >= required ? [] : ['a removal is not finished yet']),
    ...(rules === RULES_VERSION ? [] : [`rules ${rules} are now ${RULES_VERSION}`]),
  ];
  return version === 0 || reasons.length === 0 ? null : reasons.join(', ');
}

function totalOf(streams: readonly PlannedStream[]): Plan['total'] {
  const most = streams.map(({ atMost }) => atMost);
  return {
    requests: streams.reduce((sum, { requests }) => sum + requests, 0),
    atMost: most.reduce<number | null>((sum, count) => (sum === null || count === null ? null : sum + count), 0),
  };
}

/**
 * What a run with these options would ask of Spotify and build, from the state kept in the lake. Asks nothing and writes nothing. Token
 * refreshes are not counted: they go to the accounts service.
 *
 * Errors: `usage` for an account or stream that is not known; `corrupt` where the catalog or a landing note cannot be read.
 */
export async function plan(context: Context, options: RunOptions): Promise<Plan> {
  const catalog = await context.catalog.current();
  const wanted = chosenStreams(context.config, options);
  const known = hintsOf((await readCapabilities(context))?.user ?? [], context.clock.now());
  const streams: PlannedStream[] = [];
  for (const { account, streams: named } of wanted) {
    for (const stream of named) streams.push(await plannedStream(context, known, account.name, stream));
  }
  streams.push(...(await plannedEnrichment(context, known, options)));
  const withLogin = await loggedIn(context);
  const rebuild = rebuildReason(catalog, await context.removals.requires());
  const waiting = await pending(context, catalog, rebuild !== null);
  return {
    catalogVersion: catalog.version,
    streams,
    total: totalOf(streams),
    deferred: await context.manners.deferral(),
    loginNeeded: wanted.flatMap(({ account: { name } }) => (withLogin.has(name) ? [] : [name])),
    build: { rawObjects: waiting.length, bytes: waiting.reduce((sum, { bytes }) => sum + bytes, 0) },
    rebuild,
  };
}
