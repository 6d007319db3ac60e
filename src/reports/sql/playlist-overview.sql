-- one playlist that was looked at
select
  items.playlist_id,
  playlists.name,
  playlists.owner_name,
  count(*) filter (where items.removed_at is null) as item_count,
  count(*) filter (where items.removed_at is not null) as removed_count,
  greatest(max(coalesce(items.added_at, items.seen_from)), max(items.removed_at)) as last_changed_at,
  max(items.last_seen_at) as last_seen_at,
  'https://open.spotify.com/playlist/' || items.playlist_id as url
from playlist_items as items
left join playlists using (playlist_id)
group by items.playlist_id, playlists.name, playlists.owner_name
order by last_changed_at desc nulls last, items.playlist_id
limit $limit
