-- one stay of one entry in one list; open stays take last_seen_at from the looks
with newest as (
  select list_id, max(observed_at) as observed_at
  from {{stored}}.looks
  where list_kind = 'playlist' and is_complete
  group by list_id
), stays as (
  select items.*, nullif(items._last_shown_at, timestamp '1970-01-01 00:00:00') as shown_at, newest.observed_at as looked_at
  from {{stored}}.playlist_items as items
  left join newest on newest.list_id = items.playlist_id
)
select
  stays.*,
  case when removed_at is not null then shown_at
    when looked_at > shown_at or shown_at is null then looked_at
    else shown_at end as last_seen_at
from stays
