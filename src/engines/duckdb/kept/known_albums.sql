-- one known album alone with its title and first artist, where plays have both and no track tells of their album
create or replace table kept.known_albums as
select lower(albums.name) as name_key, lower(artists.name) as artist_key, min(album_id) as album_id
from albums
join album_artists using (album_id)
join artists using (artist_id)
where position = 0
group by name_key, artist_key
having count(*) = 1
