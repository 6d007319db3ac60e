-- one hour of the week in which something was played; 1 = Monday
with counted as ({{counted_plays}})
select
  isodow(local_at) as weekday,
  hour(local_at) as hour,
  count(is_counted) as play_count,
  count(*) - count(is_counted) as undecided_count,
  (sum(ms_played) filter (where is_counted))::bigint as ms_played
from counted
where {{of_content}} and {{in_period}}
group by 1, 2
order by weekday, hour
