-- one artist of one track
select track_id, unnest(range(len(_artist_ids))) as position, unnest(_artist_ids) as artist_id
from stored.tracks
where _artist_ids is not null
