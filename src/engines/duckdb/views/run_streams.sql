-- one stream of one account in one run
select
  run_id,
  stream.account as account_id,
  stream.stream as stream,
  stream.requests as requests,
  stream."read" as records_read,
  stream.kept as records_kept,
  stream.merged as records_merged,
  stream."duplicate" as records_duplicate,
  stream."filtered" as records_filtered,
  stream.quarantined as records_quarantined,
  stream.outcome as outcome,
  stream.error.message as error
from (select runId as run_id, unnest(streams) as stream from stored.run_files)
