-- one track that was played, with what is known of it
create or replace table kept.played_tracks as
select
  track_id, coalesce(recording_id, 'track:' || track_id) as recording_id, artists.artist_id, artists.name as known_artist_name, tracks.album_id,
  year(albums.released_on) // 10 * 10 as decade
from (select distinct track_id from plays_yearly where track_id is not null)
left join track_recordings using (track_id)
left join stored.tracks using (track_id)
left join albums using (album_id)
left join artists on artists.artist_id = tracks._artist_ids[1]
