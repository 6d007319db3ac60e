-- one stay of one item in one playlist; member_from: before its first look, an item is a member since added_at; null where nothing dates it
create macro playlist_stays() as table
-- Stays do not overlap: only an item of which one ended can have another.
with ended as (select distinct playlist_id, item_uri, added_at, added_by, copy from playlist_items where removed_at is not null)
select items.*, least(items.added_at, items.seen_from) as member_from
from playlist_items as items
anti join ended
  on ended.playlist_id = items.playlist_id and ended.item_uri = items.item_uri and ended.copy = items.copy
  and ended.added_at is not distinct from items.added_at and ended.added_by is not distinct from items.added_by
union all
select * exclude (stay), case when stay = 1 then least(added_at, seen_from) else seen_from end
from (
  select
    items.*,
    row_number() over (
      partition by items.playlist_id, items.item_uri, items.added_at, items.added_by, items.copy order by items.seen_from nulls first
    ) as stay
  from playlist_items as items
  semi join ended
    on ended.playlist_id = items.playlist_id and ended.item_uri = items.item_uri and ended.copy = items.copy
    and ended.added_at is not distinct from items.added_at and ended.added_by is not distinct from items.added_by
)
