import { constants } from 'node:fs';
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { PipelineError } from '../../../kernel/errors.ts';
import { bucketOf } from '../../../kernel/lake-place.ts';
import type { Cli } from '../cli.ts';
import { type CliEffects, packageFolder } from '../effects.ts';
import type { Service } from '../service-unit.ts';
import type { AddVerb } from '../verb.ts';

interface Options {
  readonly print?: boolean;
  readonly uninstall?: boolean;
  readonly dashboard?: boolean;
}

const UNIT = 'tonearm.service';

export const addInstallService: AddVerb = (program, act) => {
  program
    .command('install-service')
    .summary('have systemd keep the schedule running')
    .description(
      'Writes a systemd user unit that keeps `tonearm schedule` running with the settings found from here, and says how to switch it on. Twice is safe. Starts nothing by itself.',
    )
    .option('--print', 'Only show the unit')
    .option('--dashboard', 'Keep `tonearm serve` running in its place; it does the jobs of a schedule that the settings have')
    .option('--uninstall', 'Remove the unit')
    .action(
      act(async (cli, { print = false, uninstall = false, dashboard = false }: Options) => {
        if (print && uninstall) throw new PipelineError('--print and --uninstall are two things to do', { code: 'usage' });
        if (uninstall) return removeUnit(cli);
        // Settings that are wrong would be told of by the journal alone.
        await cli.settings();
        const { serviceUnit } = await import('../service-unit.ts');
        const service = serviceOf(cli, dashboard ? 'serve' : 'schedule');
        const text = serviceUnit(service);
        const path = unitPath(cli.effects);
        if (print) {
          cli.result({ path, unit: text }, () => text);
          return 0;
        }
        await refuseWithoutSystemd(cli.effects, serviceOf(cli, 'schedule'));
        return writeUnit(cli, path, text);
      }),
    );
};

/** With the flags that say which settings and lake are meant, from this folder. */
function serviceOf({ effects: { cwd }, flags }: Cli, verb: 'schedule' | 'serve'): Service {
  const lake = flags.lake === undefined ? [] : ['--lake', bucketOf(flags.lake) === null ? resolve(cwd, flags.lake) : flags.lake];
  const config = flags.config === undefined ? [] : ['--config', resolve(cwd, flags.config)];
  const command = [process.execPath, join(packageFolder(), 'bin', 'tonearm.mjs'), ...lake, ...config, '--log-format', 'json', verb];
  const strange = [...command, cwd].find((text) => /\p{Cc}/u.test(text));
  if (strange === undefined) return { command, folder: cwd };
  throw new PipelineError(`no unit can name ${JSON.stringify(strange)}`, { code: 'usage', hint: 'Use a path without control characters.' });
}

/** Where systemd looks for units of a user (https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html). */
function unitPath({ env }: CliEffects): string {
  const settings = env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config');
  return join(settings, 'systemd', 'user', UNIT);
}

async function hasSystemd({ env }: CliEffects): Promise<boolean> {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    if (folder === '') continue;
    const isThere = await access(join(folder, 'systemctl'), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return true;
  }
  return false;
}

async function refuseWithoutSystemd(effects: CliEffects, service: Service): Promise<void> {
  if (await hasSystemd(effects)) return;
  const { cronLine } = await import('../service-unit.ts');
  throw new PipelineError('there is no systemd here: systemctl is not on the PATH', {
    code: 'usage',
    hint: `Let cron, launchd or a task scheduler start \`tonearm schedule --once\` every five minutes; for cron: ${cronLine(service)}`,
  });
}

async function textAt(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw notTouched(path, error);
  }
}

const notTouched = (path: string, cause: unknown): PipelineError =>
  new PipelineError(`cannot read or write ${path}`, { code: 'storage', hint: 'Is it a file that you may write?', cause });

const SWITCH_ON = [
  'systemctl --user daemon-reload',
  `systemctl --user enable --now ${UNIT}`,
  'loginctl enable-linger   # so that it runs without a login',
];
const SWITCH_OFF = ['systemctl --user disable --now tonearm.service', 'systemctl --user daemon-reload'];

async function writeUnit(cli: Cli, path: string, text: string): Promise<0> {
  const isSame = (await textAt(path)) === text;
  if (!isSame) {
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    } catch (error) {
      throw notTouched(path, error);
    }
  }
  cli.result({ path, changed: !isSame, next: SWITCH_ON }, () => `${isSame ? 'is there already:' : 'wrote'} ${path}\n`);
  cli.note(`Switch it on, or restart it where it runs:\n${SWITCH_ON.map((line) => `  ${line}`).join('\n')}`);
  return 0;
}

async function removeUnit(cli: Cli): Promise<0> {
  const path = unitPath(cli.effects);
  const wasThere = (await textAt(path)) !== null;
  try {
    await rm(path, { force: true });
  } catch (error) {
    throw notTouched(path, error);
  }
  cli.result({ path, changed: wasThere, next: SWITCH_OFF }, () => (wasThere ? `removed ${path}\n` : `${path} was not there\n`));
  if (wasThere) cli.note(`Switch it off:\n${SWITCH_OFF.map((line) => `  ${line}`).join('\n')}`);
  return 0;
}
