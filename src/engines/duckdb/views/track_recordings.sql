-- one track id; anything beyond a shared ISRC is a guess and not made here
select track_id, coalesce('isrc:' || isrc, 'track:' || track_id) as recording_id
from stored.tracks
