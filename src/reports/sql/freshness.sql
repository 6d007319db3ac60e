-- one stream of one account, the stalest first
select
  account_id,
  stream,
  newest_at,
  epoch($now::timestamp - newest_at) / 3600 as age_hours,
  coalesce(epoch($now::timestamp - newest_at) / 3600 > $threshold_hours, true) as is_stale,
  told_by
from kept.newest_seen
where $account is null or account_id = $account
order by newest_at nulls first, account_id, stream
