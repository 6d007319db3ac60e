-- one UTC day of one account, from the first play known of to the last poll or the end of the newest export
-- A poll shows the last 50 plays: what lies between the newest play seen before and the oldest play of a full poll was never shown.
with poll as (
  select account_id, coalesce(observed_at, newest_played_at) as observed_at, play_count, oldest_played_at, newest_played_at,
    max(newest_played_at) over (
      partition by account_id order by coalesce(observed_at, newest_played_at) rows between unbounded preceding and 1 preceding
    ) as newest_before
  from stored.polls
), hole_day as (
  select distinct poll.account_id, add_days(cast(poll.newest_before as date), numbers.number) as day
  from poll
  join numbers() as numbers on numbers.number <= days_between(poll.newest_before, poll.oldest_played_at)
  where poll.play_count >= 50 and poll.oldest_played_at > poll.newest_before
), exported as (
  select account_id, cast(first_ended_at as date) as first_day, cast(last_ended_at as date) as last_day
  from stored.export_files
  where record_count > 0
), played as (
  select account_id, cast(ended_at as date) as day, count(*) as plays from stored.plays group by account_id, cast(ended_at as date)
), polled as (
  select account_id, cast(min(oldest_played_at) as date) as first_day, cast(max(observed_at) as date) as last_day from poll group by account_id
), span as (
  select account_id, min(first_day) as first_day, max(last_day) as last_day
  from (
    select account_id, first_day, last_day from polled
    union all
    select account_id, min(day), max(day) from played group by account_id
    union all
    select account_id, first_day, last_day from exported
  )
  group by account_id
), day as (
  select span.account_id, add_days(span.first_day, numbers.number) as day
  from span
  join numbers() as numbers on numbers.number <= days_between(span.first_day, span.last_day)
), exported_day as (
  select account_id, day, bool_or(is_closed) as is_closed, bool_or(is_closed or is_spanned) as is_certain
  from stored.export_days
  group by account_id, day
), told_of as (
  -- A day without a play is certain where an export has plays before it, and some a week later.
  select day.account_id, day.day, bool_or(day.day > x.first_day and day.day + interval 7 day < x.last_day) as is_inside
  from day
  join exported as x on x.account_id = day.account_id and day.day >= x.first_day and day.day <= x.last_day
  group by day.account_id, day.day
)
select d.account_id, d.day,
  case
    when e.is_certain then 'certain'
    when n.plays is null and t.is_inside then 'certain'
    when h.day is not null then 'gap'
    when p.account_id is not null then 'provisional'
    -- Exports tell of the time around it, and a later one may tell more.
    when t.day is not null then 'provisional'
    else 'unknown'
  end as state,
  coalesce(e.is_closed, false) as is_closed,
  coalesce(n.plays, 0) as plays
from day as d
left join polled as p on p.account_id = d.account_id and d.day >= p.first_day and d.day <= p.last_day
left join played as n on n.account_id = d.account_id and n.day = d.day
left join exported_day as e on e.account_id = d.account_id and e.day = d.day
left join hole_day as h on h.account_id = d.account_id and h.day = d.day
left join told_of as t on t.account_id = d.account_id and t.day = d.day
