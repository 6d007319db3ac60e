-- one album, most plays first; where the album of a track is not known, the one known album with these names
with counted as ({{item_plays}}),
placed as ({{album_plays}}),
-- Names are compared, and shown, of those alone that may be among the first.
foremost as (
  select album_key
  from placed
  group by album_key
  qualify rank() over (order by sum(play_count) desc, sum(play_count + undecided_count) desc, sum(ms_played) desc nulls last) <= $limit
),
ranked as (
  select
    album_key,
    min(album_name) as least_name,
    min(album_id) as album_id,
    arg_max(album_name, last_at) as album_name,
    arg_max(artist_name, last_at) as artist_name,
    sum(play_count)::bigint as play_count,
    sum(undecided_count)::bigint as undecided_count,
    count(distinct coalesce(track_uri, lower(track_name))) filter (where play_count > 0) as track_count,
    sum(ms_played)::bigint as ms_played,
    max(last_at) as last_played_at
  from placed
  semi join foremost using (album_key)
  group by album_key
  order by sum(play_count) desc, sum(play_count + undecided_count) desc, sum(ms_played) desc nulls last, least_name, album_key
  limit $limit
)
select
  row_number() over (order by play_count desc, play_count + undecided_count desc, ms_played desc nulls last, least_name, album_key) as rank,
  coalesce(shown.album_name, ranked.album_name) as album_name,
  coalesce(shown.artist_name, ranked.artist_name) as artist_name,
  released_on,
  play_count,
  undecided_count,
  track_count,
  ms_played,
  last_played_at,
  'https://open.spotify.com/album/' || album_id as url
from ranked
left join kept.shown_albums as shown using (album_id)
order by rank
