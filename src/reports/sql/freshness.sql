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
  group by all
),
told as (
  select * from answered
  union all
  select * from held where not exists (select 1 from api_requests)
)
select
  account_id,
  stream,
  newest_at,
  epoch($now::timestamp - newest_at) / 3600 as age_hours,
  coalesce(epoch($now::timestamp - newest_at) / 3600 > $threshold_hours, true) as is_stale,
  told_by
from told
where $account is null or account_id = $account
order by newest_at nulls first, account_id, stream
