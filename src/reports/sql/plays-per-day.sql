-- one local day, from the first with a play to the last
with counted as (select * from ({{hour_plays}}) where {{of_content}}),
per_day as (
  select
    local_at::date as day,
    sum(play_count)::bigint as play_count,
    sum(undecided_count)::bigint as undecided_count,
    sum(ms_played)::bigint as ms_played
  from counted
  group by day
),
every_day as (select unnest(generate_series(min(day), max(day), interval 1 day))::date as day from per_day),
filled as (
  select
    day,
    coalesce(play_count, 0) as play_count,
    coalesce(undecided_count, 0) as undecided_count,
    ms_played,
    case when count(*) over last_7 = 7 then avg(coalesce(play_count, 0)) over last_7 end as mean_7_days
  from every_day
  left join per_day using (day)
  window last_7 as (order by day rows between 6 preceding and current row)
),
listener as (select distinct account_id from counted),
-- A local day lies in two UTC days, or in three where an account changed its zone.
touched as (
  select filled.day, account_id, (filled.day + beside)::date as utc_day
  from filled
  cross join listener
  cross join (select unnest([-1, 0, 1]) as beside)
  where filled.day between local_time(account_id, utc_day::timestamp, $time_zone)::date
    and local_time(account_id, utc_day + interval 1 day - interval 1 microsecond, $time_zone)::date
),
known as (
  select touched.day, bool_and(coalesce(state = 'certain', false)) as is_certain
  from touched
  left join coverage on coverage.account_id = touched.account_id and coverage.day = touched.utc_day
  group by touched.day
)
select
  filled.day,
  play_count,
  undecided_count,
  ms_played,
  mean_7_days,
  coalesce(is_certain, false) as is_certain
from filled
left join known using (day)
where ($from is null or filled.day >= $from::date) and ($to is null or filled.day <= $to::date)
order by filled.day
