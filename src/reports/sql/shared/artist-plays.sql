-- plays of music, of `counted`, with the first artist of their track; a bare name that one known artist has is that artist
select
  counted.* exclude (artist_name),
  coalesce(tracks.artist_id, known.artist_id) as artist_id,
  coalesce(tracks.known_artist_name, known.name, counted.artist_name) as shown_name,
  coalesce(tracks.artist_id, known.artist_id, lower(counted.artist_name)) as artist_key
from counted
left join kept.played_tracks as tracks on tracks.track_id = if(counted.has_new_artist, null, counted.track_id)
left join kept.known_artists as known on known.name_key = lower(counted.artist_name)
where counted.is_music and shown_name is not null
