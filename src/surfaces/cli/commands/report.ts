import type { ReportResult } from '../../../reports/run-report.ts';
import type { Cli } from '../cli.ts';
import type { AddVerb } from '../verb.ts';

/** As on the command line; named as the parameters of the reports are once `-` is `_`. */
interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly account?: string;
  readonly timeZone?: string;
  readonly counting?: string;
  readonly content?: string;
  readonly by?: string;
  readonly day?: string;
  readonly artist?: string;
  readonly kind?: string;
  readonly item?: string;
  readonly thresholdHours?: string;
  readonly search?: string;
  readonly before?: string;
  readonly order?: string;
  readonly limit?: string;
  readonly engine: string;
  readonly sql?: true;
}

export const addReport: AddVerb = (program, act) => {
  program
    .command('report')
    .summary('answer a named question, or list them')
    .argument('[name]', 'Name of a report')
    .option('--from <day>', 'First day, YYYY-MM-DD')
    .option('--to <day>', 'Last day, YYYY-MM-DD')
    .option('--account <name>', 'Account by its name in the settings')
    .option('--time-zone <zone>', "Where days begin; each account's own where omitted")
    .option('--counting <rule>', "What counts as a play: any, 30s, completed or half; the account's rule where omitted")
    .option('--content <what>', 'What was listened to: music, podcasts, audiobooks or all')
    .option('--by <what>', 'What a row is, such as track or recording')
    .option('--day <day>', 'The day of on-this-day, YYYY-MM-DD')
    .option('--artist <artist>', 'Name, id or link of an artist')
    .option('--kind <kind>', 'Of popularity-trend: track, album, artist or playlist')
    .option('--item <item>', 'Its name, id or link')
    .option('--threshold-hours <hours>', 'Hours after which a stream is stale')
    .option('--search <words>', 'Of recent-plays: words that title, artist or album hold, whatever their case and accents')
    .option('--before <play>', 'Of recent-plays: those after this one in the list, as its ended_at, a slash and its play_id')
    .option('--order <order>', 'Of sessions: longest or newest first')
    .option('--limit <rows>', 'Rows shown at most')
    .option(
      '--engine <engine>',
      'duckdb, on this machine; athena, which costs by the bytes it reads; or snowflake, by the time its warehouse runs',
      'duckdb',
    )
    .option('--sql', 'Its SQL in place of its answer: `tonearm query` answers it with the same rows')
    .action(
      act(async (cli, name: string | undefined, { sql, ...options }: Options) => {
        if (name === undefined) await listReports(cli);
        else await (sql === true ? showSql : showReport)(cli, name, options);
        return 0;
      }),
    );
};

async function listReports(cli: Cli): Promise<void> {
  const [{ REPORTS }, { tableText }] = await Promise.all([import('../../../reports/reports.ts'), import('../render/table.ts')]);
  const reports = REPORTS.map(({ name, question, params }) => ({ name, question, params: Object.keys(params.shape) }));
  const columns = ['report', 'question', 'options'].map((title) => ({ name: title, type: 'text' }));
  const options = (params: readonly string[]): string => params.map((param) => `--${param.replaceAll('_', '-')}`).join(' ');
  cli.result({ reports }, () =>
    tableText(
      columns,
      reports.map(({ name, question, params }) => [name, question, options(params)]),
      cli,
    ),
  );
}

type Asked = Omit<Options, 'sql'>;

/** Named as the parameters of the report are. */
function paramsOf({ timeZone, thresholdHours, engine: _, ...options }: Asked): Readonly<Record<string, string>> {
  const given = { ...options, ...(timeZone === undefined ? {} : { time_zone: timeZone }) };
  return thresholdHours === undefined ? given : { ...given, threshold_hours: thresholdHours };
}

async function showSql(cli: Cli, name: string, options: Asked): Promise<void> {
  const [{ reportNamed }, { reportSql }] = await Promise.all([
    import('../../../reports/reports.ts'),
    import('../../../reports/report-sql.ts'),
  ]);
  const report = reportNamed(name);
  const sql = await cli.withEngine(async (engine, app) => {
    await app.refuseUnknown(options.account ?? null, cli.effects.signal);
    return reportSql(report, paramsOf(options), engine.dialect, cli.effects.clock.now());
  }, options.engine);
  cli.result({ report: name, sql }, () => sql);
}

async function showReport(cli: Cli, name: string, options: Asked): Promise<void> {
  const [{ reportNamed }, { runReport }, { tableText }] = await Promise.all([
    import('../../../reports/reports.ts'),
    import('../../../reports/run-report.ts'),
    import('../render/table.ts'),
  ]);
  const report = reportNamed(name);
  const result = await cli.withEngine(async (engine, app) => {
    await app.refuseUnknown(options.account ?? null, cli.effects.signal);
    return runReport(engine, report, paramsOf(options), cli.effects.signal, cli.effects.clock);
  }, options.engine);
  const rows = result.rows.map((row) => Object.fromEntries(result.columns.map((column, at) => [column.name, row[at]])));
  cli.result({ ...result, question: report.question, rows }, () => tableText(result.columns, result.rows, cli));
  const said = [report.question, CAVEAT[result.coverage], hiddenText(result.hidden), result.note ?? ''];
  cli.note(cli.paint.dim(said.filter((text) => text !== '').join(' ')));
}

const hiddenText = (hidden: number): string =>
  hidden === 0 ? '' : `Rules hid ${hidden.toLocaleString('en-US')} ${hidden === 1 ? 'play' : 'plays'}: \`tonearm rules list\`.`;

const CAVEAT: Readonly<Record<ReportResult['coverage'], string>> = {
  'at-least': 'Numbers are "at least": plays may be missing.',
  'at-most': 'The list is "at most": plays may be missing.',
  exact: '',
  none: '',
};
