-- Sums by the one counting rule that is in force for every account: only `30s` is summed by item, and `any`.
select
  item,
  sum(if($counting = 'any', plays_any, plays_30s)) as play_count,
  sum(if($counting = 'any', ms_any, ms_30s)) as ms_played,
  min(if($counting = 'any', first_any_at, first_30s_at)) as first_at,
  max(if($counting = 'any', last_any_at, last_30s_at)) as last_at
from kept.item_sums
where {{items_are_summed}}
