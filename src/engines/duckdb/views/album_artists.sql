-- one artist of one album
select album_id, unnest(range(len(_artist_ids))) as position, unnest(_artist_ids) as artist_id
from stored.albums
where _artist_ids is not null
