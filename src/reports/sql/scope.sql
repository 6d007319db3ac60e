-- one row: what the rules leave out of the accounts and days asked about, and how sure these days are
with expected as (
  select account_id, unnest(generate_series(
    greatest(first_day, coalesce($from::date - 1, first_day)),
    least($now::timestamp::date, coalesce($to::date + 1, $now::timestamp::date)),
    interval 1 day
  ))::date as day
  from (
    select account_id, min(day) as first_day
    from coverage
    where $account is null or account_id = $account
    group by account_id
  )
),
asked as (
  select expected.account_id, expected.day, coalesce(state = 'certain', false) as is_certain
  from expected
  left join coverage on coverage.account_id = expected.account_id and coverage.day = expected.day
  -- A UTC day of which an hour lies in the period.
  where ($from is null
      or local_time(expected.account_id, expected.day + interval 1 day - interval 1 microsecond, $time_zone)::date >= $from::date)
    and ($to is null or local_time(expected.account_id, expected.day::timestamp, $time_zone)::date <= $to::date)
),
hidden as (
  select local_time(account_id, ended_at, $time_zone) as local_at, *
  from plays
  semi join hidden_plays on hidden_plays.play_id = plays.play_id
  where $account is null or account_id = $account
)
select
  (select count(*) from hidden where {{in_period}} and {{of_content}}) as hidden_count,
  (select count(*) from asked) as day_count,
  (select count(*) from asked where not is_certain) as uncertain_count
