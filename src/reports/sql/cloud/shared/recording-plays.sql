-- one recording with plays that count in the period; a play that only names artist and title is of the one recording that has these names
select
  recording_id,
  count(is_counted) as play_count,
  count(*) - count(is_counted) as undecided_count,
  max(ended_at) as last_played_at
from (
  select counted.*, coalesce(track_recordings.recording_id, 'track:' || counted.track_id, named.recording_id) as recording_id
  from ({{counted_plays}}) as counted
  left join track_recordings on track_recordings.track_id = counted.track_id
  left join (
    select lower(artists.name) as artist_key, lower(tracks.name) as title_key, min(track_recordings.recording_id) as recording_id
    from tracks
    join track_recordings on track_recordings.track_id = tracks.track_id
    join track_artists on track_artists.track_id = tracks.track_id and track_artists.position = 0
    join artists on artists.artist_id = track_artists.artist_id
    group by 1, 2
    having min(track_recordings.recording_id) = max(track_recordings.recording_id)
  ) as named on named.artist_key = lower(counted.artist_name) and named.title_key = lower(counted.track_name)
)
where is_music and recording_id is not null and {{in_period}}
group by recording_id
