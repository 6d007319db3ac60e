import type { Clock } from '../../kernel/clock.ts';
import { PipelineError } from '../../kernel/errors.ts';
import type { ObjectStore } from '../../landing/object-store.ts';
import type { Catalog, CatalogStore } from '../../tables/catalog.ts';
import type { TimeZones } from '../duckdb/local-time.ts';
import { readRules, ruleObjects } from '../rule-files.ts';
import type { FoundTable, Glue } from './glue.ts';
import { isManifest, MOST_VIEW_TEXT, manifestKeys, type WantedTable, wantedTables } from './glue-tables.ts';
import { MANIFESTS, noteBegun, noteDone } from './notes.ts';
import type { AthenaPlace } from './place.ts';
import { PUBLISHED_VERSION, type Published, publishedOf, publishedTable, VERSION } from './published.ts';

export interface PublishOptions {
  readonly place: AthenaPlace;
  readonly glue: Glue;
  /** Only its `rules/` and `athena/` are touched. */
  readonly store: ObjectStore;
  readonly catalog: Pick<CatalogStore, 'current' | 'at'>;
  readonly zones: TimeZones;
  readonly clock: Clock;
}

export interface Publication {
  /** The catalog version that Athena shows now: the newest, which may be newer than the one that was asked for. */
  readonly version: number;
  /** Tables and views that changed. */
  readonly replaced: number;
  /** Changes asked of Glue. */
  readonly statements: number;
}

const FINGERPRINT = 'tonearm.fingerprint';
/** Somebody else publishes at the same time; each time one of the two has come further. */
const MOST_ROUNDS = 10;
const WAIT_MS = 500;
/** No query runs as long: https://docs.aws.amazon.com/athena/latest/ug/service-limits.html has 30 minutes, to be raised on request. */
const QUERY_GRACE_MS = 24 * 60 * 60 * 1000;

/**
 * Brings Athena's tables to a catalog version, or to the newest where that is newer. Each table is switched by one change of Glue, which a query sees wholly or
 * not at all; `published_version` says first that a switch is under way and last that it is over. Where a publisher dies, the next one finishes; twice is a
 * no-op; of several at once, whoever changes a table last looks at all of them again, so they end at the newest version.
 *
 * Errors: `config`, `network`, `upstream`, `storage` of AWS; `conflict` after ten rounds; `limit_exceeded` for more rules than a view of Glue holds; `cancelled`.
 */
export async function publishTables(options: PublishOptions, next: Catalog, signal: AbortSignal): Promise<Publication> {
  const { glue, catalog, clock, place, store, zones } = options;
  const done = { replaced: 0, statements: 0 };
  const rules = await readRules(store, await ruleObjects(store));
  for (let round = 1; round <= MOST_ROUNDS; round += 1) {
    signal.throwIfAborted();
    const found = await glue.tables();
    const head = await catalog.current();
    const target = head.version > next.version ? head : next;
    const lists = new Set(await manifestsIn(store));
    const changed = wantedTables(target, { zones, rules }, place).filter((table) => differs(table, found.get(table.name), lists));
    const before = publishedOf(found.get(PUBLISHED_VERSION)?.parameters ?? {});
    if (changed.length === 0 && before.version === target.version && before.switchingTo === null) {
      if (done.statements > 0) await forgetSuperseded(options, target, clock.now().getTime() - QUERY_GRACE_MS);
      return { version: target.version, ...done };
    }
    const isSwitched = await switchAll(options, { target, changed, found, before }, done, signal);
    if (!isSwitched) await clock.sleep(Math.random() * WAIT_MS, signal);
  }
  throw new PipelineError(`others changed Athena's tables ${MOST_ROUNDS} times while they were published`, {
    code: 'conflict',
    retryable: true,
    hint: 'Run `tonearm publish` again when they have ended.',
  });
}

interface Switch {
  readonly target: Catalog;
  readonly changed: readonly WantedTable[];
  readonly found: ReadonlyMap<string, FoundTable>;
  readonly before: Published;
}

/** Whether everything was changed; false: somebody else was at it, and all must be looked at again. */
async function switchAll(
  options: PublishOptions,
  { target, changed, found, before }: Switch,
  done: { replaced: number; statements: number },
  signal: AbortSignal,
): Promise<boolean> {
  const { glue, store } = options;
  await noteBegun(store, target.version);
  for (const { manifest } of changed) if (manifest !== null) await store.put(manifest.key, new TextEncoder().encode(manifest.text));
  if (changed.length > 0) {
    if (!(await say(options, { version: before.version, switchingTo: target.version }))) return false;
    done.statements += 1;
  }
  for (const table of changed) {
    signal.throwIfAborted();
    if ((await glue.write(marked(checked(table), target.version), found.get(table.name) ?? null)) === 'conflict') return false;
    done.replaced += 1;
    done.statements += 1;
  }
  if (!(await say(options, { version: target.version, switchingTo: null }))) return false;
  done.statements += 1;
  return true;
}

async function say({ glue, place, clock }: PublishOptions, published: Published): Promise<boolean> {
  const found = await glue.table(PUBLISHED_VERSION);
  return (await glue.write(publishedTable(published, clock.now(), place).input, found)) === 'written';
}

/** A list that is gone would show no rows and no error. */
function differs({ fingerprint, input, manifest }: WantedTable, found: FoundTable | undefined, lists: ReadonlySet<string>): boolean {
  if (manifest !== null && !lists.has(manifest.key)) return true;
  return found?.parameters[FINGERPRINT] !== fingerprint || (found.location ?? '') !== (input.StorageDescriptor?.Location ?? '');
}

const marked = ({ input, fingerprint }: WantedTable, version: number): WantedTable['input'] => ({
  ...input,
  Parameters: { ...input.Parameters, [FINGERPRINT]: fingerprint, [VERSION]: String(version) },
});

function checked(table: WantedTable): WantedTable {
  if ((table.input.ViewOriginalText ?? '').length <= MOST_VIEW_TEXT) return table;
  throw new PipelineError(`the view ${table.name} is longer than Glue takes`, {
    code: 'limit_exceeded',
    hint: 'There are too many rules for Athena: `tonearm rules list`.',
  });
}

async function manifestsIn(store: ObjectStore): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(MANIFESTS)) if (isManifest(key)) keys.push(key);
  return keys;
}

/** Removes lists of files that Athena named before `since`, in milliseconds since 1970, and no more: no query reads them, or none may. */
export async function forgetSuperseded(
  { store, catalog, place, clock }: Pick<PublishOptions, 'store' | 'catalog' | 'place' | 'clock'>,
  target: Catalog,
  since: number,
): Promise<void> {
  // Looked at before the notes: whoever writes a list has written its note before.
  const lists = await manifestsIn(store);
  const kept = new Set<string>();
  for (const version of await noteDone(store, target.version, clock.now(), since)) {
    const known = version === target.version ? target : await catalog.at(version);
    for (const key of known === null ? [] : manifestKeys(known, place)) kept.add(key);
  }
  const old = lists.filter((key) => !kept.has(key));
  await store.remove(old);
}
