-- plays_hourly without hidden plays: what has none is taken as it is, the rest counted anew
with touched as (
  select distinct account_id, date_trunc('hour', ended_at) as hour_at, kind
  from stored.plays
  semi join hidden_plays on hidden_plays.play_id = plays.play_id
)
select sums.*
from stored.plays_hourly as sums
anti join touched on touched.account_id = sums.account_id and touched.hour_at = sums.hour_at and touched.kind = sums.kind
union all by name
select * from ($sums)
