import { asPipelineError } from '../kernel/errors.ts';
import { readText } from '../landing/object-bytes.ts';
import type { Key } from '../landing/object-store.ts';
import { type Numbered, type Receipt, rawOfAccount, removeRaw } from '../landing/removals.ts';
import type { Catalog } from '../tables/catalog.ts';
import { RULES_PREFIX, readRule } from '../tables/rule.ts';
import { build } from './build.ts';
import type { Context } from './context.ts';
import { publishRemoval } from './publish.ts';
import { forgetInHistory } from './run-history.ts';
import { sweepAllBefore } from './sweep.ts';

/** What no removal reaches: it lies outside the lake. */
const OUT_OF_REACH = [
  'backups and copies of the lake, what the file system itself keeps of deleted files, and, of a lake in a bucket, copies that other machines have made of its files',
  'files written by `tonearm export` or `tonearm query`, and what programs that read them have kept',
  'events already sent by OpenLineage (names of tables, counts and times)',
] as const;

/** Rows that a query sees, per table. */
export function rowsOf({ partitions }: Catalog): readonly { readonly table: string; readonly rows: number }[] {
  const rows = new Map<string, number>();
  for (const one of partitions) rows.set(one.table, (rows.get(one.table) ?? 0) + one.rows);
  return [...rows].map(([table, count]) => ({ table, rows: count })).sort((a, b) => (a.table < b.table ? -1 : 1));
}

/**
 * Ends what lets Tonearm read the account, and gives what only a person can take away. A login that cannot be removed does not keep the rest from
 * going.
 */
async function endLogin({ credentials, log }: Context, account: string): Promise<readonly string[]> {
  const token = 'its refresh token: take TONEARM_REFRESH_TOKEN of this account out of the environment of your commands and schedules';
  const kept = await credentials.logOut(account, { forget: true }).then(
    () => [],
    (error: unknown) => {
      const why = asPipelineError(error).message;
      log.warn('the login could not be removed', { account, cause: why });
      return [`its login on this machine: ${why}`];
    },
  );
  return [
    ...kept,
    token,
    "the app's access at Spotify: take it away at https://www.spotify.com/account/apps/",
    `answers and files that belong to nobody (\`_app\`: albums, tracks, what could not be placed), and what other accounts' lists say of ${account}`,
  ];
}

async function keysUnder({ store }: Context, prefix: string): Promise<readonly Key[]> {
  const keys: Key[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys;
}

/** Gives how many series of state went. */
export async function removeState(context: Context, account: string): Promise<number> {
  const keys = await keysUnder(context, `state/${account}.`);
  await context.store.remove(keys);
  return new Set(keys.map((key) => key.slice(0, key.lastIndexOf('/')))).size;
}

/** What a person decided about the plays of these accounts. A rule that cannot be read is left: it names nobody that could be told. */
async function removeRules({ store }: Context, accounts: ReadonlySet<string>): Promise<number> {
  const keys: Key[] = [];
  if (accounts.size === 0) return 0;
  for await (const { key } of store.list(RULES_PREFIX)) {
    const read = readRule(await jsonOf(store, key));
    const account = 'rule' in read && 'account' in read.rule ? read.rule.account : undefined;
    if (account !== undefined && accounts.has(account)) keys.push(key);
  }
  await store.remove(keys);
  return keys.length;
}

async function jsonOf(store: Context['store'], key: Key): Promise<unknown> {
  try {
    return JSON.parse((await readText(store, key)) ?? 'null');
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

async function rawKeysOf({ store }: Context, account: string): Promise<readonly Key[]> {
  const keys: Key[] = [];
  for await (const { key } of rawOfAccount(store, account)) keys.push(key);
  return keys;
}

/**
 * Removes what a process that began before a purge has landed since: no table ever holds it, and it is not kept either.
 * Costs nothing where no account was ever purged.
 */
export async function removeStrays(context: Context): Promise<void> {
  const { closed, covers } = await context.removals.read();
  for (const account of closed) {
    const keys = await rawKeysOf(context, account);
    await removeState(context, account);
    if (keys.length === 0) continue;
    await removeRaw(context.store, covers);
    await context.store.remove(keys);
  }
}

async function headWithout(context: Context, requires: number, runId: string, signal: AbortSignal): Promise<Catalog> {
  const head = await context.catalog.ground();
  if (head.version > 0 && (head.removals ?? 0) >= requires) return head;
  return (await build(context, runId, { whole: true }, signal)).after;
}

function receiptOf(context: Context, { number, note }: Numbered, head: Catalog, done: Omit<Receipt, keyof Base>): Receipt {
  const after = new Map(rowsOf(head).map(({ table, rows }) => [table, rows]));
  const { verb, account, rawObjects, bytes } = note;
  return {
    number,
    verb,
    account,
    askedAt: note.at,
    finishedAt: context.clock.now().toISOString(),
    catalogVersion: head.version,
    rawObjects,
    bytes,
    tables: note.rows.map(({ table, rows }) => ({ table, rowsBefore: rows, rowsAfter: after.get(table) ?? 0 })),
    ...done,
  };
}

type Base = Pick<Receipt, 'number' | 'verb' | 'account' | 'askedAt' | 'finishedAt' | 'catalogVersion' | 'rawObjects' | 'bytes' | 'tables'>;

/**
 * Does what the removal notes without a receipt say, in the order in which a crash anywhere leaves a lake that the next call finishes: a catalog
 * without the rows, made of what is left; then raw, everything made from it that the catalog does not name, states and history; then Athena's tables; then
 * the receipts.
 *
 * Errors: those of a build; the notes then stand, and builds leave out what they name.
 */
export async function finishRemovals(context: Context, runId: string, signal: AbortSignal): Promise<readonly Receipt[]> {
  const removed = await context.removals.read();
  if (removed.unfinished.length === 0) return [];
  const notes = removed.unfinished.map(({ note }) => note);
  const head = await headWithout(context, removed.requires, runId, signal);
  const accounts = new Set(notes.flatMap(({ verb, account }) => (verb === 'purge' && account !== null ? [account] : [])));

  await removeRaw(context.store, removed.covers);
  for (const account of accounts) await context.store.remove(await rawKeysOf(context, account));
  const swept = await sweepAllBefore(context, new Date(head.committedAt));
  let states = 0;
  for (const account of accounts) states += await removeState(context, account);
  const rules = await removeRules(context, accounts);
  const inAws = await publishRemoval(context, signal);
  const rawKeys = new Set(notes.flatMap(({ landed }) => landed.map(({ key }) => key)));
  const runs = await forgetInHistory(context.store, { accounts, rawKeys });

  const logins = new Map<string, readonly string[]>();
  for (const account of accounts) logins.set(account, await endLogin(context, account));
  const receipts = removed.unfinished.map((one) => {
    const login = logins.get(one.note.account ?? '') ?? [];
    const { tableFiles, catalogVersions, segments, tempFiles } = swept;
    const left = [...login, ...inAws, ...OUT_OF_REACH];
    return receiptOf(context, one, head, { tableFiles, catalogVersions, segments, temporaryFiles: tempFiles, states, rules, runs, left });
  });
  for (const receipt of receipts) await context.removals.writeReceipt(receipt);
  return receipts;
}
