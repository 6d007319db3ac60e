-- The current members of a playlist whose newest look is complete stand at the places 0 to n - 1, each at its own.
with newest as (
  select list_id, max_by({'is_complete': is_complete, 'item_count': item_count}, coalesce(observed_at, timestamp '1970-01-01')) as look
  from checked.looks
  where list_kind = 'playlist'
  group by list_id
), member as (
  select playlist_id as list_id, count(*) as members, count(distinct position) as places, min(position) as first_place, max(position) as last_place
  from checked.playlist_items
  where removed_at is null
  group by playlist_id
)
select list_id, coalesce(members, 0) as members, look.item_count, places, first_place, last_place
from newest
left join member using (list_id)
where look.is_complete and (
  coalesce(members, 0) <> look.item_count
  or members > 0 and (places <> members or first_place <> 0 or last_place <> members - 1)
)
