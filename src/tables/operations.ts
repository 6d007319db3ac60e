import { columns, type Table } from './table.ts';

const TALLY = `
      records_read integer Records handed over
      records_kept integer Records kept
      records_merged integer Records merged into a play
      records_duplicate integer Copies of another record
      records_filtered integer Records that add nothing, each with its reason
      records_quarantined integer Records that break the contract`;

export const operations: readonly Table[] = [
  {
    name: 'quarantine',
    kind: 'operation',
    grain: 'one record that could not be placed',
    key: ['raw_key', 'raw_line', 'raw_item', 'field'],
    strategy: 'append',
    partition: 'dt=<UTC date of landing>',
    columns: columns(`
      account_id text Account by its name in the config
      stream text What it is an answer to; unplaced where nobody can tell
      code text wrong_type, missing_field, lone_surrogate, bad_value, not_json, truncated, empty, no_table, unknown_shape, error_answer
      message text What was expected and what was found
      field text Path of the field in the record; empty for the whole record
      file_name text? The file's name, for imports
      observed_at timestamp? When it was observed; null for what nothing dates
      raw_key text Raw object that holds it
      raw_line integer 1-based line; 1 for a file that is one document
      raw_item integer? 0-based element of the list; null for the whole body
      source text export, web_api or sample`),
  },
  {
    name: 'runs',
    kind: 'operation',
    grain: 'one run',
    key: ['run_id'],
    strategy: 'view',
    partition: '',
    columns: columns(`
      run_id text The run
      verb text run, enrich, import or rebuild
      started_at timestamp When it started (UTC)
      finished_at timestamp When it ended (UTC)
      outcome text done, failed, deferred or cancelled
      exit_code integer Exit code of the command
      catalog_version integer? Version of the catalog afterwards
${TALLY.slice(1)}
      error text? What went wrong`),
  },
  {
    name: 'run_streams',
    kind: 'operation',
    grain: 'one stream of one account in one run',
    key: ['run_id', 'account_id', 'stream'],
    strategy: 'view',
    partition: '',
    columns: columns(`
      run_id text The run
      account_id text Account by its name in the config
      stream text The stream
      requests integer Answers received
${TALLY.slice(1)}
      outcome text done, failed, deferred, unavailable or skipped
      error text? What went wrong`),
  },
  {
    name: 'polls',
    kind: 'operation',
    grain: 'one look at what an account played last',
    key: ['account_id', 'observed_at', 'play_count', 'oldest_played_at', 'newest_played_at'],
    strategy: 'append',
    partition: 'dt=<UTC date of the answer>',
    columns: columns(`
      account_id text Account by its name in the config
      observed_at timestamp? When it was asked (UTC); null for what nothing dates
      play_count integer Plays it showed; Spotify shows the last 50 at most
      oldest_played_at timestamp? Oldest play it showed
      newest_played_at timestamp? Newest play it showed`),
  },
  {
    name: 'export_files',
    kind: 'operation',
    grain: 'one file of streaming history of one account',
    key: ['account_id', 'file_sha256'],
    strategy: 'replace_partition',
    partition: 'account=<account>',
    columns: columns(`
      account_id text Account by its name in the config
      file_sha256 text Of the file's bytes, unpacked
      origin text extended_history or account_history
      file_name text? The file's name as it was imported
      username text? Whose export it is, where the file says so
      record_count integer Records that fulfil the contract
      first_ended_at timestamp? End of the earliest play (UTC)
      last_ended_at timestamp? End of the latest play (UTC)
      source text export or sample`),
  },
  {
    name: 'export_days',
    kind: 'operation',
    grain: 'one UTC day on which one file of streaming history has a play',
    key: ['account_id', 'file_sha256', 'day'],
    strategy: 'replace_partition',
    partition: 'account=<account>',
    columns: columns(`
      account_id text Account by its name in the config
      file_sha256 text Of the file's bytes, unpacked
      day date UTC day
      record_count integer Records that ended on it
      is_closed boolean The file has a play on it, one before it and one at least 7 days after it
      is_spanned boolean No 24 hours of the day pass without a record of the file, its neighbours counted`),
  },
  {
    name: 'coverage',
    kind: 'operation',
    grain: 'one UTC day of one account, from the first play known of to the last poll',
    key: ['account_id', 'day'],
    strategy: 'view',
    partition: '',
    columns: columns(`
      account_id text Account by its name in the config
      day date UTC day
      state text certain, provisional, gap or unknown
      is_closed boolean An export has closed the day
      plays integer Plays that ended on it`),
  },
  {
    name: 'api_requests',
    kind: 'operation',
    grain: 'one answer of the Web API',
    key: ['raw_key', 'raw_line'],
    strategy: 'append',
    partition: 'dt=<UTC date of the answer>',
    columns: columns(`
      account_id text Account by its name in the config
      stream text The stream
      method text HTTP method
      path text Path below the base URL
      status integer HTTP status
      observed_at timestamp When it was answered (UTC)
      raw_key text Raw object that holds it
      raw_line integer 1-based line`),
  },
  {
    name: 'checks',
    kind: 'operation',
    grain: 'one check in one run since the last rebuild, on what the run changed',
    key: ['run_id', 'check_name'],
    strategy: 'append',
    partition: 'dt=<UTC date>',
    columns: columns(`
      run_id text The run
      check_name text The check
      checked_at timestamp When (UTC)
      is_passed boolean Whether it passed
      offenders integer Rows that break it
      message text? What was found`),
  },
];
