-- one item of music that was played, with the first artist of its track; a bare name that one known artist has is that artist
create or replace table kept.item_artists as
select
  item,
  coalesce(tracks.artist_id, known.artist_id) as artist_id,
  coalesce(tracks.known_artist_name, known.name, items.artist_name) as shown_name,
  coalesce(tracks.artist_id, known.artist_id, lower(items.artist_name)) as artist_key
from kept.items
left join kept.played_tracks as tracks on tracks.track_id = if(items.has_new_artist, null, items.track_id)
left join kept.known_artists as known on known.name_key = lower(items.artist_name)
where is_music
