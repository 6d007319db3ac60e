-- one run as its summary was written; the list of files is put in where the placeholder stands
select *
from read_json(
  $files,
  format = 'unstructured',
  records = true,
  columns = {
    runId: 'VARCHAR',
    verb: 'VARCHAR',
    startedAt: 'VARCHAR',
    finishedAt: 'VARCHAR',
    outcome: 'VARCHAR',
    exitCode: 'BIGINT',
    catalogVersion: 'BIGINT',
    total: 'STRUCT(read BIGINT, kept BIGINT, merged BIGINT, duplicate BIGINT, filtered BIGINT, quarantined BIGINT)',
    streams: 'STRUCT(account VARCHAR, stream VARCHAR, requests BIGINT, read BIGINT, kept BIGINT, merged BIGINT, duplicate BIGINT, filtered BIGINT, quarantined BIGINT, outcome VARCHAR, error STRUCT(message VARCHAR))[]',
    outcomes: 'STRUCT(message VARCHAR)[]'
  }
)
