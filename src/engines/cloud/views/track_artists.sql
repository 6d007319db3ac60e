-- one artist of one track
select track_id, place - 1 as position, artist_id
from stored.tracks
cross join unnest(_artist_ids) with ordinality as listed(artist_id, place)
