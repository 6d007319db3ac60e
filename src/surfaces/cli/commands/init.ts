import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { PipelineError } from '../../../kernel/errors.ts';
import { CONFIG_FILE, STREAM_CHOICES } from '../../../pipeline/settings.ts';
import type { AddVerb } from '../verb.ts';

interface Options {
  readonly account: string;
  readonly timeZone?: string;
}

export const addInit: AddVerb = (program, act) => {
  program
    .command('init')
    .summary('write a tonearm.yaml and a .env.example to start from')
    .option('--account <name>', 'What the account is called in the lake', 'me')
    .option('--time-zone <zone>', "Where the account's days begin; this machine's where omitted")
    .action(
      act(async (cli, { account, timeZone }: Options) => {
        if (!/^[a-z0-9-]+$/.test(account)) {
          throw new PipelineError(`${account} is no account name`, { code: 'usage', hint: 'Names are made of a-z, 0-9 and -.' });
        }
        const { cwd } = cli.effects;
        const settings = resolve(cwd, cli.flags.config ?? CONFIG_FILE);
        const zone = timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
        const files = [
          { path: settings, text: settingsText(cli.flags.lake ?? './lake', account, zone) },
          { path: join(dirname(settings), '.env.example'), text: ENVIRONMENT },
        ];
        await writeAll(files);
        cli.result({ written: files.map(({ path }) => path) }, () => files.map(({ path }) => `wrote ${path}\n`).join(''));
        cli.note('Next: put your client id into it, then `tonearm run`.');
        return 0;
      }),
    );
};

/** All or none: nothing is ever overwritten. */
async function writeAll(files: readonly { readonly path: string; readonly text: string }[]): Promise<void> {
  const present = files.find(({ path }) => existsSync(path));
  if (present !== undefined) {
    throw new PipelineError(`${present.path} is there already`, {
      code: 'usage',
      hint: 'Nothing was written. Move it away to start anew.',
    });
  }
  for (const { path, text } of files) {
    try {
      await writeFile(path, text, { flag: 'wx' });
    } catch (error) {
      throw new PipelineError(`cannot write ${path}`, { code: 'storage', hint: 'Is it a folder that you may write to?', cause: error });
    }
  }
}

const settingsText = (
  lake: string,
  account: string,
  zone: string,
): string => `# Settings of Tonearm. Every key may be left out. Secrets do not belong here: see .env.example.

# Folder of the lake; relative paths start at this file.
lake: ${JSON.stringify(lake)}

accounts:
  # What the account is called in the lake: a-z, 0-9 and -.
  - name: ${account}
    # Where its days begin; reports count days in it.
    time_zone: ${zone}
    # What \`tonearm run\` reads.
    streams: [${STREAM_CHOICES.join(', ')}]

spotify:
  # Of your app at https://developer.spotify.com/dashboard.
  # client_id: 0123456789abcdef0123456789abcdef
  # A Retry-After above this ends the run, which says when to come back.
  max_retry_after_seconds: 60

# What DuckDB may use.
memory_limit: 1GB
# threads: 2

# debug, info, warn, error or silent.
log_level: info
`;

const ENVIRONMENT = `# Variables that Tonearm reads. It does not read this file: export them, or load a copy with your shell or scheduler.

# Of your app at https://developer.spotify.com/dashboard.
TONEARM_CLIENT_ID=
TONEARM_CLIENT_SECRET=

# Of the only account; of several, each has its own: TONEARM_REFRESH_TOKEN_<NAME>, in capitals, with _ for -.
TONEARM_REFRESH_TOKEN=

# Folder of the lake, in place of the one in tonearm.yaml.
# TONEARM_LAKE=

# debug, info, warn, error or silent.
# TONEARM_LOG=info

# Another Spotify, such as the simulator's.
# TONEARM_API_URL=
# TONEARM_ACCOUNTS_URL=
`;
