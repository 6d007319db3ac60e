-- one stay of one item in one library; an unchanged list changes no row, so open stays take last_seen_at from the looks
-- Looks of the Web API date what they show, looks of exports do not. What an export shows is seen of the dated stay that it falls into, and a
-- stay of its own where it falls into none; a complete look of either kind that lacks an item ends its stay.
with look as (
  select distinct list_id as account_id, regexp_extract(list_kind, 'saved_(.*)s$', 1) as item_kind, starts_with(list_kind, 'exported_') as is_exported,
    coalesce(observed_at, timestamp '1970-01-01 00:00:00') as look_at
  from stored.looks
  where is_complete and regexp_like(list_kind, '^(exported_)?saved_.*$')
), stay as (
  select account_id, item_kind, item_uri, item_id, added_at, position, seen_from, removed_at, source, _last_shown_at, _shown_at,
    coalesce(_is_exported, false) as is_exported,
    -- Asked several times in one query, it must be the same each time.
    row_number() over (order by account_id, item_kind, item_uri, added_at, seen_from, _is_exported, removed_at) as stay_id,
    coalesce(seen_from, timestamp '1970-01-01 00:00:00') as from_at, coalesce(removed_at, timestamp '9999-12-31 00:00:00') as until_at
  from stored.saved_items
), sighting as (
  -- Every look of an export that shows an item, the incomplete ones too.
  select s.stay_id, s.account_id, s.item_kind, s.item_uri, l.look_at
  from stay as s
  join look as l on l.account_id = s.account_id and l.item_kind = s.item_kind and l.is_exported and l.look_at >= s.from_at and l.look_at < s.until_at
  where s.is_exported
  union
  select stay_id, account_id, item_kind, item_uri, from_at from stay where is_exported
  union
  select stay_id, account_id, item_kind, item_uri, shown_at from each_of(stay, _shown_at, shown_at, timestamp) where is_exported
), newest_look as (
  select s.stay_id, max(l.look_at) as look_at
  from stay as s
  join look as l on l.account_id = s.account_id and l.item_kind = s.item_kind and l.look_at < s.until_at
  where not l.is_exported and not s.is_exported
  group by s.stay_id
), dated as (
  select s.*, greatest(s.from_at, s._last_shown_at, l.look_at) as last_at,
    -- Before its first look, an item stays since it was saved.
    case when lag(s.stay_id) over (partition by s.account_id, s.item_kind, s.item_uri, s.added_at order by s.from_at) is null
      then least(s.added_at, s.from_at) else s.from_at end as start_at
  from stay as s
  left join newest_look as l on l.stay_id = s.stay_id
  where not s.is_exported
), missed as (
  -- The first complete look of an export, after the last one of the Web API that shows it, in which a dated stay is missing.
  select d.stay_id, min(l.look_at) as missed_at
  from dated as d
  join look as l on l.account_id = d.account_id and l.item_kind = d.item_kind and l.is_exported and l.look_at > d.last_at and l.look_at < d.until_at
  left join sighting as s on s.account_id = d.account_id and s.item_kind = d.item_kind and s.item_uri = d.item_uri and s.look_at = l.look_at
  where s.stay_id is null
  group by d.stay_id
), ended as (
  select d.*, coalesce(m.missed_at, d.until_at) as end_at from dated as d left join missed as m on m.stay_id = d.stay_id
), placed as (
  select stay_id, account_id, item_kind, item_uri, look_at, dated_id
  from (
    select s.*, e.stay_id as dated_id,
      row_number() over (partition by s.stay_id, s.look_at order by e.start_at desc nulls last, e.from_at) as place
    from sighting as s
    left join ended as e
      on e.account_id = s.account_id and e.item_kind = s.item_kind and e.item_uri = s.item_uri and s.look_at >= e.start_at and s.look_at < e.end_at
  )
  where place = 1
), shown as (
  select dated_id, min(look_at) as first_at, max(look_at) as last_at from placed where dated_id is not null group by dated_id
), look_before as (
  select p.stay_id, p.look_at, max(l.look_at) as l_before
  from placed as p
  join look as l on l.account_id = p.account_id and l.item_kind = p.item_kind and l.look_at < p.look_at
  where p.dated_id is null
  group by p.stay_id, p.look_at
), numbered as (
  -- A complete look between two sightings that does not show it parts them.
  select *, sum(case when l_before > previous_at then 1 else 0 end) over (partition by stay_id order by look_at) as part
  from (
    select p.*, lag(p.look_at) over (partition by p.stay_id order by p.look_at) as previous_at, l.l_before
    from placed as p
    left join look_before as l on l.stay_id = p.stay_id and l.look_at = p.look_at
    where p.dated_id is null
  )
), parted as (
  select stay_id, account_id, item_kind, part, min(look_at) as first_at, max(look_at) as last_at
  from numbered
  group by stay_id, account_id, item_kind, part
), undated as (
  select n.stay_id, n.first_at, n.last_at, min(l.look_at) as end_at
  from parted as n
  left join look as l on l.account_id = n.account_id and l.item_kind = n.item_kind and n.last_at < l.look_at
  group by n.stay_id, n.part, n.first_at, n.last_at
)
select e.account_id, e.item_kind, e.item_uri, e.item_id, e.added_at,
  case when e.end_at = timestamp '9999-12-31 00:00:00' then e.position end as position,
  nullif(least(e.from_at, s.first_at), timestamp '1970-01-01 00:00:00') as seen_from,
  nullif(e.end_at, timestamp '9999-12-31 00:00:00') as removed_at,
  case when e.until_at = timestamp '9999-12-31 00:00:00' then nullif(greatest(e.last_at, s.last_at), timestamp '1970-01-01 00:00:00')
    else nullif(greatest(e._last_shown_at, s.last_at), timestamp '1970-01-01 00:00:00') end as last_seen_at,
  e.source
from ended as e
left join shown as s on s.dated_id = e.stay_id
union all
select s.account_id, s.item_kind, s.item_uri, s.item_id, s.added_at,
  case when u.end_at is null then s.position end,
  nullif(u.first_at, timestamp '1970-01-01 00:00:00'),
  u.end_at,
  nullif(u.last_at, timestamp '1970-01-01 00:00:00'),
  s.source
from undated as u
join stay as s on s.stay_id = u.stay_id
