-- two recordings that may be one: same title and first artist, lengths at most 3 s apart where both are known; the most played of them, as many as a report shows
create or replace table kept.suggestions as
with played as (
  select track_id, sum(plays_any)::bigint as play_count, min(track_name) as track_name, min(artist_name) as artist_name
  from plays_yearly
  where track_id is not null
  group by track_id
),
described as (
  select
    track_id,
    recording_id,
    coalesce(tracks.name, played.track_name) as track_name,
    coalesce(artists.name, played.artist_name) as artist_name,
    duration_ms,
    coalesce(play_count, 0) as play_count
  from track_recordings
  left join tracks using (track_id)
  left join track_artists on track_artists.track_id = track_recordings.track_id and track_artists.position = 0
  left join artists using (artist_id)
  left join played on played.track_id = track_recordings.track_id
),
keyed as (
  select
    *,
    trim(regexp_replace(lower(nfc_normalize(track_name)), '\s+', ' ', 'g')) as title_key,
    trim(regexp_replace(lower(nfc_normalize(artist_name)), '\s+', ' ', 'g')) as artist_key
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
pair as (
  select
    one.recording_id as one_id,
    other.recording_id as other_id,
    -- The most played track of each speaks for it.
    arg_max(one, (one.play_count, one.track_id)) as one,
    arg_max(other, (other.play_count, other.track_id)) as other
  from keyed as one
  join keyed as other
    on other.title_key = one.title_key and other.artist_key = one.artist_key and other.recording_id > one.recording_id
  where one.duration_ms is null or other.duration_ms is null or abs(one.duration_ms - other.duration_ms) <= 3000
  group by one.recording_id, other.recording_id
)
select
  one.track_name as track_name,
  one.artist_name as artist_name,
  'spotify:track:' || one.track_id as track_uri,
  'spotify:track:' || other.track_id as other_uri,
  one.duration_ms as duration_ms,
  other.duration_ms as other_duration_ms,
  one.play_count as play_count,
  other.play_count as other_play_count,
  if(one.duration_ms is null or other.duration_ms is null, 'names', 'names and length') as told_by
from pair
where not exists (
  select 1
  from refused
  where (refused.one = one_id and refused.other = other_id) or (refused.one = other_id and refused.other = one_id)
)
order by least(one.play_count, other.play_count) desc, one.play_count + other.play_count desc, track_uri, other_uri
limit 10000
