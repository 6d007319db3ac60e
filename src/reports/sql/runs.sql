-- one run, newest first; with an account, its streams alone
with tallied as (
  select
    run_id,
    sum(requests) as requests,
    sum(records_read) as records_read,
    sum(records_kept) as records_kept,
    sum(records_merged) as records_merged,
    sum(records_duplicate) as records_duplicate,
    sum(records_filtered) as records_filtered,
    sum(records_quarantined) as records_quarantined
  from run_streams
  where $account is null or account_id = $account
  group by run_id
),
shown as (
  select
    runs.run_id,
    runs.verb,
    runs.started_at,
    runs.finished_at,
    runs.outcome,
    runs.error,
    coalesce(tallied.requests, 0)::bigint as requests,
    if($account is null, runs.records_read, tallied.records_read)::bigint as records_read,
    if($account is null, runs.records_kept, tallied.records_kept)::bigint as records_kept,
    if($account is null, runs.records_merged, tallied.records_merged)::bigint as records_merged,
    if($account is null, runs.records_duplicate, tallied.records_duplicate)::bigint as records_duplicate,
    if($account is null, runs.records_filtered, tallied.records_filtered)::bigint as records_filtered,
    if($account is null, runs.records_quarantined, tallied.records_quarantined)::bigint as records_quarantined
  from runs
  left join tallied on tallied.run_id = runs.run_id
  where $account is null or tallied.run_id is not null
)
select
  run_id,
  verb,
  started_at,
  finished_at,
  outcome,
  requests,
  records_read,
  records_kept,
  records_merged,
  records_duplicate,
  records_filtered,
  records_quarantined,
  records_read = records_kept + records_merged + records_duplicate + records_filtered + records_quarantined as is_reconciled,
  error
from shown
where ($from is null or local_time($account, started_at, $time_zone) >= $from::timestamp)
  and ($to is null or local_time($account, started_at, $time_zone) < $to::timestamp + interval 1 day)
order by started_at desc, run_id desc
limit $limit
