-- one month in which tracks were saved
with saved as (
  select
    account_id,
    item_uri,
    local_time(account_id, added_at, $time_zone) as local_at,
    bool_or(removed_at is null) as is_kept
  from saved_items
  where item_kind = 'track'
    and added_at is not null
    and ($account is null or account_id = $account)
  group by account_id, item_uri, added_at
),
months as (
  select
    date_trunc('month', local_at)::date as month,
    count(*) filter (where $from is null or local_at >= $from::timestamp) as saved_count,
    count(*) filter (where is_kept and ($from is null or local_at >= $from::timestamp)) as kept_count,
    count(*) filter (where is_kept) as kept_ever
  from saved
  where $to is null or local_at < $to::timestamp + interval 1 day
  group by 1
),
totals as (select *, (sum(kept_ever) over (order by month))::bigint as kept_total from months)
select month, saved_count, kept_count, kept_total
from totals
where saved_count > 0
order by month
