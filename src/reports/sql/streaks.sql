-- one run of local days in a row with a play that counts, the longest first; cut at the ends of the period
with per_day as (
  select local_at::date as day, sum(play_count)::bigint as play_count, sum(undecided_count)::bigint as undecided_count
  from ({{hour_plays}})
  where {{of_content}} and {{in_period}}
  group by 1
  having sum(play_count) > 0
),
-- Days in a row are as far from a fixed day as from their place among all.
placed as (select *, date_diff('day', date '2000-01-01', day) - row_number() over (order by day) as run from per_day)
select
  min(day) as from_day,
  max(day) as to_day,
  count(*) as day_count,
  sum(play_count)::bigint as play_count,
  sum(undecided_count)::bigint as undecided_count,
  -- Of today there may be more to come.
  max(day) >= (local_time($account, $now::timestamp, $time_zone) - interval 1 day)::date as is_current
from placed
group by run
order by day_count desc, from_day desc
limit $limit
