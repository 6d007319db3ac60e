-- one artist of one album
select album_id, place - 1 as position, artist_id
from stored.albums
cross join unnest(_artist_ids) with ordinality as listed(artist_id, place)
