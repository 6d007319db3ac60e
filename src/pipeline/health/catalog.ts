import { PipelineError } from '../../kernel/errors.ts';
import type { Catalog, CatalogStore } from '../../tables/catalog.ts';
import type { Context } from '../context.ts';
import type { Finding } from '../findings.ts';

const key = (version: number): string => `catalog/${String(version).padStart(12, '0')}.json`;

/** The newest version below `version` that can be read; null where there is none. */
async function newestWhole(store: CatalogStore, version: number): Promise<Catalog | null> {
  for (let older = version - 1; older > 0; older -= 1) {
    const catalog = await store.at(older).catch((error: unknown) => {
      if (error instanceof PipelineError && error.code === 'corrupt') return null;
      throw error;
    });
    if (catalog !== null) return catalog;
  }
  return null;
}

async function damagedFinding(store: CatalogStore, error: PipelineError): Promise<Finding> {
  const { version } = await store.ground();
  const older = await newestWhole(store, version);
  const whole = older === null ? 'no older version is whole' : `the newest whole one is ${key(older.version)} of ${older.committedAt}`;
  return {
    check: 'catalog',
    state: 'fail',
    where: key(version),
    found: `${error.message}; ${whole}`,
    next: 'Run `tonearm rebuild`: it makes every table anew from raw and writes the next version.',
  };
}

/** Whether the newest version of the catalog and its list of consumed raw objects can be read. `catalog` is null where they cannot. */
export async function catalogFindings(context: Context): Promise<{ catalog: Catalog | null; findings: readonly Finding[] }> {
  const { catalog: store } = context;
  let catalog: Catalog;
  try {
    catalog = await store.current();
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    if (error.code === 'corrupt') return { catalog: null, findings: [await damagedFinding(store, error)] };
    return { catalog: null, findings: [{ check: 'catalog', state: 'fail', where: 'catalog/', found: error.message, next: error.hint }] };
  }
  const found = catalog.version === 0 ? 'empty: nothing was built yet' : `version ${catalog.version} of ${catalog.committedAt}`;
  const fine: Finding = { check: 'catalog', state: 'ok', where: catalog.version === 0 ? null : key(catalog.version), found, next: null };
  try {
    let count = 0;
    for await (const _ of store.consumed(catalog)) count += 1;
    const read = `${count.toLocaleString('en-US')} raw objects in ${catalog.consumed.length} segments`;
    return { catalog, findings: [fine, { check: 'consumed segments', state: 'ok', where: null, found: read, next: null }] };
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    const damaged: Finding = {
      check: 'consumed segments',
      state: 'fail',
      where: 'catalog/segments/',
      found: error.message,
      next: 'Run `tonearm rebuild`.',
    };
    return { catalog: null, findings: [fine, damaged] };
  }
}
