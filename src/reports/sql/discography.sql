-- one track of the artist, heard or not; an album of the artist of which no track is known has one row
with heard as ({{recording_plays}}),
asked as (
  select artist_id, name as artist_name
  from artists
  where artist_id = $artist or lower(name) = lower($artist)
),
-- By what stands in the rows, and by all asked ids at once: the bridges would be worked out for all artists, and a join read all recordings.
asked_ids as (select list(artist_id) as ids from asked),
credited_albums as (
  select artist_id, artist_name, album_id
  from (
    select unnest(list_intersect(_artist_ids, (select ids from asked_ids))) as artist_id, album_id
    from stored.albums
    where list_has_any(_artist_ids, (select ids from asked_ids))
  )
  join asked using (artist_id)
),
credited as (
  select artist_id, artist_name, track_id, album_id, track_name, disc_number, track_number
  from (
    select
      unnest(list_intersect(_artist_ids, (select ids from asked_ids))) as artist_id,
      track_id, album_id, name as track_name, disc_number, track_number
    from stored.tracks
    where list_has_any(_artist_ids, (select ids from asked_ids))
  )
  join asked using (artist_id)
  union
  select artist_id, artist_name, track_id, album_id, name, disc_number, track_number from credited_albums join tracks using (album_id)
),
listed as (
  select artist_id, artist_name, track_id, album_id, track_name, disc_number, track_number, recording_id
  from credited
  join track_recordings using (track_id)
  union all by name
  select artist_id, artist_name, album_id
  from credited_albums
  where not exists (select 1 from tracks where tracks.album_id = credited_albums.album_id)
)
select
  artist_name,
  albums.name as album_name,
  released_on,
  total_tracks,
  count(*) filter (where play_count > 0) over (partition by artist_id, album_id) as heard_tracks,
  disc_number,
  track_number,
  track_name,
  coalesce(play_count > 0, false) as is_heard,
  coalesce(play_count, 0) as play_count,
  coalesce(undecided_count, 0) as undecided_count,
  last_played_at,
  'https://open.spotify.com/track/' || track_id as url,
  'https://open.spotify.com/album/' || album_id as album_url,
  'https://open.spotify.com/artist/' || artist_id as artist_url
from listed
left join heard using (recording_id)
left join albums using (album_id)
order by artist_name, artist_id, released_on nulls last, album_name, album_id, disc_number, track_number, track_id
