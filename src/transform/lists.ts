import { tableNamed } from '../tables/star-schema.ts';
import { storedColumns } from '../tables/stored.ts';
import type { Table } from '../tables/table.ts';
import { inLanes, literal, type Warehouse } from './duckdb.ts';
import looksModel from './sql/marts/looks.sql';
import staysModel from './sql/marts/stays.sql';
import listMembers from './sql/staging/list_members.sql';
import type { WorkingTables } from './working-tables.ts';

/** How the stays of one table are written as the one form that `stays.sql` works on, and back. */
interface StayTable {
  readonly table: Table;
  /** Which kinds of lists it holds, as a condition on `list_kind`. */
  readonly kinds: string;
  /** Stored columns → list_kind, list_id, account_id, item_uri, item_kind, item_id, added_at, added_by, copy. */
  readonly asStay: string;
  readonly fromStay: string;
}

const REST =
  'position, seen_from, removed_at, source, _last_shown_at, _last_position, _shown_at, _observed_at, _raw_key, _raw_line, _raw_item';

const STAY_TABLES: readonly StayTable[] = [
  {
    table: tableNamed('playlist_items'),
    kinds: `list_kind = 'playlist'`,
    asStay: `'playlist' as list_kind, playlist_id as list_id, null::varchar as account_id, item_uri, item_kind, coalesce(track_id, episode_id) as item_id, added_at, added_by, copy`,
    fromStay: `list_id as playlist_id, item_uri, item_kind, case when item_kind = 'track' then item_id end as track_id,
      case when item_kind = 'episode' then item_id end as episode_id, added_at, added_by, copy`,
  },
  {
    table: tableNamed('saved_items'),
    kinds: `list_kind similar to '(exported_)?saved_.*'`,
    asStay: `case when _is_exported then 'exported_' else '' end || 'saved_' || item_kind || 's' as list_kind, account_id as list_id, account_id, item_uri, item_kind, item_id, added_at, null::varchar as added_by, 1::bigint as copy`,
    fromStay: `account_id, item_kind, item_uri, item_id, added_at, starts_with(list_kind, 'exported_') as _is_exported`,
  },
  {
    table: tableNamed('followed_artists'),
    kinds: `list_kind = 'followed_artists'`,
    asStay: `'followed_artists' as list_kind, account_id as list_id, account_id, 'spotify:artist:' || artist_id as item_uri, 'artist' as item_kind,
      artist_id as item_id, null::timestamp as added_at, null::varchar as added_by, 1::bigint as copy`,
    fromStay: 'account_id, item_id as artist_id',
  },
];

const columnsOf = (table: Table): string =>
  storedColumns(table)
    .map(({ name }) => name)
    .join(', ');

/** Relations that the two models share: what is new, what is known, and since when each list is to be judged anew. */
async function gather(warehouse: Warehouse): Promise<readonly string[]> {
  await warehouse.run(`create or replace table new_version as
    select 'playlist' as list_kind, o.id as list_id, look_at, walk_seq as seq, o.snapshot_id as snapshot_id
    from seen_playlist where stream = 'playlists' and list = '' and walk_seq is not null and o.id is not null`);
  await warehouse.run(`create or replace table new_member as
    select m.* exclude (raw_id), r.raw_key as raw_key from (${listMembers}) as m join raw_object as r using (raw_id)`);
  await warehouse.run(`create or replace table changed_look as
    select list_kind, list_id, account_id, look_at from new_page
    union select list_kind, list_id, null, look_at from new_version
    union select list_kind, list_id, account_id, look_at from new_member`);
  await warehouse.run(`create or replace table first_change as
    select list_kind, list_id, account_id, min(look_at) as change_at, list_bucket(list_kind, list_id) as bucket from changed_look group by all`);
  const buckets = await warehouse.rows('select distinct bucket from first_change order by bucket');
  return buckets.map(({ bucket }) => String(bucket));
}

async function buildLooks(warehouse: Warehouse, tables: WorkingTables, buckets: readonly string[]): Promise<void> {
  const looks = tableNamed('looks');
  const stored = await tables.relation(looks, buckets);
  await warehouse.run(`create or replace table stored_look as select *, list_bucket(list_kind, list_id) as bucket from ${stored}`);
  await warehouse.run(`create or replace table old_look as
    select s.* from stored_look as s join first_change as c on s.list_kind = c.list_kind and s.list_id = c.list_id and s.account_id is not distinct from c.account_id`);
  await warehouse.run('create or replace table old_look_at as select *, or_undated(observed_at) as look_at from old_look');
  await warehouse.run(`create or replace table look as
    with lineage as (
      select list_kind, list_id, account_id, look_at, min({'key': r.raw_key, 'line': p.line}) as seen
      from new_page as p join raw_object as r using (raw_id) group by all
    )
    select m.*, list_bucket(m.list_kind, m.list_id) as bucket, coalesce(l.seen.key, o._raw_key) as _raw_key, coalesce(l.seen.line, o._raw_line) as _raw_line, null::bigint as _raw_item,
      m.look_at as _observed_at
    from (${looksModel}) as m
    left join lineage as l
      on l.list_kind = m.list_kind and l.list_id = m.list_id and l.account_id is not distinct from m.account_id and l.look_at = m.look_at
    left join old_look_at as o
      on o.list_kind = m.list_kind and o.list_id = m.list_id and o.account_id is not distinct from m.account_id and o.look_at = m.look_at`);
  const columns = columnsOf(looks);
  await inLanes(warehouse.lanes, buckets, async (bucket) => {
    const name = literal(bucket);
    await tables.replace(
      looks,
      bucket,
      `select ${columns} from look where bucket = ${name}
       union all
       select ${columns} from stored_look as s where bucket = ${name} and not exists (
         select 1 from first_change as c
         where c.list_kind = s.list_kind and c.list_id = s.list_id and s.account_id is not distinct from c.account_id)`,
    );
  });
}

/** Fingerprint of the stored rows that decides whether a partition is worth writing: everything but the lineage. */
function fingerprint(table: Table): string {
  const columns = storedColumns(table)
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('_') || name === '_shown_at');
  return `select count(*)::bigint as n, coalesce(sum(hash(${columns.join(', ')})::hugeint), 0)::varchar as sum`;
}

async function isSame(warehouse: Warehouse, table: Table, select: string, before: string): Promise<boolean> {
  const [found] = await warehouse.rows(`select a = b as same from
    (${fingerprint(table)} from (${select})) as a, (${fingerprint(table)} from (${before})) as b`);
  return found?.same === true;
}

async function buildStays(warehouse: Warehouse, tables: WorkingTables, stays: StayTable): Promise<void> {
  const { table, kinds, asStay, fromStay } = stays;
  const changed = await warehouse.rows(`select distinct bucket from first_change where ${kinds} order by bucket`);
  if (changed.length === 0) return;
  const buckets = changed.map(({ bucket }) => String(bucket));
  const stored = await tables.relation(table, buckets);
  await warehouse.run(`create or replace table stored_stay as
    select *, list_bucket(list_kind, list_id) as bucket from (select ${asStay}, ${REST} from ${stored})`);
  await warehouse.run(`create or replace table old_stay as
    select s.* from stored_stay as s join first_change as c
      on s.list_kind = c.list_kind and s.list_id = c.list_id and s.account_id is not distinct from c.account_id`);
  await warehouse.run(`create or replace view member_of_table as select * from new_member where ${kinds}`);
  await warehouse.run(`create or replace table stay as
    select *, list_bucket(list_kind, list_id) as bucket from (${staysModel.replaceAll('new_member', 'member_of_table')})`);
  await inLanes(warehouse.lanes, buckets, async (bucket) => {
    const name = literal(bucket);
    const columns = `${fromStay}, ${REST}`;
    const select = `select ${columns} from stay where bucket = ${name}
      union all
      select ${columns} from stored_stay as s where bucket = ${name} and not exists (
        select 1 from first_change as c
        where c.list_kind = s.list_kind and c.list_id = s.list_id and s.account_id is not distinct from c.account_id)`;
    const before = `select ${columns} from stored_stay where bucket = ${name}`;
    if (tables.partition(table, bucket) !== undefined && (await isSame(warehouse, table, select, before))) return;
    await tables.replace(table, bucket, select);
  });
}

/** Looks and stays of the lists that the batch says something about. */
export async function buildLists(warehouse: Warehouse, tables: WorkingTables): Promise<void> {
  const buckets = await gather(warehouse);
  if (buckets.length === 0) return;
  await buildLooks(warehouse, tables, buckets);
  for (const stays of STAY_TABLES) await buildStays(warehouse, tables, stays);
}
