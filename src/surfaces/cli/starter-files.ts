/** What `tonearm init` writes: texts for a person to fill in. */

export interface StarterSettings {
  readonly lake: string;
  readonly account: string;
  readonly timeZone: string;
  readonly streams: readonly string[];
  /** Path of the JSON schema, relative to the settings. */
  readonly schema: string;
}

export const starterSettings = ({
  lake,
  account,
  timeZone,
  streams,
  schema,
}: StarterSettings): string => `# yaml-language-server: $schema=${schema}
# Settings of Tonearm. Every key may be left out. Secrets do not belong here: see .env.example.

# Folder of the lake; relative paths start at this file. Or a bucket: s3://bucket/prefix (docs/aws.md).
lake: ${JSON.stringify(lake)}

accounts:
  # What the account is called in the lake: a-z, 0-9 and -.
  - name: ${JSON.stringify(account)}
    # Where its days begin; reports count days in it.
    time_zone: ${timeZone}
    # What \`tonearm run\` reads. One more is known, currently_playing: what plays at the moment of the run.
    streams:
${streams.map((stream) => `      - ${stream}`).join('\n')}

spotify:
  # Of your app at https://developer.spotify.com/dashboard.
  # client_id: 0123456789abcdef0123456789abcdef
  # A Retry-After above this ends the run, which says when to come back.
  max_retry_after_seconds: 60

# What to read beyond what the account has: ids, URIs or addresses at open.spotify.com.
# watch:
#   artists: [https://open.spotify.com/artist/0dmPX6ovclgOy8WWJaFEUU]
#   playlists: []
#   albums: []
#   tracks: []
#   searches:
#     - q: "artist:kraftwerk year:1981"
#       types: [track, album]
#       market: DE
#       pages: 1
#   new_releases: false
#   every_hours: 24

# Requests that a run spends on tracks that plays name and nothing has described; none where absent.
# enrichment:
#   requests_per_run: 100

# Where each run tells what it read and wrote, as OpenLineage events: a file, or a url in its place.
# openlineage:
#   file: ./openlineage.ndjson

# How long raw is kept, and so what is made of it; \`tonearm retain\` removes what is older. Forever where absent.
# retention:
#   web_api: 24 months
#   export: forever

# When \`tonearm schedule\` does what, in place of its own choice; \`tonearm schedule --list\` shows it. Groups are listening, library, playlists,
# tops and watch; a stream may stand by itself; build, enrich, retain and check are no streams.
# schedule:
#   listening: { every: 30m }
#   library: { cron: "0 4 * * *" }
#   enrich: never

# Whom the schedule tells when it needs a person: JSON is posted there. An address that holds a token belongs in TONEARM_WEBHOOK.
# notify:
#   webhook: https://hooks.example.org/tonearm

# What the dashboard shows: covers, which each browser then asks of Spotify's image hosts.
# dashboard:
#   covers: true

# What DuckDB may use.
memory_limit: 1GB
# threads: 2

# How a lake in a bucket is reached; what is absent comes from AWS's own variables and files.
# s3:
#   region: eu-central-1
#   cache_limit: 10GB

# Where logins are kept in place of a folder of this machine: shared with what runs in AWS.
# logins: secrets-manager://tonearm/tonearm

# What is made in AWS (docs/aws.md), and where the tables are published.
# aws:
#   name: tonearm
#   region: eu-central-1
#   architecture: arm64
#   alarms_to: me@example.org
#   budget_usd: 10
#   crawler: false
#   publish: athena

# Where \`tonearm snowflake\` loads the tables (docs/snowflake.md).
# snowflake:
#   account: myorg-myaccount
#   user: LOADER
#   key_file: snowflake.p8
#   load: stage
#   publish: true

# debug, info, warn, error or silent.
log_level: info
`;

export const STARTER_ENVIRONMENT = `# Variables that Tonearm reads. It does not read this file: export them, or load a copy with your shell or scheduler.
# A copy with values in it holds secrets: keep it out of version control, readable by you alone.

# Of your app at https://developer.spotify.com/dashboard.
TONEARM_CLIENT_ID=
TONEARM_CLIENT_SECRET=

# For machines on which nobody can log in: goes before a login. Of the only account; of several, each has its own:
# TONEARM_REFRESH_TOKEN_<NAME>, in capitals, with _ for -.
# TONEARM_REFRESH_TOKEN=

# Folder of the lake, or s3://bucket/prefix, in place of the one in tonearm.yaml.
# TONEARM_LAKE=

# Folder of the logins, outside the lake, in place of the one where this platform keeps settings.
# TONEARM_CREDENTIALS=

# Logins in AWS Secrets Manager in place of that folder: the name of the deployment, such as tonearm.
# TONEARM_SECRETS=

# Of a lake in a bucket: folder for copies of its files, in place of the one where this platform keeps caches.
# TONEARM_CACHE=

# debug, info, warn, error or silent.
# TONEARM_LOG=info

# Whom \`tonearm schedule\` tells when it needs a person, in place of notify.webhook.
# TONEARM_WEBHOOK=

# What logs in to the dashboard beyond this machine: at least 24 characters, such as \`openssl rand -hex 24\` prints.
# TONEARM_SERVE_TOKEN=

# What opens the key of Snowflake's user, or the token that stands in its place.
# TONEARM_SNOWFLAKE_PASSPHRASE=
# TONEARM_SNOWFLAKE_TOKEN=

# Another Spotify, such as the simulator's.
# TONEARM_API_URL=
# TONEARM_ACCOUNTS_URL=

# Not Tonearm's own, but heard: any value of the first means no colours, of the second colours even into a file.
# NO_COLOR=1
# FORCE_COLOR=1
`;
