-- One stay of one item in one list, over the lists with a new or changed look. `first_change` is the earliest such look of its list: stays
-- that ended before it stand as they are; of the others everything before it is one event that carries their start.
with complete_look as (
  select list_kind, list_id, account_id, look_at,
    row_number() over (partition by list_kind, list_id, account_id order by look_at) as ordinal
  from look
  where is_complete
), known as (
  select s.*, or_undated(seen_from) as from_at, c.change_at
  from old_stay as s
  join first_change as c using (list_kind, list_id)
  where s.account_id is not distinct from c.account_id
), settled as (
  select * from known where removed_at < change_at
), open_before as (
  select * from known where removed_at is null or removed_at >= change_at
), event as (
  -- What is left of the time before the change.
  select
    list_kind, list_id, account_id, item_uri, item_kind, item_id, added_at, added_by, copy, source,
    greatest(
      from_at,
      coalesce(list_max(list_filter(_shown_at, lambda shown: shown < change_at)), from_at),
      coalesce((
        select max(l.look_at) from old_look_at as l
        where l.is_complete and l.list_kind = o.list_kind and l.list_id = o.list_id and l.account_id is not distinct from o.account_id
          and l.look_at >= o.from_at and l.look_at < o.change_at and (o.removed_at is null or l.look_at < o.removed_at)
      ), from_at)
    ) as event_at,
    from_at as start_at, _last_position as position, _last_shown_at, list_filter(_shown_at, lambda shown: shown < change_at) as shown_before,
    _observed_at, _raw_key, _raw_line, _raw_item, 0 as is_new
  from open_before as o
  where from_at < change_at
  union all
  -- Complete looks since then that showed it.
  select
    o.list_kind, o.list_id, o.account_id, item_uri, item_kind, item_id, added_at, added_by, copy, source,
    l.look_at, null, o._last_position, o._last_shown_at, [], o._observed_at, o._raw_key, o._raw_line, o._raw_item, 0
  from open_before as o
  join old_look_at as l
    on l.list_kind = o.list_kind and l.list_id = o.list_id and l.account_id is not distinct from o.account_id
    and l.look_at >= o.change_at and l.look_at >= o.from_at and (o.removed_at is null or l.look_at < o.removed_at)
  where l.is_complete
  union all
  -- Incomplete looks since then that showed it.
  select
    list_kind, list_id, account_id, item_uri, item_kind, item_id, added_at, added_by, copy, source,
    shown, null, _last_position, _last_shown_at, [], _observed_at, _raw_key, _raw_line, _raw_item, 0
  from (select *, unnest(list_filter(_shown_at, lambda shown: shown >= change_at)) as shown from open_before)
  union all
  select
    list_kind, list_id, account_id, item_uri, item_kind, item_id, added_at, added_by, copy, source,
    look_at, null, position, look_at, [], look_at, raw_key, line, item, 1
  from waiting_member
), once as (
  select
    list_kind, list_id, account_id, item_uri, item_kind, item_id, added_at, added_by, copy, event_at,
    max(source) as source, min(start_at) as start_at,
    -- The place is known from the newest look that was written down on; later looks that change nothing are not written down.
    min(position) filter (where is_new = 1 or event_at >= _last_shown_at) as position,
    flatten(list(shown_before)) as shown_before,
    max({'observed': _observed_at, 'key': _raw_key, 'line': _raw_line, 'item': _raw_item}) as seen
  from event
  group by all
), counted as (
  select e.*, coalesce(c.ordinal, 0) as complete_until,
    coalesce(c.ordinal, 0) - (case when c.look_at = e.event_at then 1 else 0 end) as complete_before,
    c.look_at is not distinct from e.event_at as is_complete_look
  from once as e
  asof left join complete_look as c
    on c.list_kind = e.list_kind and c.list_id = e.list_id and coalesce(c.account_id, '') = coalesce(e.account_id, '') and e.event_at >= c.look_at
), numbered as (
  select *,
    sum(case when complete_before > previous_until or previous_until is null then 1 else 0 end) over (
      partition by list_kind, list_id, account_id, item_uri, added_at, added_by, copy order by event_at
    ) as stay_number
  from (
    select *,
      lag(complete_until) over (partition by list_kind, list_id, account_id, item_uri, added_at, added_by, copy order by event_at) as previous_until
    from counted
  )
), stay as (
  select
    list_kind, list_id, account_id, item_uri, item_kind, item_id, added_at, added_by, copy,
    arg_max(source, event_at) as source,
    min(coalesce(start_at, event_at)) as from_at,
    max(event_at) as last_at,
    max(complete_until) as last_complete,
    arg_max(position, event_at) as position,
    flatten(list(shown_before)) || coalesce(list(event_at) filter (where not is_complete_look and start_at is null), []) as shown_at,
    max(seen) as seen
  from numbered
  group by list_kind, list_id, account_id, item_uri, item_kind, item_id, added_at, added_by, copy, stay_number
)
select
  s.list_kind, s.list_id, s.account_id, s.item_uri, s.item_kind, s.item_id, s.added_at, s.added_by, s.copy,
  case when c.look_at is null then s.position end as position,
  if_dated(s.from_at) as seen_from, c.look_at as removed_at, s.source,
  s.last_at as _last_shown_at, s.position as _last_position, list_sort(list_distinct(s.shown_at)) as _shown_at,
  s.seen.observed as _observed_at, s.seen.key as _raw_key, s.seen.line as _raw_line, s.seen.item as _raw_item
from stay as s
left join complete_look as c
  on c.list_kind = s.list_kind and c.list_id = s.list_id and coalesce(c.account_id, '') = coalesce(s.account_id, '') and c.ordinal = s.last_complete + 1
union all
select
  list_kind, list_id, account_id, item_uri, item_kind, item_id, added_at, added_by, copy, position, seen_from, removed_at, source,
  _last_shown_at, _last_position, _shown_at, _observed_at, _raw_key, _raw_line, _raw_item
from settled
