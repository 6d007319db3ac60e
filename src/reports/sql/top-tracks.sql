-- one track or recording, most plays first
with counted as ({{item_plays}}),
played as ({{track_plays}})
select
  row_number() over (
    order by sum(play_count) desc, sum(play_count + undecided_count) desc, sum(ms_played) desc nulls last, min(track_name), min(artist_name), track_key
  ) as rank,
  arg_max(track_name, last_at) as track_name,
  arg_max(artist_name, last_at) as artist_name,
  sum(play_count)::bigint as play_count,
  sum(undecided_count)::bigint as undecided_count,
  sum(ms_played)::bigint as ms_played,
  max(last_at) as last_played_at,
  'https://open.spotify.com/track/' || arg_max(track_id, last_at) as url
from played
group by track_key
order by rank
limit $limit
