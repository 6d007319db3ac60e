-- plays of music, of `counted`, with the first artist of their track; a bare name that one known artist has is that artist
select
  counted.* exclude (artist_name),
  coalesce(by_item.artist_id, tracks.artist_id, known.artist_id) as artist_id,
  coalesce(by_item.shown_name, tracks.known_artist_name, known.name, counted.artist_name) as shown_name,
  coalesce(by_item.artist_key, tracks.artist_id, known.artist_id, lower(counted.artist_name)) as artist_key
from counted
left join kept.item_artists as by_item on by_item.item = counted.item
-- Plays that are read from files are of no item.
left join (select * from kept.played_tracks where not {{plays_are_heard}}) as tracks
  on tracks.track_id = if(counted.has_new_artist or counted.item is not null, null, counted.track_id)
left join (select * from kept.known_artists where not {{plays_are_heard}}) as known
  on known.name_key = if(counted.item is null, lower(counted.artist_name), null)
where counted.is_music and coalesce(by_item.shown_name, tracks.known_artist_name, known.name, counted.artist_name) is not null
