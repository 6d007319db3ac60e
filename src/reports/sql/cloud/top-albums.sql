-- one album, most plays first; where the album of a track is not known, the one known album with these names
with placed as ({{album_plays}}),
first_artists as (
  select album_id, artists.name as artist_name
  from album_artists
  join artists using (artist_id)
  where position = 0
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
where {{in_period}}
group by album_key
order by rank
limit $limit
