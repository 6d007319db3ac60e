-- one session; it is of the local day on which it began
with shown as (
  select *, date_diff('millisecond', started_at, ended_at) as lasted_ms
  from ({{session_plays}})
  where ($from is null
      or (started_at >= $from::timestamp - interval 1 day and local_time(account_id, started_at, $time_zone) >= $from::timestamp))
    and ($to is null or (started_at < $to::timestamp + interval 2 day
      and local_time(account_id, started_at, $time_zone) < $to::timestamp + interval 1 day))
)
select
  started_at,
  ended_at,
  ((lasted_ms - lasted_ms % 60000) / 60000)::bigint as minutes,
  play_count,
  undecided_count,
  track_count,
  first_track_name,
  top_artist_name,
  account_id,
  case when first_uri like 'spotify:%' then 'https://open.spotify.com/' || replace(substr(first_uri, 9), ':', '/') end as url
from shown
order by if($order = 'longest', lasted_ms, 0) desc, started_at desc, account_id
limit $limit
