-- One play of one account: each column is the first value that its evidence has. `part` holds the judged evidence of a partition, `shared_play` its plays of several records.
select
  play_id, account_id, ended_from as ended_at, ended_from - to_milliseconds(ms_played) as started_at, ms_played, kind, track_id, track_uri, track_name,
  artist_name, album_name, show_name, context_uri, platform, country, reason_start, reason_end, is_shuffle, is_skipped, is_offline, is_incognito,
  case when best_rank < 3 then 'certain' else 'provisional' end as confidence, source, evidence_count, _observed_at, _raw_key, _raw_line, _raw_item
from (
  select play_id, account_id, ended_from, ms_played, kind, track_id, track_uri, track_name, artist_name, album_name, show_name, context_uri, platform,
    country, reason_start, reason_end, is_shuffle, is_skipped, is_offline, is_incognito, origin_rank(origin) as best_rank, source,
    1::bigint as evidence_count, _observed_at, _raw_key, _raw_line, _raw_item
  from part
  where verdict = 'kept' and play_id not in (select play_id from shared_play)
  union all by name
  select * from shared_play
)
