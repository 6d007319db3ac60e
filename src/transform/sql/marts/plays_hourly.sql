-- Plays of one account, quarter of an hour, item and kind. `part` and `shared_play` as for plays, of which no more than these columns are needed.
with played as (
  select account_id, ended_from as ended_at, track_uri, kind, ms_played, reason_end, _observed_at
  from part
  where verdict = 'kept' and play_id not in (select play_id from shared_play)
  union all
  select account_id, ended_from, track_uri, kind, ms_played, reason_end, _observed_at from shared_play
)
select
  account_id, time_bucket(interval 15 minutes, ended_at) as quarter_at, track_uri, kind,
  count(*)::bigint as plays_any,
  count(*) filter (where ms_played is null or ms_played >= 30000)::bigint as plays_30s,
  count(*) filter (where reason_end = 'trackdone')::bigint as plays_completed,
  coalesce(sum(ms_played), 0)::bigint as ms_played,
  max(_observed_at) as _observed_at, null::varchar as _raw_key, null::bigint as _raw_line, null::bigint as _raw_item
from played
group by account_id, quarter_at, track_uri, kind
