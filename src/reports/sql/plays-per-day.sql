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
standing as (select account_id, day, state from coverage where $account is null or account_id = $account),
-- Of days before the record of an account begins, nobody is asked: as of the days that a report calls uncertain.
begun as (select account_id, min(day) as first_day from standing group by account_id),
-- A local day lies in two UTC days, or in three where an account changed its zone.
touched as (
  select filled.day, account_id, (filled.day + beside)::date as utc_day
  from filled
  cross join begun
  cross join (select unnest([-1, 0, 1]) as beside)
  where utc_day >= first_day
    and filled.day between local_time(account_id, utc_day::timestamp, $time_zone)::date
    and local_time(account_id, utc_day + interval 1 day - interval 1 microsecond, $time_zone)::date
),
known as (
  select touched.day, bool_and(coalesce(state = 'certain', false)) as is_certain
  from touched
  left join standing on standing.account_id = touched.account_id and standing.day = touched.utc_day
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
