-- one member of one playlist at the end of a UTC day, as the looks tell
create macro playlist_items_on(day) as table
select * exclude (member_from)
from playlist_stays()
where (member_from is null or member_from < day::date + interval 1 day)
  and (removed_at is null or removed_at >= day::date + interval 1 day)
