-- one stay of one item in one library; an unchanged list changes no row, so open stays take last_seen_at from the looks
with newest as (
  select list_kind, list_id, max(observed_at) as observed_at
  from stored.looks
  where is_complete
  group by list_kind, list_id
)
select
  items.*,
  case when items.removed_at is null then greatest(nullif(items._last_shown_at, timestamp '1970-01-01'), newest.observed_at)
    else nullif(items._last_shown_at, timestamp '1970-01-01') end as last_seen_at
from stored.saved_items as items
left join newest on newest.list_id = items.account_id and newest.list_kind = 'saved_' || items.item_kind || 's'
