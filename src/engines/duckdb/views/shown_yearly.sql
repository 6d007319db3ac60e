-- plays_yearly without hidden plays: what has none is taken as it is, the rest counted anew
with touched as (
  select distinct account_id, coalesce(track_uri, '') as uri from stored.plays semi join hidden_plays on hidden_plays.play_id = plays.play_id
)
select sums.*
from stored.plays_yearly as sums
anti join touched on touched.account_id = sums.account_id and touched.uri = coalesce(sums.track_uri, '')
union all by name
select * from ($sums)
