-- one recording in a playlist of mine without a play that counts in the period, the one that waits longest first
with heard as ({{recording_plays}}),
members as (
  select coalesce(recording_id, 'track:' || track_id) as recording_id, track_id, playlist_id, added_at
  from kept.members
  where track_id is not null and playlist_id in ({{own_playlists}})
),
unheard as (
  select recording_id, min(members.track_id) as track_id, min(added_at) as added_at, coalesce(any_value(undecided_count), 0) as undecided_count
  from members
  left join heard using (recording_id)
  where coalesce(play_count, 0) = 0
  group by recording_id
  order by min(added_at) nulls first, min(members.track_id)
  limit $limit
),
-- Of those that are shown alone: how many playlists hold them.
placed as (
  select recording_id, count(distinct playlist_id) as playlist_count, arg_min(playlists.name, added_at) as playlist_name
  from members
  semi join unheard using (recording_id)
  left join playlists using (playlist_id)
  group by recording_id
)
select
  tracks.name as track_name,
  artists.name as artist_name,
  added_at,
  playlist_count,
  playlist_name,
  undecided_count,
  'https://open.spotify.com/track/' || unheard.track_id as url
from unheard
join placed using (recording_id)
left join stored.tracks using (track_id)
left join artists on artists.artist_id = tracks._artist_ids[1]
order by added_at nulls first, unheard.track_id
