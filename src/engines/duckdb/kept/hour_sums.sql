-- plays of one account, kind and hour; before 2000, when more clocks stood apart by parts of an hour, of one moment
create or replace table kept.hour_sums as
select account_id, kind, hour_at as ended_at, plays_any, plays_30s, plays_completed, plays_unended, ms_any, ms_30s, ms_completed
from shown_hourly
where hour_at >= timestamp '2000-01-01'
union all
select
  account_id, kind, ended_at, 1, if(coalesce(ms_played >= 30000, true), 1, 0), if(reason_end = 'trackdone', 1, 0), if(reason_end is null, 1, 0),
  ms_played, if(ms_played >= 30000, ms_played, null), if(reason_end = 'trackdone', ms_played, null)
from plays
anti join hidden_plays on hidden_plays.play_id = plays.play_id
where ended_at < timestamp '2000-01-01'
