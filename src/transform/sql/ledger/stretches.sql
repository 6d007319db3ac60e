-- One moment at which evidence says that a play ended, with the stretch of time that it lies in: 91 seconds without any end a play cut time. Numbers alone: text would make the sorting slow.
with clock as (
  select e.rowid as rid, a.account_number, origin_rank(e.origin) as rank, e.ended_from, e.ended_until, e.ms_played, e.is_new, e.offline_stamp + to_milliseconds(e.ms_played) as second_end
  from evidence_row as e
  join account as a using (account_id)
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
    starts_at >= max(ends_at) over (partition by account_number order by starts_at, rid rows between unbounded preceding and 1 preceding) + interval 91 seconds as is_cut
  from moment
)
select * exclude (is_cut),
  (account_number * 1000000000 + sum((is_cut is null or is_cut)::integer) over (partition by account_number order by starts_at, rid rows between unbounded preceding and current row))::bigint as stretch
from cut
