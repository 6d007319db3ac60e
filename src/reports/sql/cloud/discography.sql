-- one track of the artist, heard or not; an album of the artist of which no track is known has one row
with heard as ({{recording_plays}}),
asked as (
  select artist_id, name as artist_name
  from artists
  where artist_id = $artist or lower(name) = lower($artist)
),
credited as (
  select artist_id, track_id from track_artists
  union
  select album_artists.artist_id, tracks.track_id from album_artists join tracks on tracks.album_id = album_artists.album_id
),
listed as (
  select
    asked.artist_id, asked.artist_name, tracks.track_id, tracks.album_id, tracks.name as track_name, tracks.disc_number, tracks.track_number,
    track_recordings.recording_id
  from asked
  join credited on credited.artist_id = asked.artist_id
  join tracks on tracks.track_id = credited.track_id
  join track_recordings on track_recordings.track_id = tracks.track_id
  union all
  select asked.artist_id, asked.artist_name, null::varchar, album_artists.album_id, null::varchar, null::bigint, null::bigint, null::varchar
  from asked
  join album_artists on album_artists.artist_id = asked.artist_id
  where album_artists.album_id not in (select album_id from tracks where album_id is not null)
)
select
  listed.artist_name,
  albums.name as album_name,
  albums.released_on,
  albums.total_tracks,
  count(case when heard.play_count > 0 then 1 end) over (partition by listed.artist_id, listed.album_id) as heard_tracks,
  listed.disc_number,
  listed.track_number,
  listed.track_name,
  coalesce(heard.play_count > 0, false) as is_heard,
  coalesce(heard.play_count, 0) as play_count,
  coalesce(heard.undecided_count, 0) as undecided_count,
  heard.last_played_at,
  'https://open.spotify.com/track/' || listed.track_id as url,
  'https://open.spotify.com/album/' || listed.album_id as album_url,
  'https://open.spotify.com/artist/' || listed.artist_id as artist_url
from listed
left join heard on heard.recording_id = listed.recording_id
left join albums on albums.album_id = listed.album_id
order by listed.artist_name, listed.artist_id, albums.released_on nulls last, album_name, listed.album_id, listed.disc_number, listed.track_number, listed.track_id
