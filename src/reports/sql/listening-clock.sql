-- one hour of the week in which something was played; 1 = Monday
with counted as ({{hour_plays}})
select
  isodow(local_at) as weekday,
  hour(local_at) as hour,
  sum(play_count)::bigint as play_count,
  sum(undecided_count)::bigint as undecided_count,
  sum(ms_played)::bigint as ms_played
from counted
where {{of_content}} and {{in_period}}
group by 1, 2
order by weekday, hour
