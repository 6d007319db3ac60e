-- one playlist that was looked at
with stays as (
  select
    *,
    local_time(null, member_from, $time_zone) as local_from,
    local_time(null, removed_at, $time_zone) as local_until
  from playlist_stays()
  where $account is null or playlist_id in ({{own_playlists}})
),
marked as (
  select
    *,
    ($from is null or local_from >= $from::timestamp) and ($to is null or local_from < $to::timestamp + interval 1 day) as is_added,
    ($from is null or local_until >= $from::timestamp) and ($to is null or local_until < $to::timestamp + interval 1 day) as is_removed,
    $to is null or local_from is null or local_from < $to::timestamp + interval 1 day as is_begun,
    local_until is not null and ($to is null or local_until < $to::timestamp + interval 1 day) as is_over
  from stays
)
select
  marked.playlist_id,
  playlists.name,
  playlists.owner_name,
  count(*) filter (where is_begun and not is_over) as item_count,
  count(*) filter (where is_added and local_from is not null) as added_count,
  count(*) filter (where is_removed and local_until is not null) as removed_count,
  greatest(max(member_from) filter (where is_begun), max(removed_at) filter (where is_over)) as last_changed_at,
  max(last_seen_at) as last_seen_at,
  case when not starts_with(marked.playlist_id, 'export:') then 'https://open.spotify.com/playlist/' || marked.playlist_id end as url
from marked
left join playlists on playlists.playlist_id = marked.playlist_id
group by marked.playlist_id, playlists.name, playlists.owner_name
order by last_changed_at desc nulls last, marked.playlist_id
limit $limit
