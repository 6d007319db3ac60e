import type { Clock } from '../kernel/clock.ts';
import { readText } from '../landing/object-bytes.ts';
import type { ObjectStore } from '../landing/object-store.ts';
import type { Tally } from '../tables/catalog.ts';
import type { FileSummary, RunSummary } from '../tables/run-summary.ts';
import type { Context } from './context.ts';
import { idAt } from './ids.ts';
import { addTallies, type Outcome } from './summary.ts';

const RUNS = 'runs/';

/** Keeps the summary of a run, but for what it tells of accounts that were purged, perhaps while it worked. */
export async function keepSummary({ store, removals }: Pick<Context, 'store' | 'removals'>, summary: RunSummary): Promise<void> {
  const { closed } = await removals.read();
  const kept = closed.size === 0 ? summary : forgotten(summary, { accounts: closed, rawKeys: new Set() });
  if (kept !== null) await store.put(`${RUNS}${summary.runId}.json`, new TextEncoder().encode(JSON.stringify(kept)));
}

/** Runs are looked for among those of the last day, then of the last month: of years of them, the older ones are not listed. */
const LOOKED_FOR_MS = [1, 30].map((days) => days * 24 * 60 * 60 * 1000);

interface History {
  readonly store: ObjectStore;
  readonly clock: Pick<Clock, 'now'>;
}

/** The newest keys, ascending: at least `count`, where there are so many. */
async function newestRunKeys({ store, clock }: History, count: number): Promise<readonly string[]> {
  let found: string[] = [];
  for (const since of [...LOOKED_FOR_MS.map((ms) => `${RUNS}${idAt(clock.now().getTime() - ms)}`), undefined]) {
    found = [];
    for await (const { key } of store.list(RUNS, since)) found.push(key);
    if (found.length >= count) return found;
  }
  return found;
}

/** Null where there was no run yet. */
export async function newestRunKey(history: History): Promise<string | null> {
  return (await newestRunKeys(history, 1)).at(-1) ?? null;
}

/** Of the newest runs, the newest first. */
export async function newestSummaries(history: History, count: number): Promise<readonly RunSummary[]> {
  const found: RunSummary[] = [];
  for (const key of (await newestRunKeys(history, count)).slice(-count).reverse()) {
    const summary = await summaryAt(history.store, key);
    if (summary !== null) found.push(summary);
  }
  return found;
}

/** Null where it is not there, or cannot be read. */
export const summaryOf = (store: ObjectStore, runId: string): Promise<RunSummary | null> => summaryAt(store, `${RUNS}${runId}.json`);

async function summaryAt(store: ObjectStore, key: string): Promise<RunSummary | null> {
  const text = await readText(store, key);
  return text === null ? null : parsed(text);
}

/** Of the runs that began at `since` (milliseconds since 1970) or later, the oldest first; older ones are not even looked at. */
export async function summariesSince(store: ObjectStore, since: number): Promise<readonly RunSummary[]> {
  const found: RunSummary[] = [];
  for await (const { key } of store.list(RUNS, `${RUNS}${idAt(since)}`)) {
    const summary = await summaryAt(store, key);
    if (summary !== null) found.push(summary);
  }
  return found;
}

const accountOf = ({ rawKey }: FileSummary): string | null => /\/account=([^/]+)\//.exec(rawKey ?? '')?.[1] ?? null;

/** Names of accounts are words of these letters. */
const wordsOf = (text: string): readonly string[] => text.split(/[^a-z0-9-]+/);

/** What the history forgets. */
export interface Forgotten {
  readonly accounts: ReadonlySet<string>;
  readonly rawKeys: ReadonlySet<string>;
}

/** A file that nobody knows any more: what became of its records is all that is left. */
const unnamed = (file: FileSummary): FileSummary => ({ ...file, name: '(removed)', sha256: null, rawKey: null, note: null });

const silent = (outcome: Outcome): Outcome => ({ ...outcome, message: 'told of what was removed', hint: null });

/**
 * The summary without the accounts' streams and files, its totals added up anew; files of removed raw objects lose their names. Messages of a
 * run that read a removed account may name what is its own, so they go. Null where nothing else was in it.
 */
export function forgotten(summary: RunSummary, { accounts, rawKeys }: Forgotten): RunSummary | null {
  const isOf = (account: string | null): boolean => account !== null && accounts.has(account);
  const streams = summary.streams.filter(({ account }) => !isOf(account));
  const files = summary.files
    .filter((file) => !isOf(accountOf(file)))
    .map((file) => (file.rawKey !== null && rawKeys.has(file.rawKey) ? unnamed(file) : file));
  const isTouched = streams.length < summary.streams.length || files.length < summary.files.length;
  if (!isTouched) {
    const lost = summary.files.filter(({ rawKey }) => rawKey !== null && rawKeys.has(rawKey)).map(({ name }) => name);
    const tells = (text: string): boolean => wordsOf(text).some(isOf) || lost.some((name) => text.includes(name));
    const warnings = summary.warnings.filter((warning) => !tells(warning));
    return {
      ...summary,
      files,
      warnings,
      outcomes: summary.outcomes.map((outcome) => (tells(outcome.message) ? silent(outcome) : outcome)),
    };
  }
  if (streams.length === 0 && files.length === 0) return null;
  const total: Tally = addTallies(streams);
  return { ...summary, total, streams, files, outcomes: summary.outcomes.map(silent), warnings: [] };
}

/** Rewrites or removes every summary that names what is forgotten; one that cannot be read is removed. Gives how many. */
export async function forgetInHistory(store: ObjectStore, what: Forgotten): Promise<{ removed: number; changed: number }> {
  const count = { removed: 0, changed: 0 };
  if (what.accounts.size === 0 && what.rawKeys.size === 0) return count;
  for await (const { key } of store.list(RUNS)) {
    const text = await readText(store, key);
    const after = text === null ? null : forgottenText(text, what);
    if (after === text) continue;
    if (after === null) {
      await store.remove([key]);
      count.removed += 1;
    } else {
      await store.put(key, new TextEncoder().encode(after));
      count.changed += 1;
    }
  }
  return count;
}

function forgottenText(text: string, what: Forgotten): string | null {
  const summary = parsed(text);
  const after = summary === null ? null : forgotten(summary, what);
  return after === null ? null : JSON.stringify(after);
}

function parsed(text: string): RunSummary | null {
  try {
    return JSON.parse(text) as RunSummary;
  } catch {
    return null; // Nobody can tell what a damaged one names, and history may be lost.
  }
}
