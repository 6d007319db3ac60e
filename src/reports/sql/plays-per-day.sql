-- one local day, from the first with a play to the last
with counted as (select account_id, local_at, ms_played, is_counted from ({{counted_plays}}) where is_music),
per_day as (
  select
    local_at::date as day,
    count(is_counted) as play_count,
    count(*) - count(is_counted) as undecided_count,
    (sum(ms_played) filter (where is_counted))::bigint as ms_played
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
    case when count(*) over last_7 = 7 then avg(coalesce(play_count, 0)) over last_7 end as mean_7_days,
    -- A local day lies in one or two UTC days.
    ((day::timestamp at time zone $time_zone) at time zone 'UTC')::date as first_utc_day,
    (((day + interval 1 day) at time zone $time_zone) at time zone 'UTC' - interval 1 microsecond)::date as last_utc_day
  from every_day
  left join per_day using (day)
  window last_7 as (order by day rows between 6 preceding and current row)
),
known as (
  select day, count(*) = (select count(distinct account_id) from counted) as is_certain
  from coverage
  where state = 'certain' and account_id in (select account_id from counted)
  group by day
)
select
  filled.day,
  play_count,
  undecided_count,
  ms_played,
  mean_7_days,
  coalesce(first_known.is_certain and last_known.is_certain, false) as is_certain
from filled
left join known as first_known on first_known.day = first_utc_day
left join known as last_known on last_known.day = last_utc_day
where ($from is null or filled.day >= $from::date) and ($to is null or filled.day <= $to::date)
order by filled.day
