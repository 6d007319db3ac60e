-- plays of music, of `counted`, with the album of their track where it is known; else the one known album with these names
select
  counted.*,
  coalesce(by_item.album_id, tracks.album_id, known.album_id) as album_id,
  coalesce(
    by_item.album_key, tracks.album_id, known.album_id, concat_ws(chr(31), lower(counted.artist_name), lower(counted.album_name))
  ) as album_key
from counted
left join kept.item_albums as by_item on by_item.item = counted.item
-- Plays that are read from files are of no item.
left join (select * from kept.played_tracks where not {{plays_are_heard}}) as tracks
  on tracks.track_id = if(counted.has_new_album or counted.item is not null, null, counted.track_id)
left join (select * from kept.known_albums where not {{plays_are_heard}}) as known
  on known.name_key = if(counted.item is null, lower(counted.album_name), null) and known.artist_key = lower(counted.artist_name)
where is_music and (by_item.album_key is not null or tracks.album_id is not null or counted.album_name is not null)
