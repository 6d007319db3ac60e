-- Plays of one account, one hour (UTC) and kind.
select
  account_id, date_trunc('hour', ended_at) as hour_at, kind,
  count(*)::bigint as plays_any,
  count(*) filter (where ms_played is null or ms_played >= 30000)::bigint as plays_30s,
  count(*) filter (where reason_end = 'trackdone')::bigint as plays_completed,
  count(*) filter (where reason_end is null)::bigint as plays_unended,
  sum(ms_played)::bigint as ms_any,
  (sum(ms_played) filter (where ms_played >= 30000))::bigint as ms_30s,
  (sum(ms_played) filter (where reason_end = 'trackdone'))::bigint as ms_completed,
  max(_observed_at) as _observed_at, null::varchar as _raw_key, null::bigint as _raw_line, null::bigint as _raw_item
from $plays
group by account_id, hour_at, kind
