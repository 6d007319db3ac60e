-- one album, most plays first; where the album of a track is not known, the one known album with these names
with counted as ({{counted_plays}}),
first_artists as (
  select album_id, artists.name as artist_name
  from album_artists
  join artists using (artist_id)
  where position = 0
),
known as (
  select lower(albums.name) as name_key, lower(artist_name) as artist_key, min(album_id) as album_id
  from albums
  join first_artists using (album_id)
  group by 1, 2
  having count(*) = 1
),
placed as (
  select
    counted.*,
    coalesce(tracks.album_id, known.album_id) as album_id,
    coalesce(tracks.album_id, known.album_id, concat_ws(chr(31), lower(counted.artist_name), lower(counted.album_name))) as album_key
  from counted
  left join tracks on tracks.track_id = if(counted.has_new_album, null, counted.track_id)
  left join known on known.name_key = lower(counted.album_name) and known.artist_key = lower(counted.artist_name)
  where is_music and {{in_period}} and (tracks.album_id is not null or counted.album_name is not null)
)
select
  row_number() over (
    order by count(is_counted) desc, count(*) desc, sum(ms_played) filter (where is_counted) desc nulls last, min(album_name), album_key
  ) as rank,
  coalesce(min(albums.name), arg_max(album_name, ended_at)) as album_name,
  coalesce(min(first_artists.artist_name), arg_max(placed.artist_name, ended_at)) as artist_name,
  min(albums.released_on) as released_on,
  count(is_counted) as play_count,
  count(*) - count(is_counted) as undecided_count,
  count(distinct coalesce(track_uri, lower(track_name))) filter (where is_counted) as track_count,
  (sum(ms_played) filter (where is_counted))::bigint as ms_played,
  max(ended_at) as last_played_at,
  'https://open.spotify.com/album/' || min(album_id) as url
from placed
left join albums using (album_id)
left join first_artists using (album_id)
group by album_key
order by rank
limit $limit
