import { relative, resolve } from 'node:path';
import { type Clock, createMovableClock } from '../../../kernel/clock.ts';
import { PipelineError } from '../../../kernel/errors.ts';
import { type ExitCode, firstExitCode } from '../../../kernel/exit-code.ts';
import { saysBucket } from '../../../kernel/lake-place.ts';
import { createLog } from '../../../kernel/log.ts';
import type { App } from '../../../pipeline/app.ts';
import { emptyDemoFolder } from '../../demo-mark.ts';
import type { Cli, RunSummary, Settings } from '../cli.ts';
import type { AddVerb } from '../verb.ts';
import { coverageText } from './coverage.ts';
import { foundText, type ImportedSample, importSampleExport, isExact } from './demo-export.ts';
import { modeOf } from './simulate.ts';

interface Options {
  readonly mode: string;
  readonly seed: string;
  readonly open?: boolean;
}

const FOLDER = 'demo-lake';
/** One has some twenty thousand items in her library and playlists, the other an export of three years. */
const LISTENERS = [
  {
    name: 'ada',
    displayName: 'Ada Löwe',
    joinedOn: '2019-02-11',
    country: 'DE',
    utcOffsetMinutes: 60,
    playsPerDay: 32,
    timeZone: 'Europe/Berlin',
  },
  {
    name: 'kenji',
    displayName: '健二',
    joinedOn: '2023-11-02',
    country: 'JP',
    utcOffsetMinutes: 540,
    playsPerDay: 25,
    timeZone: 'Asia/Tokyo',
  },
];
const WATCHED_ARTISTS = 12;
const START = new Date('2026-11-02T18:00:00Z');
/** Asked for hours before the first run, so that polls lie on both sides of it. */
const EXPORT = { account: 'kenji', until: new Date('2026-11-02T08:00:00Z') };
const COVERED_FROM = '2026-05-01';
const TWO_DAYS_MS = 2 * 24 * 60 * 60 * 1000;
const REPORTS: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ['recent-plays', { limit: 8 }],
  ['top-artists', { limit: 8 }],
  ['playlist-overview', { limit: 8 }],
];

export const addDemo: AddVerb = (program, act) => {
  program
    .command('demo')
    .summary('try it all on a sample account, with no Spotify at hand')
    .description(
      `Starts a simulated Spotify, reads two sample accounts from it twice, two days apart, imports an export of three years in between, and answers questions. The lake is left in ./${FOLDER}.`,
    )
    .option('--mode <mode>', 'development or extended: which Web API the sample account has', 'development')
    .option('--seed <text>', 'The same seed makes the same account', 'tonearm')
    .option('--open', 'Afterwards open the dashboard of that lake, until Ctrl-C; the simulated Spotify goes on meanwhile')
    .action(act(async (cli, options: Options) => demo(cli, options)));
};

async function startSample(options: Options, lake: string, machine: Clock) {
  const [{ createSimulator }, { serve }, { CLIENT_ID, CLIENT_SECRET, refreshTokenOf }, { createApp }, { STREAM_CHOICES }] =
    await Promise.all([
      import('../../../../simulator/simulator.ts'),
      import('../../../../simulator/server.ts'),
      import('../../../../simulator/http/tokens.ts'),
      import('../../../pipeline/wiring.ts'),
      import('../../../pipeline/settings.ts'),
    ]);
  const clock = createMovableClock(machine);
  clock.set(START);
  const simulator = createSimulator({ seed: options.seed, mode: modeOf(options.mode), clock, accounts: LISTENERS });
  const watch = {
    playlists: [],
    artists: simulator.world.artists.slice(0, WATCHED_ARTISTS).map(({ id }) => id),
    albums: [],
    tracks: [],
    searches: [{ q: 'love', types: ['track', 'album'], market: 'DE', pages: 3 }],
    newReleases: modeOf(options.mode) === 'extended',
    everyHours: 24,
  };
  const server = await serve(simulator, { port: 0 });
  const settings: Settings = {
    lake,
    spotify: {
      apiUrl: `${server.url}/v1`,
      accountsUrl: server.url,
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      maxRetryAfterMs: 60_000,
    },
    credentials: null,
    accounts: LISTENERS.map(({ name, timeZone }) => ({ name, timeZone, refreshToken: refreshTokenOf(name), streams: STREAM_CHOICES })),
    watch,
    openLineage: null,
    retention: { web_api: null, export: null, sample: null },
    enrichment: { requestsPerRun: 0 },
    memoryLimit: '1GB',
    threads: 2,
    logLevel: 'warn',
  };
  return { clock, simulator, server, settings, createApp };
}

/** What every part of the demo needs. */
interface Stage {
  readonly cli: Cli;
  readonly app: App;
  /** Told as it happens; with --json there is one document at the end. */
  readonly say: (text: string) => void;
}

async function saySummary({ cli, say }: Stage, title: string, summary: RunSummary): Promise<void> {
  const { runSummaryText } = await import('../render/run-summary.ts');
  say(`${cli.paint.bold(title)}\n${runSummaryText(summary, cli)}`);
  cli.effects.signal.throwIfAborted();
}

async function runOnce(stage: Stage, title: string): Promise<RunSummary> {
  const summary = await stage.app.run({ accounts: [], streams: [] }, stage.cli.effects.signal);
  await saySummary(stage, title, summary);
  return summary;
}

/** Holds the plays to the truth, and shows of which of the last days they are certain. */
async function reckon({ cli, app, say }: Stage, imported: ImportedSample) {
  const found = await imported.found();
  const coverage = await app.coverage({ account: EXPORT.account, from: COVERED_FROM, to: null }, cli.effects.signal);
  say(`${cli.paint.bold('Every play once')}\n${foundText(found)}`);
  say(`${cli.paint.bold('coverage')}: of which days is it certain what was played?\n${coverageText(coverage, cli)}`);
  return { found, coverage };
}

interface Answered {
  readonly name: string;
  readonly question: string;
  readonly text: string;
  readonly rows: readonly unknown[];
}

async function answer(cli: Cli, app: App): Promise<readonly Answered[]> {
  const [{ reportNamed }, { runReport }, { tableText }] = await Promise.all([
    import('../../../reports/reports.ts'),
    import('../../../reports/run-report.ts'),
    import('../render/table.ts'),
  ]);
  const engine = await app.engine();
  try {
    const answered: Answered[] = [];
    for (const [name, params] of REPORTS) {
      const report = reportNamed(name);
      const result = await runReport(engine, report, params, cli.effects.signal);
      answered.push({ name, question: report.question, rows: result.rows, text: tableText(result.columns, result.rows, cli) });
    }
    return answered;
  } finally {
    await engine.close();
  }
}

const NEXT = (lake: string): string => `Next:
  tonearm --lake ${lake} status
  tonearm --lake ${lake} report
  tonearm --lake ${lake} query "select name, duration_ms from tracks order by duration_ms desc limit 5"
  tonearm --lake ${lake} query "select * from songs limit 5" --format csv
(in a clone, tonearm is: node bin/tonearm.mjs)
`;

/** In the time of the sample accounts, so that a run from the page reads what they played meanwhile. */
async function showDashboard(cli: Cli, settings: Settings, clock: Clock): Promise<void> {
  const { serveDashboard } = await import('./serve.ts');
  const wanted = { port: 0, host: '127.0.0.1', schedule: false, open: true };
  await serveDashboard({ ...cli, effects: { ...cli.effects, clock } }, settings, wanted, () => undefined);
}

async function demo(cli: Cli, options: Options): Promise<ExitCode> {
  if (saysBucket(cli.flags.lake ?? '')) {
    throw new PipelineError('the demo makes its lake in a folder', { code: 'usage', hint: 'Name a folder with --lake, or none.' });
  }
  const lake = resolve(cli.effects.cwd, cli.flags.lake ?? FOLDER);
  await emptyDemoFolder(lake);
  const { clock, simulator, server, settings, createApp } = await startSample(options, lake, cli.effects.clock);
  const log = await createLog({ format: cli.flags.logFormat, level: 'warn', write: (line) => cli.note(line.trimEnd()), clock });
  const app = createApp(settings, { clock, fetch: cli.effects.fetch, log, progress: cli.progress });
  const say: Stage['say'] = (text) => {
    if (cli.flags.json !== true) cli.effects.stdout.write(`${text}\n`);
  };
  const stage: Stage = { cli, app, say };
  say(`A Spotify that runs on this machine: ${server.url} (${options.mode} mode)\n`);
  try {
    const first = await runOnce(stage, 'First run');
    const imported = await importSampleExport(app, simulator, EXPORT, cli.effects.signal);
    await saySummary(stage, `The privacy export of ${EXPORT.account}: import ${imported.archives.join(' ')}`, imported.summary);
    clock.advance(TWO_DAYS_MS);
    const runs = [first, imported.summary, await runOnce(stage, 'Second run, two days later')];
    const { found, coverage } = await reckon(stage, imported);
    const answered = await answer(cli, app);
    for (const { name, question, text } of answered) say(`${cli.paint.bold(`report ${name}`)}: ${question}\n${text}`);
    const shown = relative(cli.effects.cwd, lake);
    const reports = answered.map(({ name, question, rows }) => ({ name, question, rows }));
    cli.result({ lake, url: server.url, mode: options.mode, runs, found, coverage, reports }, () =>
      NEXT(shown.startsWith('..') ? lake : shown),
    );
    if (options.open === true) await showDashboard(cli, settings, clock);
    return firstExitCode([...runs.map(({ exitCode }) => exitCode), isExact(found) ? 0 : 3]);
  } finally {
    await app.close();
    await server.close();
  }
}
