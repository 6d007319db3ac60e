-- one member of one playlist at the end of a UTC day, as the looks tell; before its first look, an item is a member since added_at
create macro playlist_items_on(day) as table
select * exclude (stay, member_from)
from (
  select
    *,
    row_number() over (partition by playlist_id, item_uri, added_at, added_by, copy order by seen_from nulls first) as stay,
    case when stay = 1 then least(added_at, seen_from) else seen_from end as member_from
  from playlist_items
)
where (member_from is null or member_from < day::date + interval 1 day)
  and (removed_at is null or removed_at >= day::date + interval 1 day)
