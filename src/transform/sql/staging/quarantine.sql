-- One record that could not be placed, with the field at fault.
select
  r.account as account_id, r.stream as stream, q.code as code, q.message as message,
  concat_ws('.', nullif(q.list, ''), nullif(q.field, '')) as field, r.file_name as file_name, if_dated(r.observed_at) as observed_at,
  r.raw_key as raw_key, q.line as raw_line, q.item as raw_item, r.source as source,
  r.observed_at as _observed_at, r.raw_key as _raw_key, q.line as _raw_line, q.item as _raw_item,
  'dt=' || r.landed_on as partition_name
from quarantined as q
join raw_object as r using (raw_id)
