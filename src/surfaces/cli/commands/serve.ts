import { join } from 'node:path';
import { PipelineError } from '../../../kernel/errors.ts';
import type { Cli, Settings } from '../cli.ts';
import { packageFolder, packageVersion } from '../effects.ts';
import type { AddVerb } from '../verb.ts';
import { portOf } from './simulate.ts';

interface Options {
  readonly port: string;
  readonly host: string;
  readonly allowHost?: readonly string[];
  readonly schedule: boolean;
  readonly open?: boolean;
}

export const addServe: AddVerb = (program, act) => {
  program
    .command('serve')
    .summary('show the dashboard in a browser, until it is stopped')
    .description(
      'Serves the dashboard of the lake on this machine, until Ctrl-C. Where the settings have a schedule, its jobs are done in time, too. Beyond this machine it asks for the token of TONEARM_SERVE_TOKEN.',
    )
    .option('--port <number>', 'Port to listen on; 0 takes a free one', '7743')
    .option('--host <address>', 'Address of this machine to listen on; 0.0.0.0 for all of them', '127.0.0.1')
    .option('--allow-host <name...>', 'Further names under which browsers may ask, such as that of a proxy')
    .option('--no-schedule', 'Leave the jobs of the schedule to something else')
    .option('--open', 'Open the page')
    .action(
      act(async (cli, options: Options) => {
        const settings = await cli.settings();
        const schedule = options.schedule && settings.schedule !== undefined;
        const needsLogin = (settings.dashboard?.token ?? null) !== null;
        await serveDashboard(cli, settings, { ...options, port: portOf(options.port), schedule }, (url) =>
          cli.result({ url, schedule, needsLogin }, () => `${url}\n`),
        );
        return 0;
      }),
    );
};

interface Wanted extends Omit<Options, 'port'> {
  readonly port: number;
}

/**
 * Until the signal fires; `tell` hears the address once it is there. Errors: `usage` for a name that is none; `config` for a port that is taken, or
 * where a token is missing.
 */
export async function serveDashboard(
  cli: Pick<Cli, 'effects' | 'log' | 'note'>,
  settings: Settings,
  { port, host, allowHost = [], schedule, open = false }: Wanted,
  tell: (url: string) => void,
): Promise<void> {
  const token = settings.dashboard?.token ?? null;
  const allowed = allowHost.map(hostName);
  if (token === null && !(isLoopback(host) && allowed.length === 0)) throw tokenMissing();
  const { serve } = await import('../../http/server.ts');
  const { clock, fetch, cwd, signal } = cli.effects;
  const options = {
    settings,
    effects: { clock, fetch, log: await cli.log(settings) },
    ...{ version: packageVersion(), cwd, schedule, port, host, allowed, token },
    webFolder: join(packageFolder(), 'dist', 'web'),
  };
  let opened: Promise<unknown> = Promise.resolve();
  const onListening = (url: string): void => {
    tell(url);
    const jobs = schedule ? ' Jobs of the schedule are started in time.' : '';
    cli.note(`The dashboard is at ${url}.${jobs} Ends with Ctrl-C.`);
    if (open) opened = cli.effects.openBrowser(url);
  };
  await serve({ ...options, onListening }, signal);
  await opened;
  cli.note('The dashboard has stopped.');
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

function hostName(name: string): string {
  if (/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/i.test(name)) return name.toLowerCase();
  throw new PipelineError(`--allow-host is ${JSON.stringify(name)}`, {
    code: 'usage',
    hint: 'It takes a name, such as tonearm.example.org.',
  });
}

const tokenMissing = (): PipelineError =>
  new PipelineError('beyond this machine the dashboard needs a token', {
    code: 'config',
    hint: 'Set TONEARM_SERVE_TOKEN to what `openssl rand -hex 24` prints.',
  });
