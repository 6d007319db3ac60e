import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { PipelineError } from '../../../kernel/errors.ts';
import { CONFIG_FILE } from '../../../pipeline/environment.ts';
import type { AddVerb } from '../verb.ts';

interface Options {
  readonly account: string;
  readonly timeZone?: string;
}

const SCHEMA_FILE = 'tonearm.schema.json';

export const addInit: AddVerb = (program, act) => {
  program
    .command('init')
    .summary('write a tonearm.yaml and a .env.example to start from')
    .description(
      `Writes a tonearm.yaml to start from, the JSON schema that an editor checks it with (${SCHEMA_FILE}), and a .env.example with every variable. Overwrites nothing.`,
    )
    .option('--account <name>', 'What the account is called in the lake', 'me')
    .option('--time-zone <zone>', "Where the account's days begin; this machine's where omitted")
    .action(
      act(async (cli, { account, timeZone }: Options) => {
        if (!/^[a-z0-9-]+$/.test(account)) {
          throw new PipelineError(`${account} is no account name`, { code: 'usage', hint: 'Names are made of a-z, 0-9 and -.' });
        }
        const { cwd } = cli.effects;
        const settings = resolve(cwd, cli.flags.config ?? CONFIG_FILE);
        const files = await starterFiles(settings, cli.flags.lake ?? './lake', account, timeZone);
        await writeAll(files);
        cli.result({ written: files.map(({ path }) => path) }, () => files.map(({ path }) => `wrote ${path}\n`).join(''));
        cli.note(
          'Next: `tonearm import <export.zip>` for a privacy export, which needs nothing more; or put your client id into it, then `tonearm login` and `tonearm run`.',
        );
        return 0;
      }),
    );
};

async function starterFiles(settings: string, lake: string, account: string, timeZone: string | undefined): Promise<readonly NewFile[]> {
  const [{ STREAM_CHOICES, settingsSchemaText }, { STARTER_ENVIRONMENT, starterSettings }] = await Promise.all([
    import('../../../pipeline/settings.ts'),
    import('../starter-files.ts'),
  ]);
  const zone = zoneOf(timeZone);
  const folder = dirname(settings);
  const text = starterSettings({ lake, account, timeZone: zone, streams: STREAM_CHOICES, schema: `./${SCHEMA_FILE}` });
  return [
    { path: settings, text },
    { path: join(folder, SCHEMA_FILE), text: await settingsSchemaText() },
    { path: join(folder, '.env.example'), text: STARTER_ENVIRONMENT },
  ];
}

/** The machine's own where none is given; `usage` where it knows no such zone. */
function zoneOf(given: string | undefined): string {
  try {
    return Intl.DateTimeFormat('en', given === undefined ? {} : { timeZone: given }).resolvedOptions().timeZone;
  } catch (error) {
    throw new PipelineError(`${given} is no time zone`, { code: 'usage', hint: 'Write it as Europe/Berlin.', cause: error });
  }
}

interface NewFile {
  readonly path: string;
  readonly text: string;
}

/** All or none: nothing is ever overwritten. */
async function writeAll(files: readonly NewFile[]): Promise<void> {
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
