-- One answer of the Web API.
select
  r.account as account_id, r.stream as stream, a.method as method, a.path as path, a.status as status, a.observed_at as observed_at,
  r.raw_key as raw_key, a.line as raw_line,
  a.observed_at as _observed_at, r.raw_key as _raw_key, a.line as _raw_line, null::bigint as _raw_item,
  'dt=' || a.observed_at::date as partition_name
from answered as a
join raw_object as r using (raw_id)
