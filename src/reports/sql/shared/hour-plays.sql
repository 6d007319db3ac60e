-- plays that count, or of which the rule cannot tell, of one account, kind and hour on the clock on the wall; each play alone where hours do not tell
select
  account_id, kind, ended_at, local_time(account_id, ended_at, $time_zone) as local_at,
  case $counting when 'any' then plays_any when 'completed' then plays_completed else plays_30s end as play_count,
  case $counting when 'completed' then plays_unended else 0 end as undecided_count,
  case $counting when 'any' then ms_any when 'completed' then ms_completed else ms_30s end as ms_played
from kept.hour_sums
where {{hours_are_summed}} and ($account is null or account_id = $account)
  and case $counting when 'any' then true when 'completed' then plays_completed + plays_unended > 0 else plays_30s > 0 end
union all
select account_id, kind, ended_at, local_at, if(is_counted, 1, 0), if(is_counted is null, 1, 0), if(is_counted, ms_played, null)
from ({{single_plays}})
where not {{hours_are_summed}}
