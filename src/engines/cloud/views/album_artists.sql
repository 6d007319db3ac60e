-- one artist of one album
select album_id, place - 1 as position, artist_id
from each_of(stored.albums, _artist_ids, artist_id, varchar)
