import { PipelineError } from '../../../kernel/errors.ts';
import { type ExitCode, firstExitCode } from '../../../kernel/exit-code.ts';
import type { App } from '../../../pipeline/app.ts';
import type { Cli } from '../cli.ts';
import type { AddVerb } from '../verb.ts';

type Schedule = App['schedule'];
type Report = Parameters<Parameters<Schedule['keep']>[0]['onReport']>[0];

interface Options {
  readonly once?: boolean;
  readonly list?: boolean;
}

export const addSchedule: AddVerb = (program, act) => {
  program
    .command('schedule')
    .summary('do everything in time, until it is stopped')
    .description(
      'Reads each stream, enriches, retains and checks in time, one after the other, by `schedule` in the settings, until Ctrl-C or SIGTERM. What was missed while the machine slept is done once. With --json it gives a line for each job.',
    )
    .option('--once', 'Do what is due, then end: for cron, launchd or a task scheduler')
    .option('--list', 'Only show when each job is started next')
    .action(
      act(async (cli, { once = false, list = false }: Options) => {
        if (once && list) throw new PipelineError('--once and --list are two things to do', { code: 'usage' });
        return cli.withApp(async ({ schedule }) => {
          if (list) return showPlan(cli, schedule);
          return once ? doOnce(cli, schedule) : keep(cli, schedule);
        });
      }),
    );
};

async function showPlan(cli: Cli, schedule: Schedule): Promise<0> {
  const jobs = await schedule.plan();
  const { tableText } = await import('../render/table.ts');
  const now = cli.effects.clock.now().toISOString();
  const nextText = (at: string | null): string => (at === null ? 'never' : at <= now ? 'now' : minuteOf(at));
  cli.result({ jobs }, () =>
    tableText(
      ['job', 'account', 'next', 'last started', ''].map((name) => ({ name, type: 'text' })),
      jobs.map(({ name, account, startedAt, nextAt, failures }) => {
        const last = startedAt === null ? 'never' : minuteOf(startedAt);
        return [name, account, nextText(nextAt), last, failures === 0 ? '' : `failed ${failures}×`];
      }),
      cli,
    ),
  );
  return 0;
}

/** `2026-03-02 12:00Z` */
const minuteOf = (at: string): string => `${at.slice(0, 16).replace('T', ' ')}Z`;

async function doOnce(cli: Cli, schedule: Schedule): Promise<ExitCode> {
  const reports: Report[] = [];
  const onReport = (report: Report): void => {
    reports.push(report);
    if (cli.flags.json !== true) cli.result(report, () => lineOf(report));
  };
  await schedule.keep({ isOnce: true, onReport }, cli.effects.signal);
  const exitCode = firstExitCode(reports.map((report) => report.exitCode));
  if (cli.flags.json === true) cli.result({ jobs: reports, exitCode }, () => '');
  if (reports.length === 0) cli.note('nothing is due');
  return exitCode;
}

/** Being stopped is how it ends, so that is no failure. */
async function keep(cli: Cli, schedule: Schedule): Promise<0> {
  cli.note('Jobs are started in time; `tonearm schedule --list` shows when. Ends with Ctrl-C.');
  const onReport = (report: Report): void =>
    cli.effects.stdout.write(cli.flags.json === true ? `${JSON.stringify(report)}\n` : lineOf(report));
  await schedule.keep({ isOnce: false, onReport }, cli.effects.signal);
  cli.note('The schedule has stopped.');
  return 0;
}

function lineOf({ endedAt, name, account, outcome, did, message, nextAt }: Report): string {
  const said = [did, message ?? ''].filter((text) => text !== '').join('; ');
  const next = nextAt === null ? 'never again' : `next ${minuteOf(nextAt)}`;
  return `${endedAt.slice(0, 19)}Z  ${account === null ? name : `${account}/${name}`}  ${outcome}: ${said}; ${next}\n`.replace(': ;', ';');
}
