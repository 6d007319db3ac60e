import { ruleObjects } from '../engines/rule-files.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Catalog } from '../tables/catalog.ts';
import type { App } from './app.ts';
import { newestRunKey } from './run-history.ts';

/** What answers depend on beside the question and the time. */
export interface LakeVersion {
  readonly catalog: Catalog;
  /** Another text for other rules. */
  readonly rules: string;
  /** The newest run; null: there was none. */
  readonly run: string | null;
}

/** Reads no table; in a bucket it costs about four requests. Errors: those of the catalog. */
export async function lakeVersion({ catalog, store }: Pick<App, 'catalog' | 'store'>, clock: Pick<Clock, 'now'>): Promise<LakeVersion> {
  const [current, rules, run] = await Promise.all([catalog.current(), ruleObjects(store), newestRunKey({ store, clock })]);
  return { catalog: current, rules: rules.map(({ key, etag }) => `${key} ${etag}`).join('\n'), run };
}

/** Names of the tables whose files differ, in the order of names. */
export function changedTables(before: Catalog, after: Catalog): readonly string[] {
  const builds = (catalog: Catalog): ReadonlyMap<string, string> =>
    new Map(catalog.partitions.map(({ table, name, files }) => [`${table}/${name}`, files.map(({ key }) => key).join(' ')]));
  const [old, young] = [builds(before), builds(after)];
  const changed = [...new Set([...old.keys(), ...young.keys()])].filter((id) => old.get(id) !== young.get(id));
  return [...new Set(changed.map((id) => id.slice(0, id.indexOf('/'))))].sort();
}
