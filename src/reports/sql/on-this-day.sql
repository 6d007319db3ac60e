-- one track in one earlier year, played on the same day of the same month
with asked as (select coalesce($day::date, local_time($account, $now::timestamp, $time_zone)::date) as today),
near as (
  select * from ({{heard_plays}}) where {{near_in_year}}
  union all
  select * from ({{read_plays}}) where near_the_day
),
counted as (
  select near.*
  from near
  cross join asked
  where month(local_at) = month(today) and day(local_at) = day(today) and local_at < today and {{in_period}}
),
played as ({{track_plays}})
select
  local_at::date as played_on,
  arg_max(track_name, ended_at) as track_name,
  arg_max(artist_name, ended_at) as artist_name,
  count(is_counted) as play_count,
  count(*) - count(is_counted) as undecided_count,
  max(ended_at) as last_played_at,
  'https://open.spotify.com/track/' || arg_max(track_id, ended_at) as url
from played
group by played_on, track_key
order by played_on desc, play_count desc, track_name, track_key
limit $limit
