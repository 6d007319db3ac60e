-- plays of music with a title, of `counted`, and the key of what they are plays of: a recording or a track, by its names where it has no id
select
  counted.*,
  coalesce(
    tracks.recording_id,
    counted.track_uri,
    concat_ws(chr(31), lower(counted.artist_name), lower(counted.track_name))
  ) as track_key
from counted
left join kept.played_tracks as tracks on $by = 'recording' and tracks.track_id = counted.track_id
where counted.is_music and counted.track_name is not null
