-- one row: what the rules leave out of the accounts and days asked about, and how sure these days are
with span as (
  select
    account_id,
    greatest(first_day, coalesce(($from::date - interval 1 day)::date, first_day)) as first_day,
    least($now::timestamp::date, coalesce(($to::date + interval 1 day)::date, $now::timestamp::date)) as last_day
  from (
    select account_id, min(day) as first_day
    from coverage
    where $account is null or account_id = $account
    group by account_id
  )
),
expected as (
  select span.account_id, add_days(span.first_day, numbers.number) as day
  from span
  join numbers() as numbers on numbers.number <= days_between(span.first_day, span.last_day)
),
asked as (
  select expected.account_id, expected.day, coalesce(coverage.state = 'certain', false) as is_certain
  from expected
  left join coverage on coverage.account_id = expected.account_id and coverage.day = expected.day
  -- A UTC day of which an hour lies in the period.
  where ($from is null
      or local_time(expected.account_id, expected.day::timestamp + interval 1 day - interval 1 second, $time_zone)::date >= $from::date)
    and ($to is null or local_time(expected.account_id, expected.day::timestamp, $time_zone)::date <= $to::date)
),
hidden as (
  select local_time(account_id, ended_at, $time_zone) as local_at, ended_at, kind
  from plays
  where ($account is null or account_id = $account) and play_id in (select play_id from hidden_plays)
)
select
  (select count(*) from hidden where {{in_period}} and {{of_content}}) as hidden_count,
  (select count(*) from asked) as day_count,
  (select count(*) from asked where not is_certain) as uncertain_count
