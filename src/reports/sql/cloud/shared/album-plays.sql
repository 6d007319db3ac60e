-- one counted play of music with the album of its track where it is known; else the one known album with these names
select
  counted.*,
  coalesce(tracks.album_id, known.album_id) as album_id,
  coalesce(tracks.album_id, known.album_id, concat_ws(chr(31), lower(counted.artist_name), lower(counted.album_name))) as album_key
from ({{counted_plays}}) as counted
left join tracks on tracks.track_id = if(counted.has_new_album, null, counted.track_id)
left join (
  select lower(albums.name) as name_key, lower(artists.name) as artist_key, min(albums.album_id) as album_id
  from albums
  join album_artists on album_artists.album_id = albums.album_id and album_artists.position = 0
  join artists on artists.artist_id = album_artists.artist_id
  group by 1, 2
  having count(*) = 1
) as known on known.name_key = lower(counted.album_name) and known.artist_key = lower(counted.artist_name)
where is_music and (tracks.album_id is not null or counted.album_name is not null)
