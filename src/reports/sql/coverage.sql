-- one month of one account
select
  account_id,
  date_trunc('month', day)::date as month,
  -- One letter a day from the first of the month: certain, provisional, gap, unknown; a blank before the record begins and after it ends.
  rpad('', (day(min(day)) - 1)::integer, ' ') || string_agg(substr(state, 1, 1), '' order by day) as days,
  count(*) filter (where state = 'certain') as certain_days,
  count(*) filter (where state = 'provisional') as provisional_days,
  count(*) filter (where state = 'gap') as gap_days,
  count(*) filter (where state = 'unknown') as unknown_days,
  count(*) filter (where is_closed) as closed_days,
  sum(plays)::bigint as play_count,
  min(day) filter (where state <> 'certain') as first_uncertain_day,
  max(day) filter (where state in ('gap', 'unknown')) as last_hole_day
from coverage
where ($account is null or account_id = $account)
  and ($from is null or day >= date_trunc('month', $from::date))
  and ($to is null or day < date_trunc('month', $to::date) + interval 1 month)
group by 1, 2
order by 1, 2
