-- song × playlist × added_at of current members, in the words of the classic course
with members as (
  select distinct playlist_id, track_id, added_at
  from stored.playlist_items
  where removed_at is null and track_id is not null
)
select
  members.track_id as song_id,
  tracks.name as song_name,
  tracks.duration_ms,
  'https://open.spotify.com/track/' || members.track_id as url,
  tracks.popularity,
  members.added_at as song_added,
  tracks.album_id,
  list_extract(tracks._artist_ids, 1) as artist_id,
  members.playlist_id
from members
left join stored.tracks as tracks on tracks.track_id = members.track_id
