-- one stay of one item in one playlist; member_from: before its first look, an item is a member since added_at; null where nothing dates it
select
  playlist_id, item_uri, item_kind, track_id, episode_id, added_at, added_by, copy, position, seen_from, removed_at, last_seen_at, source,
  case when stay = 1 then least(added_at, seen_from) else seen_from end as member_from
from (
  select *, row_number() over (partition by playlist_id, item_uri, added_at, added_by, copy order by seen_from nulls first) as stay
  from playlist_items
)
