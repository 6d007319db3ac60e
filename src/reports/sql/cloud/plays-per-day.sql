-- one local day, from the first with a play to the last
with counted as (select account_id, local_at, ms_played, is_counted from ({{counted_plays}}) where {{of_content}}),
per_day as (
  select
    local_at::date as day,
    count(is_counted) as play_count,
    count(*) - count(is_counted) as undecided_count,
    (sum(ms_played) filter (where is_counted))::bigint as ms_played
  from counted
  group by 1
),
span as (select min(day) as first_day, max(day) as last_day from per_day),
every_day as (
  select add_days(span.first_day, numbers.number) as day
  from span
  join numbers() as numbers on numbers.number <= days_between(span.first_day, span.last_day)
),
filled as (
  select
    every_day.day,
    coalesce(play_count, 0) as play_count,
    coalesce(undecided_count, 0) as undecided_count,
    ms_played,
    case when count(*) over (order by every_day.day rows between 6 preceding and current row) = 7
      then avg(coalesce(play_count, 0)) over (order by every_day.day rows between 6 preceding and current row) end as mean_7_days
  from every_day
  left join per_day on per_day.day = every_day.day
),
standing as (select account_id, day, state from coverage where $account is null or account_id = $account),
-- Of days before the record of an account begins, nobody is asked: as of the days that a report calls uncertain.
begun as (select account_id, min(day) as first_day from standing group by account_id),
beside as (
  select filled.day, begun.account_id, begun.first_day, add_days(filled.day, near.days) as utc_day
  from filled
  cross join begun
  cross join (values (-1), (0), (1)) as near(days)
),
-- A local day lies in two UTC days, or in three where an account changed its zone.
touched as (
  select day, account_id, utc_day
  from beside
  where utc_day >= first_day
    and day >= local_time(account_id, utc_day::timestamp, $time_zone)::date
    and day <= local_time(account_id, utc_day::timestamp + interval 1 day - interval 1 second, $time_zone)::date
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
left join known on known.day = filled.day
where ($from is null or filled.day >= $from::date) and ($to is null or filled.day <= $to::date)
order by filled.day
