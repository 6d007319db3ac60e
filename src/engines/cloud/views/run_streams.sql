-- one stream of one account in one run; a line of the table below is the summary of one
select
  json_extract_scalar(line, '$.runId') as run_id,
  json_extract_scalar(stream, '$.account') as account_id,
  json_extract_scalar(stream, '$.stream') as stream,
  cast(json_extract_scalar(stream, '$.requests') as bigint) as requests,
  cast(json_extract_scalar(stream, '$.read') as bigint) as records_read,
  cast(json_extract_scalar(stream, '$.kept') as bigint) as records_kept,
  cast(json_extract_scalar(stream, '$.merged') as bigint) as records_merged,
  cast(json_extract_scalar(stream, '$.duplicate') as bigint) as records_duplicate,
  cast(json_extract_scalar(stream, '$.filtered') as bigint) as records_filtered,
  cast(json_extract_scalar(stream, '$.quarantined') as bigint) as records_quarantined,
  json_extract_scalar(stream, '$.outcome') as outcome,
  json_extract_scalar(stream, '$.error.message') as error
from run_streams_told()
