-- plays of music, of `counted`, with the album of their track where it is known; else the one known album with these names
select
  counted.*,
  coalesce(tracks.album_id, known.album_id) as album_id,
  coalesce(tracks.album_id, known.album_id, concat_ws(chr(31), lower(counted.artist_name), lower(counted.album_name))) as album_key
from counted
left join kept.played_tracks as tracks on tracks.track_id = if(counted.has_new_album, null, counted.track_id)
left join kept.known_albums as known on known.name_key = lower(counted.album_name) and known.artist_key = lower(counted.artist_name)
where is_music and (tracks.album_id is not null or counted.album_name is not null)
