-- one counted play of music with a title, and the key of what it is a play of: a recording or a track, by its names where it has no id
select
  counted.*,
  coalesce(
    track_recordings.recording_id,
    counted.track_uri,
    concat_ws(chr(31), lower(counted.artist_name), lower(counted.track_name))
  ) as track_key
from ({{counted_plays}}) as counted
left join track_recordings on $by = 'recording' and track_recordings.track_id = counted.track_id
where counted.is_music and counted.track_name is not null
