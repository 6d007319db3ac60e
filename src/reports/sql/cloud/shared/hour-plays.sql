-- one play that counts, or of which the rule cannot tell: what sums by the hour are elsewhere
select
  account_id, kind, ended_at, local_at,
  case when is_counted then 1 else 0 end as play_count,
  case when is_counted is null then 1 else 0 end as undecided_count,
  case when is_counted then ms_played end as ms_played
from ({{counted_plays}})
