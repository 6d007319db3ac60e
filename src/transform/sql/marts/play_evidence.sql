-- One input record about a play; equal records share a row. Rule numbers are those of docs/ledger.md.
with joined as (
  select * exclude (copies, raw_id, line, item), copies from evidence_at_hand
), grouped as (
  select
    evidence_id, account_id, origin, ended_from, ended_until, ms_played, kind, track_id, track_uri, track_name, artist_name, album_name,
    show_name, title_key, artist_keys, offline_stamp, context_uri, platform, country, reason_start, reason_end, is_shuffle, is_skipped,
    is_offline, is_incognito, source, file_sha256,
    sum(copies)::bigint - 1 as copy_count,
    min({'observed': _observed_at, 'key': _raw_key, 'line': _raw_line, 'item': _raw_item}) as seen
  from joined
  group by all
), ranked as (
  select *,
    -- Rule 1a: polled records of one item at one time are copies; the first in content order stands for them.
    row_number() over (
      partition by account_id, origin, ended_from, coalesce(track_uri, title_key || '|' || artist_keys)
      order by track_uri nulls last, offline_stamp nulls last, kind, track_id, track_name, artist_name, album_name, show_name, context_uri, evidence_id
    ) as ordinal,
    sha256(concat_ws(chr(31), account_id, '3', epoch_us(ended_from), coalesce(track_uri, title_key || '|' || artist_keys, ''), '', '', '1'))[1:32] as play_id
  from grouped
)
select
  evidence_id, account_id, origin, ended_from, ended_until, ms_played, kind, track_id, track_uri, track_name, artist_name, album_name, show_name,
  title_key, artist_keys, offline_stamp, context_uri, platform, country, reason_start, reason_end, is_shuffle, is_skipped, is_offline,
  is_incognito, source, file_sha256,
  case when ordinal = 1 then 'kept' else 'duplicate' end as verdict,
  case when ordinal > 1 then 'rule_1a' end as reason,
  play_id, copy_count,
  seen.observed as _observed_at, seen.key as _raw_key, seen.line as _raw_line, seen.item as _raw_item
from ranked
