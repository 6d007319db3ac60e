-- one track that the lake knows of one album of the artist, heard or not; an album of which it knows no track has one row
with heard as ({{recording_plays}}),
asked as (
  select artist_id, name as artist_name
  from artists
  where artist_id = $artist or lower(name) = lower($artist)
),
credited as (
  select artist_id, album_id from album_artists
  union
  select artist_id, album_id from track_artists join tracks using (track_id) where album_id is not null
),
listed as (
  select
    artist_id,
    artist_name,
    album_id,
    tracks.track_id,
    tracks.name as track_name,
    tracks.disc_number,
    tracks.track_number,
    coalesce(play_count, 0) as play_count,
    coalesce(undecided_count, 0) as undecided_count,
    last_played_at
  from asked
  join credited using (artist_id)
  left join tracks using (album_id)
  left join track_recordings on track_recordings.track_id = tracks.track_id
  left join heard using (recording_id)
  where tracks.track_id is null
    or exists (select 1 from track_artists as credit where credit.track_id = tracks.track_id and credit.artist_id = asked.artist_id)
    or exists (select 1 from album_artists as credit where credit.album_id = tracks.album_id and credit.artist_id = asked.artist_id)
)
select
  artist_name,
  albums.name as album_name,
  albums.released_on,
  albums.total_tracks,
  (count(*) filter (where play_count > 0) over (partition by artist_id, album_id)) as heard_tracks,
  disc_number,
  track_number,
  track_name,
  play_count > 0 as is_heard,
  play_count,
  undecided_count,
  last_played_at,
  'https://open.spotify.com/track/' || track_id as url,
  'https://open.spotify.com/album/' || album_id as album_url,
  'https://open.spotify.com/artist/' || artist_id as artist_url
from listed
left join albums using (album_id)
order by artist_name, artist_id, released_on nulls last, album_name, album_id, disc_number, track_number, track_id
