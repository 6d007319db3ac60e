import { CONTRACT_VERSION } from '../source/contract.ts';
import type { Catalog } from '../tables/catalog.ts';
import { RULES_VERSION } from '../transform/run-models.ts';
import { pending } from './build.ts';
import type { Context } from './context.ts';
import type { RawComparison } from './findings.ts';
import { idAt } from './ids.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** How far back a check that is made every day looks: its cost must not grow with the lake. */
export const LOOK_BACK_DAYS = 7;

async function consumedKeys(context: Context, catalog: Catalog, since: string | undefined): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  for await (const { rawKey } of context.catalog.consumed(catalog, since)) keys.add(rawKey);
  return keys;
}

async function notedKeys(context: Context, since: string | undefined): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  for await (const { key } of context.landing.landed(since)) keys.add(key);
  return keys;
}

async function rawKeys({ store }: Context): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  for await (const { key } of store.list('raw/')) keys.add(key);
  return keys;
}

/** Which of the keys there is an object for; the listing of all, where that was read anyway. */
async function present(context: Context, keys: Iterable<string>, all: ReadonlySet<string> | null): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const key of keys) if (all === null ? await context.landing.exists(key) : all.has(key)) found.add(key);
  return found;
}

/** A landed object may have a second note, younger than the one that the tables consumed it by. */
async function unconsumed(
  context: Context,
  catalog: Catalog,
  noted: ReadonlySet<string>,
  consumed: ReadonlySet<string>,
  since: string | undefined,
) {
  const candidates = [...noted].filter((key) => !consumed.has(key));
  if (since === undefined || candidates.length === 0) return candidates;
  const ever = await consumedKeys(context, catalog, undefined);
  return candidates.filter((key) => !ever.has(key));
}

/**
 * Compares what was landed with what the tables consumed, from `since` on (a landing id, or only its time); all of it, and what lies in raw
 * without a note, where omitted. Changes nothing.
 *
 * Errors: `corrupt` naming the note or segment that cannot be read.
 */
export async function compareRaw(context: Context, catalog: Catalog, since?: string): Promise<RawComparison> {
  const noted = await notedKeys(context, since);
  const consumed = await consumedKeys(context, catalog, since);
  const all = since === undefined ? await rawKeys(context) : null;
  const open = await present(context, await unconsumed(context, catalog, noted, consumed, since), all);
  const isStale = catalog.contract !== CONTRACT_VERSION || catalog.rules !== RULES_VERSION;
  const next = open.size === 0 ? [] : await pending(context, catalog, isStale);
  const taken = new Set(next.map(({ key }) => key));
  const there = await present(context, consumed, all);
  return {
    catalogVersion: catalog.version,
    landed: noted.size,
    consumed: consumed.size,
    waiting: [...open].filter((key) => taken.has(key)).sort(),
    missed: [...open].filter((key) => !taken.has(key)).sort(),
    gone: [...consumed].filter((key) => !there.has(key)).sort(),
    unnoted: all === null ? [] : [...all].filter((key) => !noted.has(key)).sort(),
  };
}

/** What was landed in the last days, as {@link compareRaw}. */
export async function compareRecent(context: Context, catalog: Catalog): Promise<RawComparison> {
  return compareRaw(context, catalog, idAt(context.clock.now().getTime() - LOOK_BACK_DAYS * DAY_MS));
}
