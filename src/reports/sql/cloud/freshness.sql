-- one stream of one account, the stalest first
with answered as (
  select account_id, stream, max(observed_at) filter (where status < 400) as newest_at, 'api_requests' as told_by
  from api_requests
  group by account_id, stream
),
held as (
  select account_id, list_kind as stream, max(observed_at) as newest_at, 'looks' as told_by
  from looks
  group by account_id, list_kind
  union all
  select account_id, case when source = 'export' then 'export' else 'recently_played' end, max(ended_at), 'plays'
  from plays
  group by 1, 2
),
told as (
  select * from answered
  union all
  select * from held where (select count(*) from api_requests) = 0
),
aged as (select *, date_diff('millisecond', newest_at, $now::timestamp) / 3600000e0 as age_hours from told)
select
  account_id,
  stream,
  newest_at,
  age_hours,
  coalesce(age_hours > $threshold_hours, true) as is_stale,
  told_by
from aged
where $account is null or account_id = $account
order by newest_at nulls first, account_id, stream
