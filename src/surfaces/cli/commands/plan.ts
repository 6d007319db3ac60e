import type { App } from '../../../pipeline/app.ts';
import type { Cli } from '../cli.ts';
import type { AddVerb } from '../verb.ts';

type Plan = Awaited<ReturnType<App['plan']>>;

interface Options {
  readonly account?: readonly string[];
  readonly stream?: readonly string[];
}

export const addPlan: AddVerb = (program, act) => {
  program
    .command('plan')
    .summary('show what a run would ask and build')
    .description(
      'Shows the requests that a run would make now, and why, and what it would build. Asks Spotify nothing and changes nothing.',
    )
    .option('--account <name...>', 'Only these accounts')
    .option('--stream <name...>', 'Only these streams')
    .action(
      act(async (cli, { account = [], stream = [] }: Options) => {
        const plan = await cli.withApp((app) => app.plan({ accounts: account, streams: stream }));
        const { tableText } = await import('../render/table.ts');
        cli.result(plan, () => planText(plan, cli, tableText));
        return 0;
      }),
    );
};

const count = (value: number, one: string): string => `${value.toLocaleString('en-US')} ${one}${value === 1 ? '' : 's'}`;

function planText(plan: Plan, cli: Cli, tableText: typeof import('../render/table.ts').tableText): string {
  const { streams, total } = plan;
  // Whose it is goes without saying where there is one account: the reason needs the room.
  const isOfMany = new Set(streams.map(({ account }) => account)).size > 1;
  const columns = [
    { name: 'stream', type: 'text' },
    ...(isOfMany ? [{ name: 'account', type: 'text' }] : []),
    { name: 'requests', type: 'integer' },
    { name: 'at most', type: 'integer' },
    { name: 'because', type: 'text' },
  ];
  const rows = streams.map(({ stream, account, requests, atMost, because }) => [
    stream,
    ...(isOfMany ? [account] : []),
    requests,
    atMost,
    because,
  ]);
  const table = tableText(columns, [...rows, ['total', ...(isOfMany ? [''] : []), total.requests, total.atMost, '']], cli);
  return [table, requestLine(plan), ...buildLines(plan), ...pauseLines(plan, cli), ...loginLines(plan, cli)].join('\n').concat('\n');
}

function requestLine({ total: { requests, atMost } }: Plan): string {
  if (atMost === null) return `a run makes ${count(requests, 'request')} or more: how many, only the answers tell`;
  return atMost === requests
    ? `a run makes ${count(requests, 'request')}`
    : `a run makes ${requests.toLocaleString('en-US')} to ${count(atMost, 'request')}`;
}

function buildLines({ rebuild, build, catalogVersion }: Plan): readonly string[] {
  const size = `${(build.bytes / 1024 / 1024).toLocaleString('en-US', { maximumFractionDigits: 1 })} MB unpacked`;
  const waiting = build.rawObjects === 0 ? 'nothing is waiting to be built' : `${count(build.rawObjects, 'raw object')} (${size}) to build`;
  if (rebuild !== null) return [`every table would be made anew, because ${rebuild}: ${waiting}`];
  return [`${catalogVersion === 0 ? 'the lake is empty' : `catalog version ${catalogVersion}`}; ${waiting}, besides what the run lands`];
}

const pauseLines = ({ deferred }: Plan, cli: Cli): readonly string[] =>
  deferred === null
    ? []
    : [
        `${cli.paint.yellow(deferred.code)}: a run asks nothing before ${deferred.until}${deferred.isGuess ? ' (a guess)' : ''}: ${deferred.message}`,
      ];

const loginLines = ({ loginNeeded }: Plan, cli: Cli): readonly string[] =>
  loginNeeded.map((account) => `${cli.paint.yellow('login_needed')}: ${account} is not logged in, a run would ask nothing for it`);
