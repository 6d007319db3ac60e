import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../kernel/clock.ts';
import type { Catalog } from '../tables/catalog.ts';
import type { App } from './app.ts';
import { lakeOfSavedTracks, type TestLake } from './testing.ts';

const never = new AbortController().signal;
const LIMITS = { rows: 100, bytes: 1_000_000, ms: 60_000 };

async function rowsOf(app: App, sql: string): Promise<readonly (readonly unknown[])[]> {
  const engine = await app.engine();
  const { batches } = await engine.query({ sql, params: {}, limits: LIMITS, trust: 'ours' }, never);
  const rows: (readonly unknown[])[] = [];
  for await (const batch of batches) rows.push(...batch);
  await engine.close();
  return rows;
}

describe('checks after a build', () => {
  let lake: TestLake;
  beforeEach(async () => {
    lake = await lakeOfSavedTracks(createVirtualClock(new Date('2026-11-21T10:00:00Z')));
  });
  afterEach(() => lake.remove());

  it('are told in the table of checks, for what the run changed alone', async () => {
    expect(await rowsOf(lake.app, 'select check_name, is_passed, offenders, message, checked_at from checks order by check_name')).toEqual(
      ['dimension_keys_are_unique', 'positions_have_no_gap', 'stays_do_not_overlap', 'stays_end_after_they_begin', 'tallies_add_up'].map(
        (name) => [name, true, 0, null, '2026-11-21T10:00:00Z'],
      ),
    );
    await lake.land('three');
    expect(await rowsOf(lake.app, 'select count(distinct run_id), count(*) from checks')).toEqual([[2, 10]]);
  });

  it('are not run where nothing is new', async () => {
    const before = await lake.app.catalog.current();
    await lake.app.run({ accounts: [], streams: [] }, never);
    expect((await lake.app.catalog.current()).version).toBe(before.version);
  });

  it('end the run with 3 and the name of the check that failed', async () => {
    // Of a table this long the next run only adds to the rows.
    await lake.land(...Array.from({ length: 28 }, (_, at) => `track${at}`));
    const head = join(lake.folder, 'catalog/000000000002.json');
    const catalog = JSON.parse(readFileSync(head, 'utf8')) as Catalog;
    const partitions = catalog.partitions.map((one) => (one.table === 'tracks' ? { ...one, rows: one.rows + 1 } : one));
    writeFileSync(head, JSON.stringify({ ...catalog, partitions }));
    const app = lake.again();
    await lake.landOnly('three', new Date('2026-11-21T10:00:00Z'));
    const summary = await app.run({ accounts: [], streams: [] }, never);
    expect(summary).toMatchObject({ outcome: 'done', exitCode: 3, catalogVersion: 3 });
    const message = expect.stringMatching(/^check dimension_keys_are_unique failed for 1 rows: A dimension has .* Not so: .*tracks/);
    expect(summary.outcomes).toEqual([expect.objectContaining({ code: 'check_failed', exitCode: 3, message })]);
    expect(await rowsOf(app, 'select check_name, offenders from checks where not is_passed')).toEqual([['dimension_keys_are_unique', 1]]);
    const rebuilt = await app.rebuild(never);
    expect(rebuilt).toMatchObject({ exitCode: 0, outcomes: [] });
  });
});
