-- one artist of one track
select track_id, place - 1 as position, artist_id
from each_of(stored.tracks, _artist_ids, artist_id, varchar)
