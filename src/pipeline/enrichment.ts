import type { Scalar } from '../engines/engine.ts';
import { createEnrichment, enrichmentLeft } from '../source/enrichment.ts';
import type { AnyStream } from '../source/types.ts';
import type { EnrichmentStatus } from './app.ts';
import type { Context } from './context.ts';
import { withEngine } from './engine-access.ts';
import { loggedIn } from './login-dates.ts';
import { summariesSince } from './run-history.ts';
import { streamState } from './state.ts';

/** Its name in plans and in `state/`. */
export const ENRICHMENT = 'enrichment';
/** What its answers belong to; polls that land only, and runs of named streams, have none. */
const ANSWERS = 'tracks';

const DAY_MS = 24 * 60 * 60 * 1000;
const SEEN_DAYS = 7;
const LIMITS = { rows: 1_000_000, bytes: 128 * 1024 * 1024, ms: 60_000 };

/** Ids that could be Spotify's: exports and local files name others too, and the id of nothing but zeros stands for none. */
const QUEUE = `
  select track_id
  from enrichment_queue
  where regexp_full_match(track_id, '[0-9A-Za-z]{22}') and track_id <> repeat('0', 22)
  order by play_count desc, track_id`;

async function rowsOf(context: Context, sql: string, signal: AbortSignal): Promise<readonly (readonly Scalar[])[]> {
  return withEngine(context, async (engine) => {
    const { batches } = await engine.query({ sql, params: {}, limits: LIMITS, trust: 'ours' }, signal);
    const rows: (readonly Scalar[])[] = [];
    for await (const batch of batches) rows.push(...batch);
    return rows;
  });
}

/** What to ask for, of the tables as they are now, with so many requests; most played first, then by id. */
export async function enrichmentOf(context: Context, requests: number, signal: AbortSignal): Promise<AnyStream> {
  const rows = await rowsOf(context, QUEUE, signal);
  return createEnrichment(
    rows.map(([id]) => String(id)),
    requests,
  );
}

/** How much is left, and about when it is done at the budget of the settings and the pace of the last seven days. */
export async function enrichmentStatus(context: Context): Promise<EnrichmentStatus> {
  const { signal } = new AbortController();
  const { accounts, enrichment } = context.config;
  const now = context.clock.now();
  const withLogin = await loggedIn(context);
  const account = accounts.find(({ name }) => withLogin.has(name)) ?? accounts[0];
  const stored = account === undefined ? null : await streamState(context.store, account.name, ENRICHMENT).read();
  const wanted = (await rowsOf(context, QUEUE, signal)).map(([id]) => String(id));
  const { left, requestsLeft } = enrichmentLeft(wanted, stored?.value, now);
  const runs = await summariesSince(context.store, now.getTime() - SEEN_DAYS * DAY_MS);
  const asking = runs.filter(({ streams }) => streams.some(({ stream }) => stream === ANSWERS));
  // The day on which the first of them came counts as a whole one.
  const days = Math.floor((now.getTime() - Date.parse(asking[0]?.startedAt ?? now.toISOString())) / DAY_MS) + 1;
  const runsPerDay = asking.length / days;
  const perDay = enrichment.requestsPerRun * runsPerDay;
  const doneOn =
    left === 0 || perDay === 0 ? null : new Date(now.getTime() + Math.ceil(requestsLeft / perDay) * DAY_MS).toISOString().slice(0, 10);
  return { left, requestsLeft, requestsPerRun: enrichment.requestsPerRun, runsPerDay, doneOn };
}
