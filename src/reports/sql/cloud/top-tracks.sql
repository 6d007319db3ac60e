-- one track or recording, most plays first
with counted as ({{track_plays}})
select
  row_number() over (
    order by count(is_counted) desc, count(*) desc, sum(ms_played) filter (where is_counted) desc nulls last, min(track_name), min(artist_name), track_key
  ) as rank,
  arg_max(track_name, ended_at) as track_name,
  arg_max(artist_name, ended_at) as artist_name,
  count(is_counted) as play_count,
  count(*) - count(is_counted) as undecided_count,
  (sum(ms_played) filter (where is_counted))::bigint as ms_played,
  max(ended_at) as last_played_at,
  'https://open.spotify.com/track/' || arg_max(track_id, ended_at) as url
from counted
where {{in_period}}
group by track_key
order by rank
limit $limit
