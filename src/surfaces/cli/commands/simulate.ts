import type { Command } from 'commander';
import { createMovableClock } from '../../../kernel/clock.ts';
import { PipelineError } from '../../../kernel/errors.ts';
import type { Cli } from '../cli.ts';
import type { Act, AddVerb } from '../verb.ts';
import { addSimulateExport } from './simulate-export.ts';

interface Options {
  readonly port: string;
  readonly seed: string;
  readonly mode: string;
}

export const addSimulate: AddVerb = (program, act) => {
  const simulate = program
    .command('simulate')
    .summary('run a Spotify of your own on this machine, or write its privacy exports')
    .description(
      'A Spotify with a world and listeners made from a seed: its Web API on loopback, or the privacy exports it would hand out.',
    );
  addServe(simulate, act);
  addSimulateExport(simulate, act);
};

function addServe(simulate: Command, act: Act): void {
  simulate
    .command('serve', { isDefault: true })
    .summary('run the accounts service and the Web API on loopback')
    .description(
      'Runs the accounts service and the Web API on loopback, with a world and listeners made from a seed. Ends with Ctrl-C.\nPOST /_sim/clock {"advanceMs": …} moves its time, /_sim/faults makes it fail, /_sim/truth says what it knows.',
    )
    .option('--port <number>', 'Port on 127.0.0.1; 0 takes a free one', '7781')
    .option('--seed <text>', 'The same seed makes the same world', 'tonearm')
    .option('--mode <mode>', 'development or extended', 'development')
    .action(act(async (cli, options: Options) => serveSpotify(cli, options)));
}

/** `development` or `extended`; `usage` otherwise. */
export function modeOf(text: string): 'development' | 'extended' {
  if (text === 'development' || text === 'extended') return text;
  throw new PipelineError(`--mode is ${JSON.stringify(text)}`, { code: 'usage', hint: 'modes are: development, extended' });
}

/** 0 for any that is free. Errors: `usage`. */
export function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new PipelineError(`--port is ${JSON.stringify(text)}: it takes a whole number from 0 to 65535`, { code: 'usage' });
}

async function serveSpotify(cli: Cli, options: Options): Promise<0> {
  const mode = modeOf(options.mode);
  const port = portOf(options.port);
  const [{ createSimulator }, { serve }, { CLIENT_ID, CLIENT_SECRET, refreshTokenOf }, { DEFAULT_ACCOUNTS }] = await Promise.all([
    import('../../../../simulator/simulator.ts'),
    import('../../../../simulator/server.ts'),
    import('../../../../simulator/http/tokens.ts'),
    import('../../../../simulator/listener/account.ts'),
  ]);
  const simulator = createSimulator({ seed: options.seed, mode, clock: createMovableClock(cli.effects.clock) });
  const server = await serve(simulator, { port });
  const environment = {
    TONEARM_API_URL: `${server.url}/v1`,
    TONEARM_ACCOUNTS_URL: server.url,
    TONEARM_CLIENT_ID: CLIENT_ID,
    TONEARM_CLIENT_SECRET: CLIENT_SECRET,
    TONEARM_REFRESH_TOKEN: refreshTokenOf(DEFAULT_ACCOUNTS[0]?.name ?? ''),
  };
  const exports = Object.entries(environment).map(([name, value]) => `export ${name}=${value}`);
  cli.result({ url: server.url, mode, seed: options.seed, environment }, () => `${exports.join('\n')}\n`);
  cli.note(`A Spotify in ${mode} mode listens on ${server.url}. Set the lines above in another terminal and try: tonearm run`);
  await untilStopped(cli.effects.signal);
  await server.close();
  cli.note('The simulator has stopped.');
  return 0;
}

function untilStopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
