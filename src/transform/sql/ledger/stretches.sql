-- One moment at which evidence says that a play ended, with the stretch of time that it lies in: 91 seconds without any end a play cut time.
with clock as (
  select rowid as rid, account_id, origin, ended_from, ended_until, ms_played, is_new, offline_stamp + to_milliseconds(ms_played) as second_end
  from evidence_row
), moment as (
  -- Two clocks of one record that are this near lie in one stretch, whatever else does.
  select * exclude (ended_from, ended_until, second_end),
    case when is_near then least(ended_from, second_end) else ended_from end as starts_at,
    case when is_near then greatest(ended_until, second_end) else ended_until end as ends_at
  from (select *, second_end is not null and second_end > ended_from - interval 91 seconds and second_end < ended_until + interval 91 seconds as is_near from clock)
  union all by name
  select * exclude (ended_from, ended_until, second_end), second_end as starts_at, second_end as ends_at
  from clock
  where second_end <= ended_from - interval 91 seconds or second_end >= ended_until + interval 91 seconds
), cut as (
  select *,
    starts_at >= max(ends_at) over (partition by account_id order by starts_at, rid rows between unbounded preceding and 1 preceding) + interval 91 seconds as is_cut
  from moment
), numbered as (
  select *, sum(case when is_cut is null or is_cut then 1 else 0 end) over (partition by account_id order by starts_at, rid rows between unbounded preceding and current row) as number
  from cut
)
select * exclude (is_cut, number), (a.account_number * 1000000000 + number)::bigint as stretch
from numbered
join (select account_id, row_number() over (order by account_id) as account_number from (select distinct account_id from evidence_row)) as a using (account_id)
