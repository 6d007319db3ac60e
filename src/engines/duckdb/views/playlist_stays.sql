-- one stay of one item in one playlist; member_from: before its first look, an item is a member since added_at; null where nothing dates it
create macro playlist_stays() as table
select *, case when stay = 1 then least(added_at, seen_from) else seen_from end as member_from
from (
  select *, row_number() over (partition by playlist_id, item_uri, added_at, added_by, copy order by seen_from nulls first) as stay
  from playlist_items
)
