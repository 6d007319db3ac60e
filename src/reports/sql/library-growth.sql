-- one month in which tracks were saved
with saved as (
  select account_id, item_uri, added_at, bool_or(removed_at is null) as is_kept
  from saved_items
  where item_kind = 'track'
    and added_at is not null
    and ($account is null or account_id = $account)
  group by account_id, item_uri, added_at
),
months as (
  select
    date_trunc('month', (added_at at time zone 'UTC') at time zone $time_zone)::date as month,
    count(*) as saved_count,
    count(*) filter (where is_kept) as kept_count
  from saved
  group by month
)
select month, saved_count, kept_count, sum(kept_count) over (order by month)::bigint as kept_total
from months
where ($from is null or month >= date_trunc('month', $from::date)) and ($to is null or month <= $to::date)
order by month
