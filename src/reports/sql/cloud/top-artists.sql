-- one artist, most plays first
with counted as ({{artist_plays}})
select
  row_number() over (
    order by count(is_counted) desc, count(*) desc, sum(ms_played) filter (where is_counted) desc nulls last, min(shown_name), artist_key
  ) as rank,
  arg_max(shown_name, ended_at) as artist_name,
  count(is_counted) as play_count,
  count(*) - count(is_counted) as undecided_count,
  count(distinct coalesce(track_uri, lower(track_name))) filter (where is_counted) as track_count,
  (sum(ms_played) filter (where is_counted))::bigint as ms_played,
  max(ended_at) as last_played_at,
  'https://open.spotify.com/artist/' || min(artist_id) as url
from counted
where {{in_period}}
group by artist_key
order by rank
limit $limit
