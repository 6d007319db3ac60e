-- one recording: an ISRC, or a track without one
select
  coalesce('isrc:' || isrc, 'track:' || track_id) as recording_id,
  isrc,
  arg_min(name, track_id) as name,
  count(*) as track_count
from stored.tracks
group by recording_id, isrc
