import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tableNamed } from '../tables/star-schema.ts';
import { storedColumns } from '../tables/stored.ts';
import { CHECKS, mustHold } from './checks.ts';
import { literal, openWarehouse, type Warehouse } from './duckdb.ts';
import { testFolder } from './testing.ts';

type Cells = Readonly<Record<string, string | number | boolean | null>>;

describe('the checks', () => {
  let warehouse: Warehouse;
  beforeAll(async () => {
    warehouse = await openWarehouse({ threads: 1, memoryLimit: '500MB', tempDir: join(testFolder(), 'spill') });
    await warehouse.run('create schema checked');
  });
  afterAll(() => warehouse.close());

  async function table(name: string, rows: readonly Cells[]): Promise<void> {
    const columns = storedColumns(tableNamed(name)).map((column) => `"${column.name}" ${column.type}`);
    await warehouse.run(`create or replace table checked.${name} (${columns.join(', ')})`);
    for (const row of rows) {
      const values = Object.values(row).map((value) => (typeof value === 'string' ? literal(value) : String(value)));
      await warehouse.run(`insert into checked.${name} (${Object.keys(row).join(', ')}) values (${values.join(', ')})`);
    }
  }
  async function offenders(name: string): Promise<number> {
    const check = CHECKS.find((one) => one.name === name);
    return (await warehouse.rows(check?.sql ?? '')).length;
  }

  it('say in their first line what must hold', () => {
    for (const check of CHECKS) expect(mustHold(check)).toMatch(/^[A-Z].*\.$|^[A-Z]/);
    expect(new Set(CHECKS.map(({ name }) => name)).size).toBe(CHECKS.length);
  });

  const play = (id: string): Cells => ({ play_id: id, account_id: 'me' });
  const evidence = (id: string, playId: string | null, verdict = 'kept'): Cells => {
    return { evidence_id: id, account_id: 'me', play_id: playId, verdict };
  };
  it.each([
    ['a play with its kept record and a copy', [play('p')], [evidence('e', 'p'), evidence('f', 'p', 'duplicate')], 0, 0],
    ['a play of nothing', [play('p')], [], 1, 0],
    ['a play of copies alone', [play('p')], [evidence('e', 'p', 'duplicate')], 1, 0],
    ['two kept records of one play', [play('p')], [evidence('e', 'p'), evidence('f', 'p')], 1, 0],
    ['a kept record without its play', [], [evidence('e', 'p')], 0, 1],
    ['a kept record that names no play', [], [evidence('e', null)], 0, 1],
    ['one play twice', [play('p'), play('p')], [evidence('e', 'p')], 1, 1],
    ['a filtered record', [], [evidence('e', null, 'filtered')], 0, 0],
  ])('on plays: %s', async (_, plays, records, playless, strays) => {
    await table('plays', plays);
    await table('play_evidence', records);
    expect([await offenders('plays_have_evidence'), await offenders('kept_evidence_is_one_play')]).toEqual([playless, strays]);
  });

  const stay = (from: string | null, until: string | null, more: Cells = {}): Cells => {
    return { playlist_id: 'l', item_uri: 'i', added_at: null, added_by: null, copy: 1, seen_from: from, removed_at: until, ...more };
  };
  it.each([
    ['one after the other', [stay('2026-01-01', '2026-01-02'), stay('2026-01-03', null)], 0, 0],
    ['one that ends as the next begins', [stay('2026-01-01', '2026-01-02'), stay('2026-01-02', null)], 0, 0],
    ['one undated, then gone', [stay(null, '2026-01-02'), stay('2026-01-03', null)], 0, 0],
    ['two of different copies', [stay('2026-01-01', null), stay('2026-01-01', null, { copy: 2 })], 0, 0],
    ['one that never ended before the next', [stay('2026-01-01', null), stay('2026-01-03', null)], 1, 0],
    ['one that ends after the next began', [stay('2026-01-01', '2026-01-04'), stay('2026-01-03', '2026-01-05')], 1, 0],
    ['one that ends before it begins', [stay('2026-01-03', '2026-01-01')], 0, 1],
    ['one that ends as it begins', [stay('2026-01-03', '2026-01-03')], 0, 1],
  ])('on stays: %s', async (_, stays, overlaps, reversed) => {
    await table('playlist_items', stays);
    const other = stays.map(
      ({ seen_from, removed_at, copy }) => ({ seen_from, removed_at, artist_id: `a${copy}`, account_id: 'me' }) as Cells,
    );
    await table('followed_artists', other);
    await table('saved_items', []);
    expect([await offenders('stays_do_not_overlap'), await offenders('stays_end_after_they_begin')]).toEqual([overlaps * 2, reversed * 2]);
  });

  const at = (position: number | null, removed: string | null = null): Cells =>
    stay('2026-01-02', removed, { item_uri: `i${position}`, position });
  const look = (observed: string, isComplete: boolean, count: number): Cells => {
    return { list_kind: 'playlist', list_id: 'l', observed_at: observed, is_complete: isComplete, item_count: count };
  };
  const whole = look('2026-01-02', true, 2);
  it.each([
    ['each at its own', [whole], [at(0), at(1), at(null, '2026-01-03')], 0],
    ['none in an empty list', [look('2026-01-02', true, 0)], [], 0],
    ['a gap', [whole], [at(0), at(2)], 1],
    ['two at one', [whole], [at(0), stay('2026-01-02', null, { position: 0 })], 1],
    ['one without', [whole], [at(0), at(null)], 1],
    ['from one on', [whole], [at(1), at(2)], 1],
    ['fewer than were seen', [whole], [at(0)], 1],
    ['a gap that an incomplete newest look may have', [whole, look('2026-01-03', false, 1)], [at(0), at(2)], 0],
  ])('on places: %s', async (_, looks, members, count) => {
    await table('looks', looks);
    await table('playlist_items', members);
    expect(await offenders('positions_have_no_gap')).toBe(count);
  });

  it('on tallies: each record in one bucket', async () => {
    await warehouse.run(`create or replace table checked.tally as from (values
      ('fine', 6, 1, 1, 1, 1, 2), ('lost', 2, 1, 0, 0, 0, 0), ('negative', 0, 1, 0, -1, 0, 0)
    ) as t (raw_key, records_read, kept, merged, duplicate, filtered, quarantined)`);
    expect(await offenders('tallies_add_up')).toBe(2);
  });

  it('on dimensions: as many rows as keys', async () => {
    await warehouse.run(
      `create or replace table checked.dimension_count as from (values ('tracks', 2, 2), ('albums', 2, 3)) as t (table_name, key_count, row_count)`,
    );
    expect(await offenders('dimension_keys_are_unique')).toBe(1);
  });
});
