-- two recordings that may be one: same title and first artist, lengths at most 3 s apart where both are known; most played first
with played as (
  select track_id, count(*) as play_count, min(track_name) as track_name, min(artist_name) as artist_name
  from plays
  where track_id is not null
  group by track_id
),
described as (
  select
    track_recordings.track_id,
    track_recordings.recording_id,
    coalesce(tracks.name, played.track_name) as track_name,
    coalesce(artists.name, played.artist_name) as artist_name,
    tracks.duration_ms,
    coalesce(played.play_count, 0) as play_count
  from track_recordings
  left join tracks on tracks.track_id = track_recordings.track_id
  left join track_artists on track_artists.track_id = track_recordings.track_id and track_artists.position = 0
  left join artists on artists.artist_id = track_artists.artist_id
  left join played on played.track_id = track_recordings.track_id
),
keyed as (
  select
    *,
    trim(regexp_replace(lower(normalize(track_name)), '\s+', ' ')) as title_key,
    trim(regexp_replace(lower(normalize(artist_name)), '\s+', ' ')) as artist_key
  from described
  where track_name is not null and artist_name is not null
),
refused as (
  select first.recording_id as one, other.recording_id as other
  from rules
  join track_recordings as first on 'spotify:track:' || first.track_id = rules.item_uri
  join track_recordings as other on 'spotify:track:' || other.track_id = rules.other_uri
  where rules.kind = 'different_recordings'
),
matched as (
  select
    one.recording_id as one_id,
    other.recording_id as other_id,
    one.track_id as one_track,
    other.track_id as other_track,
    one.track_name,
    one.artist_name,
    one.duration_ms,
    other.duration_ms as other_duration_ms,
    one.play_count,
    other.play_count as other_play_count,
    -- The most played track of each speaks for it.
    row_number() over (partition by one.recording_id, other.recording_id order by one.play_count desc, one.track_id desc) as one_place,
    row_number() over (partition by one.recording_id, other.recording_id order by other.play_count desc, other.track_id desc) as other_place
  from keyed as one
  join keyed as other
    on other.title_key = one.title_key and other.artist_key = one.artist_key and other.recording_id > one.recording_id
  where one.duration_ms is null or other.duration_ms is null or abs(one.duration_ms - other.duration_ms) <= 3000
),
pair as (
  select
    one_id,
    other_id,
    max(track_name) filter (where one_place = 1) as track_name,
    max(artist_name) filter (where one_place = 1) as artist_name,
    'spotify:track:' || max(one_track) filter (where one_place = 1) as track_uri,
    'spotify:track:' || max(other_track) filter (where other_place = 1) as other_uri,
    max(duration_ms) filter (where one_place = 1) as duration_ms,
    max(other_duration_ms) filter (where other_place = 1) as other_duration_ms,
    max(play_count) filter (where one_place = 1) as play_count,
    max(other_play_count) filter (where other_place = 1) as other_play_count
  from matched
  group by one_id, other_id
)
select
  track_name,
  artist_name,
  track_uri,
  other_uri,
  duration_ms,
  other_duration_ms,
  play_count,
  other_play_count,
  if(duration_ms is null or other_duration_ms is null, 'names', 'names and length') as told_by
from pair
left join refused on (refused.one = one_id and refused.other = other_id) or (refused.one = other_id and refused.other = one_id)
where refused.one is null
order by least(play_count, other_play_count) desc, play_count + other_play_count desc, track_uri, other_uri
limit $limit
