-- One record that the ledger rules, as the ledger looks at it; by account, then in content order.
select p.component, e.rowid::double as rid, e.account_id, e.origin, epoch_us(e.ended_from) / 1000.0 as ended_from, epoch_us(e.ended_until) / 1000.0 as ended_until,
  e.ms_played::double as ms_played, e.track_uri,
  case when e.own_play_id is null then e.title_key else t.title_key end as title_key,
  case when e.own_play_id is null then e.artist_keys else coalesce(a.artist_keys, '[]') end as artist_keys,
  epoch_us(e.offline_stamp) / 1000.0 as offline_stamp, coalesce(e.file_sha256, f.file_sha256) as file_sha256
from evidence_row as e
left join file_fact as f using (raw_id)
left join name_key as t on t.name = e.title_source
left join name_key as a on a.name = e.artist_source
join component as p on p.rid = e.rowid
where p.is_crowded and p.slice = $slice
order by e.account_id, e.ended_from, e.track_uri nulls last, e.offline_stamp nulls last, e.origin, e.ended_until, e.ms_played nulls last, e.kind, e.track_id,
  e.track_name, e.artist_name, e.album_name, e.show_name, title_key, artist_keys, e.context_uri, e.platform, e.country, e.reason_start, e.reason_end,
  e.is_shuffle, e.is_skipped, e.is_offline, e.is_incognito, coalesce(e.source, f.source), coalesce(e.file_sha256, f.file_sha256), coalesce(e.evidence_id, evidence_id_of(f.file_sha256, e.place - f.first_place))
