-- one track or recording, most plays first
with counted as materialized ({{item_plays}}),
played as ({{track_plays}}),
-- Names are compared, and shown, of those alone that may be among the first.
foremost as (
  select track_key
  from played
  group by track_key
  qualify rank() over (order by sum(play_count) desc, sum(play_count + undecided_count) desc, sum(ms_played) desc nulls last) <= $limit
),
ranked as (
  select
    track_key,
    min(track_name) as least_name,
    min(artist_name) as least_artist,
    arg_max(track_name, last_at) as track_name,
    arg_max(artist_name, last_at) as artist_name,
    sum(play_count)::bigint as play_count,
    sum(undecided_count)::bigint as undecided_count,
    sum(ms_played)::bigint as ms_played,
    max(last_at) as last_played_at,
    arg_max(track_id, last_at) as track_id
  from played
  semi join foremost using (track_key)
  group by track_key
  order by sum(play_count) desc, sum(play_count + undecided_count) desc, sum(ms_played) desc nulls last, least_name, least_artist, track_key
  limit $limit
)
select
  row_number() over (
    order by play_count desc, play_count + undecided_count desc, ms_played desc nulls last, least_name, least_artist, track_key
  ) as rank,
  track_name,
  artist_name,
  play_count,
  undecided_count,
  ms_played,
  last_played_at,
  'https://open.spotify.com/track/' || track_id as url
from ranked
order by rank
