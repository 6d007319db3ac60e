-- one item of music that was played, with the album of its track where it is known; else the one known album with these names
create or replace table kept.item_albums as
select
  item,
  coalesce(tracks.album_id, known.album_id) as album_id,
  coalesce(tracks.album_id, known.album_id, concat_ws(chr(31), lower(items.artist_name), lower(items.album_name))) as album_key
from kept.items
left join kept.played_tracks as tracks on tracks.track_id = if(items.has_new_album, null, items.track_id)
left join kept.known_albums as known on known.name_key = lower(items.album_name) and known.artist_key = lower(items.artist_name)
where is_music and (tracks.album_id is not null or items.album_name is not null);
-- What is shown of these albums.
create or replace table kept.shown_albums as
select album_id, albums.name as album_name, released_on, artists.name as artist_name
from (select distinct album_id from kept.item_albums where album_id is not null)
join albums using (album_id)
left join album_artists on album_artists.album_id = albums.album_id and position = 0
left join artists on artists.artist_id = album_artists.artist_id
