import { tableNamed } from '../tables/star-schema.ts';
import { storedColumns } from '../tables/stored.ts';
import type { Table } from '../tables/table.ts';
import { inLanes, literal, type Warehouse } from './duckdb.ts';
import { isExportedList } from './exported-lists.ts';
import { isPaged } from './reading.ts';
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

const WAITING = {
  waiting_version: `select 'playlist' as list_kind, o.id as list_id, look_at, walk_seq as seq, o.snapshot_id as snapshot_id
    from seen_playlist where stream = 'playlists' and list = '' and walk_seq is not null and o.id is not null`,
  waiting_page: 'select p.* exclude (raw_id), r.raw_key from new_page as p join raw_object as r using (raw_id)',
  waiting_member: `select m.* exclude (raw_id), r.raw_key from (${listMembers}) as m join raw_object as r using (raw_id)`,
};

/** Whether answers or files of the stream tell who is in a list. */
export const tellsOfLists = (stream: string): boolean => isPaged(stream) || isExportedList(stream);

/** Keeps what the batch says of lists beside what earlier ones said that no table holds yet. */
export async function gatherLists(warehouse: Warehouse, { isFirst }: { readonly isFirst: boolean }): Promise<void> {
  for (const [name, select] of Object.entries(WAITING)) {
    await warehouse.run(isFirst ? `create or replace table ${name} as ${select}` : `insert into ${name} ${select}`);
  }
}

/** Since when each list is to be judged anew, as `first_change`; gives the buckets of these lists. */
async function changedBuckets(warehouse: Warehouse): Promise<readonly string[]> {
  await warehouse.run(`create or replace table first_change as
    select list_kind, list_id, account_id, min(look_at) as change_at, list_bucket(list_kind, list_id) as bucket
    from (
      select list_kind, list_id, account_id, look_at from waiting_page
      union select list_kind, list_id, null, look_at from waiting_version
      union select list_kind, list_id, account_id, look_at from waiting_member
    )
    group by all`);
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
      select list_kind, list_id, account_id, look_at, min({'key': raw_key, 'line': line}) as seen from waiting_page group by all
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

/** Members that are judged at one time: the model sorts them several times over, which gets dear when memory does not hold them. */
const MEMBERS_AT_ONCE = 250_000;

/** Buckets in parts of about as many members as are judged at one time. */
function parts(buckets: readonly string[], members: number): readonly (readonly string[])[] {
  const size = Math.max(1, Math.floor((buckets.length * MEMBERS_AT_ONCE) / Math.max(1, members)));
  return Array.from({ length: Math.ceil(buckets.length / size) }, (_, at) => buckets.slice(at * size, (at + 1) * size));
}

async function buildStays(warehouse: Warehouse, tables: WorkingTables, stays: StayTable): Promise<void> {
  const { kinds } = stays;
  const changed = await warehouse.rows(`select bucket, (select count(*) from waiting_member where ${kinds}) as members
    from first_change where ${kinds} group by bucket order by bucket`);
  const buckets = changed.map(({ bucket }) => String(bucket));
  for (const part of parts(buckets, Number(changed[0]?.members))) await buildStaysOf(warehouse, tables, stays, part);
}

async function buildStaysOf(warehouse: Warehouse, tables: WorkingTables, stays: StayTable, buckets: readonly string[]): Promise<void> {
  const { table, kinds, asStay, fromStay } = stays;
  const stored = await tables.relation(table, buckets);
  await warehouse.run(`create or replace table stored_stay as
    select *, list_bucket(list_kind, list_id) as bucket from (select ${asStay}, ${REST} from ${stored})`);
  await warehouse.run(`create or replace table old_stay as
    select s.* from stored_stay as s join first_change as c
      on s.list_kind = c.list_kind and s.list_id = c.list_id and s.account_id is not distinct from c.account_id`);
  await warehouse.run(`create or replace view member_of_part as
    select * from waiting_member semi join (
      select list_kind, list_id from first_change where ${kinds} and bucket in (${buckets.map(literal).join(', ')})
    ) using (list_kind, list_id)`);
  await warehouse.run(`create or replace table stay as
    select *, list_bucket(list_kind, list_id) as bucket from (${staysModel.replaceAll('waiting_member', 'member_of_part')})`);
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

/** Looks and stays of the lists that the gathered batches say something about. */
export async function buildLists(warehouse: Warehouse, tables: WorkingTables): Promise<void> {
  const buckets = await changedBuckets(warehouse);
  if (buckets.length === 0) return;
  await buildLooks(warehouse, tables, buckets);
  for (const stays of STAY_TABLES) await buildStays(warehouse, tables, stays);
}
