-- one recording alone with its title and first artist, where plays without an id, as they are or as a rule shows them, have that title
create or replace table kept.named_recordings as
select lower(artists.name) as artist_key, lower(tracks.name) as title_key, min(recording_id) as recording_id
from tracks
join track_recordings using (track_id)
join track_artists on track_artists.track_id = tracks.track_id and track_artists.position = 0
join artists using (artist_id)
where lower(tracks.name) in (
  select lower(track_name) from plays_yearly where track_id is null and track_name is not null
  union
  select lower(track_name) from rules where track_name is not null
)
group by artist_key, title_key
having min(recording_id) = max(recording_id)
