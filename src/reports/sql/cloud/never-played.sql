-- one recording in a playlist of mine without a play that counts in the period, the one that waits longest first
with heard as ({{recording_plays}}),
members as (
  select
    coalesce(recording_id, 'track:' || track_id) as recording_id,
    min(track_id) as track_id,
    min(coalesce(added_at, seen_from)) as added_at,
    count(distinct playlist_id) as playlist_count,
    arg_min(playlists.name, coalesce(added_at, seen_from)) as playlist_name
  from playlist_items
  left join track_recordings using (track_id)
  left join playlists using (playlist_id)
  where removed_at is null and track_id is not null and playlist_id in ({{own_playlists}})
  group by 1
)
select
  tracks.name as track_name,
  artists.name as artist_name,
  added_at,
  playlist_count,
  playlist_name,
  coalesce(undecided_count, 0) as undecided_count,
  'https://open.spotify.com/track/' || members.track_id as url
from members
left join heard on heard.recording_id = members.recording_id
left join tracks on tracks.track_id = members.track_id
left join track_artists on track_artists.track_id = members.track_id and track_artists.position = 0
left join artists on artists.artist_id = track_artists.artist_id
where coalesce(play_count, 0) = 0
order by added_at nulls first, members.track_id
limit $limit
