-- one recording: an ISRC, or a track without one, or several that a rule made one
with played as (select track_id, min(track_name) as name from stored.plays where track_id is not null group by track_id)
select
  recording_id,
  min(isrc) as isrc,
  arg_min(coalesce(tracks.name, played.name), track_id) as name,
  count(*) as track_count
from track_recordings
left join stored.tracks using (track_id)
left join played using (track_id)
group by recording_id
