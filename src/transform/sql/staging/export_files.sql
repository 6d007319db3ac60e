-- One file of streaming history with what it says about itself; a function of the file alone.
select
  e.account_id, r.sha256 as file_sha256, e.origin, r.file_name, min(e.username) as username, count(*)::bigint as record_count,
  min(e.ended_from) as first_ended_at, max(e.ended_from) as last_ended_at, r.source,
  list_sort(list({'ended_from': e.ended_from, 'second_end': e.offline_stamp + to_milliseconds(e.ms_played)})
    filter (where year(e.offline_stamp + to_milliseconds(e.ms_played)) <> year(e.ended_from))) as _cross_clocks,
  max(e.ended_from) as _observed_at, r.raw_key as _raw_key, 1::bigint as _raw_line, null::bigint as _raw_item, e.raw_id, p.first_place,
  'account=' || e.account_id as partition_name
from evidence_row as e
join raw_object as r using (raw_id)
join first_place as p using (raw_id)
group by e.account_id, e.origin, e.raw_id, r.sha256, r.file_name, r.source, r.raw_key, p.first_place
