-- one artist, most plays first
with counted as ({{item_plays}}),
played as materialized ({{artist_plays}}),
-- Names are compared, and shown, of those alone that may be among the first.
foremost as (
  select artist_key
  from played
  group by artist_key
  qualify rank() over (order by sum(play_count) desc, sum(play_count + undecided_count) desc, sum(ms_played) desc nulls last) <= $limit
),
ranked as (
  select
    artist_key,
    min(shown_name) as least_name,
    arg_max(shown_name, last_at) as artist_name,
    sum(play_count)::bigint as play_count,
    sum(undecided_count)::bigint as undecided_count,
    count(distinct coalesce(track_uri, lower(track_name))) filter (where play_count > 0) as track_count,
    sum(ms_played)::bigint as ms_played,
    max(last_at) as last_played_at,
    min(artist_id) as artist_id
  from played
  semi join foremost using (artist_key)
  group by artist_key
  order by sum(play_count) desc, sum(play_count + undecided_count) desc, sum(ms_played) desc nulls last, least_name, artist_key
  limit $limit
)
select
  row_number() over (order by play_count desc, play_count + undecided_count desc, ms_played desc nulls last, least_name, artist_key) as rank,
  artist_name,
  play_count,
  undecided_count,
  track_count,
  ms_played,
  last_played_at,
  'https://open.spotify.com/artist/' || artist_id as url
from ranked
order by rank
