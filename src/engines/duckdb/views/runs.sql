-- one run
select
  runId as run_id,
  verb,
  startedAt::timestamp as started_at,
  finishedAt::timestamp as finished_at,
  outcome,
  exitCode as exit_code,
  catalogVersion as catalog_version,
  total."read" as records_read,
  total.kept as records_kept,
  total.merged as records_merged,
  total."duplicate" as records_duplicate,
  total."filtered" as records_filtered,
  total.quarantined as records_quarantined,
  case when outcome <> 'done' then outcomes[1].message end as error
from stored.run_files
