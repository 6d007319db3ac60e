-- one run; a line of the table below is the summary of one
select
  json_extract_scalar(line, '$.runId') as run_id,
  json_extract_scalar(line, '$.verb') as verb,
  instant_of(json_extract_scalar(line, '$.startedAt')) as started_at,
  instant_of(json_extract_scalar(line, '$.finishedAt')) as finished_at,
  json_extract_scalar(line, '$.outcome') as outcome,
  cast(json_extract_scalar(line, '$.exitCode') as bigint) as exit_code,
  cast(json_extract_scalar(line, '$.catalogVersion') as bigint) as catalog_version,
  cast(json_extract_scalar(line, '$.total.read') as bigint) as records_read,
  cast(json_extract_scalar(line, '$.total.kept') as bigint) as records_kept,
  cast(json_extract_scalar(line, '$.total.merged') as bigint) as records_merged,
  cast(json_extract_scalar(line, '$.total.duplicate') as bigint) as records_duplicate,
  cast(json_extract_scalar(line, '$.total.filtered') as bigint) as records_filtered,
  cast(json_extract_scalar(line, '$.total.quarantined') as bigint) as records_quarantined,
  case when json_extract_scalar(line, '$.outcome') <> 'done' then json_extract_scalar(line, '$.outcomes[0].message') end as error
from stored.run_files
