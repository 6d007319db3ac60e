-- one pair of playlists that share recordings now
with members as (
  select distinct playlist_id, coalesce(recording_id, item_uri) as recording_id
  from playlist_items
  left join track_recordings using (track_id)
  where removed_at is null
    and item_kind in ('track', 'local')
    and ($account is null or playlist_id in ({{own_playlists}}))
),
sizes as (select playlist_id, count(*) as recording_count from members group by playlist_id),
pairs as (
  select one.playlist_id, other.playlist_id as other_playlist_id, count(*) as shared_count
  from members as one
  join members as other on other.recording_id = one.recording_id and other.playlist_id > one.playlist_id
  group by 1, 2
)
select
  pairs.playlist_id,
  one.name,
  one_size.recording_count,
  other_playlist_id,
  other.name as other_name,
  other_size.recording_count as other_recording_count,
  shared_count,
  cast(shared_count as double) / least(one_size.recording_count, other_size.recording_count) as shared_part,
  case when not starts_with(pairs.playlist_id, 'export:') then 'https://open.spotify.com/playlist/' || pairs.playlist_id end as url,
  case when not starts_with(other_playlist_id, 'export:') then 'https://open.spotify.com/playlist/' || other_playlist_id end as other_url
from pairs
join sizes as one_size on one_size.playlist_id = pairs.playlist_id
join sizes as other_size on other_size.playlist_id = other_playlist_id
left join playlists as one on one.playlist_id = pairs.playlist_id
left join playlists as other on other.playlist_id = other_playlist_id
order by shared_count desc, shared_part desc, pairs.playlist_id, other_playlist_id
limit $limit
