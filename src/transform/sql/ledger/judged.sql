-- One row of evidence at hand with its verdict. The last one stands where nothing new came near; else the ledger ruled, or no other record can speak of the same play.
select e.* exclude (old_verdict, old_reason, old_play_id, _observed_at, _raw_key, _raw_line, _raw_item, file_sha256, source, evidence_id, place, username), e.rowid as rid,
  coalesce(e._observed_at, f.last_ended_at) as _observed_at, coalesce(e._raw_key, f._raw_key) as _raw_key, coalesce(e._raw_line, f._raw_line) as _raw_line,
  coalesce(e._raw_item, e.place - f.first_place) as _raw_item,
  coalesce(e.file_sha256, f.file_sha256) as file_sha256, coalesce(e.source, f.source) as source,
  coalesce(e.evidence_id, evidence_id_of(f.file_sha256, e.place - f.first_place)) as evidence_id,
  case
    when r.rid is not null then r.verdict
    when e.old_verdict is not null and a.rid is null then e.old_verdict
    when c.day is not null and e.origin = 'recently_played' then 'filtered'
    else 'kept'
  end as verdict,
  case
    when r.rid is not null then r.reason
    when e.old_verdict is not null and a.rid is null then e.old_reason
    when c.day is not null and e.origin = 'recently_played' then 'closed_by_export'
  end as reason,
  case
    when r.rid is not null then r.play_id
    when e.old_verdict is not null and a.rid is null then e.old_play_id
    when c.day is not null and e.origin = 'recently_played' then null
    else coalesce(e.own_play_id, play_id_of(e.account_id, e.origin, e.ended_from, e.track_uri, e.title_key, e.artist_keys, e.ms_played, e.offline_stamp, 1))
  end as play_id,
  r.rid is not null as is_ruled, r.rid is null and a.rid is null and e.old_verdict is not null as is_standing, e.old_verdict
from evidence_row as e
left join ruling as r on r.rid = e.rowid
left join component as a on a.rid = e.rowid
left join closed_day as c on c.account_id = e.account_id and c.day = e.ended_from::date
left join file_fact as f on f.raw_id = e.raw_id
