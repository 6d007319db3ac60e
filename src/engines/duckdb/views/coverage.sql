-- one UTC day of one account, from the first play known of to the last poll or the end of the newest export
-- A poll shows the last 50 plays: what lies between the newest play seen before and the oldest play of a full poll was never shown.
with poll as (
  select account_id, coalesce(observed_at, newest_played_at) as observed_at, play_count, oldest_played_at, newest_played_at,
    max(newest_played_at) over (
      partition by account_id order by coalesce(observed_at, newest_played_at) rows between unbounded preceding and 1 preceding
    ) as newest_before
  from stored.polls
), hole as (
  select account_id, newest_before::date as from_day, oldest_played_at::date as to_day
  from poll
  where play_count >= 50 and oldest_played_at > newest_before
), exported as (
  select account_id, first_ended_at::date as first_day, last_ended_at::date as last_day
  from stored.export_files
  where record_count > 0
), played as (
  select account_id, ended_at::date as day, count(*) as plays from stored.plays group by all
), span as (
  select account_id, min(first_day) as first_day, max(last_day) as last_day
  from (
    select account_id, min(oldest_played_at)::date as first_day, max(observed_at)::date as last_day from poll group by account_id
    union all
    select account_id, min(day), max(day) from played group by account_id
    union all
    select account_id, first_day, last_day from exported
  )
  group by account_id
), polled as (
  select account_id, min(oldest_played_at)::date as first_day, max(observed_at)::date as last_day from poll group by account_id
), day as (
  select account_id, unnest(generate_series(first_day, last_day, interval 1 day))::date as day from span
), exported_day as (
  select account_id, day, bool_or(is_closed) as is_closed, bool_or(is_closed or is_spanned) as is_certain
  from stored.export_days
  group by account_id, day
)
select d.account_id, d.day,
  case
    when e.is_certain then 'certain'
    -- A day without a play: an export that has plays before it, and some a week later, has none for it.
    when n.plays is null and exists (
      select 1 from exported as x where x.account_id = d.account_id and d.day > x.first_day and d.day + 7 < x.last_day
    ) then 'certain'
    when exists (select 1 from hole as h where h.account_id = d.account_id and d.day between h.from_day and h.to_day) then 'gap'
    when p.account_id is not null then 'provisional'
    -- Exports tell of the time around it, and a later one may tell more.
    when exists (select 1 from exported as x where x.account_id = d.account_id and d.day between x.first_day and x.last_day) then 'provisional'
    else 'unknown'
  end as state,
  coalesce(e.is_closed, false) as is_closed,
  coalesce(n.plays, 0)::bigint as plays
from day as d
left join polled as p on p.account_id = d.account_id and d.day between p.first_day and p.last_day
left join played as n on n.account_id = d.account_id and n.day = d.day
left join exported_day as e on e.account_id = d.account_id and e.day = d.day
