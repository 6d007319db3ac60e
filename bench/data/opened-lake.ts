import { createSystemClock } from '../../src/kernel/clock.ts';
import type { Log } from '../../src/kernel/log.ts';
import { loadSettings } from '../../src/pipeline/settings.ts';
import { createApp } from '../../src/pipeline/wiring.ts';
import { REPORTS } from '../../src/reports/reports.ts';
import { runReport } from '../../src/reports/run-report.ts';

type Engine = Awaited<ReturnType<ReturnType<typeof createApp>['engine']>>;

const SILENT: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const SPANS = { 'all time': {}, 'one month': { from: '2024-05-01', to: '2024-05-31' } } as const;
/** What reports of one thing are asked about. Padding gives numbers of fewer digits one id, and one name. */
const NAMED: Readonly<Record<string, Readonly<Record<string, string>>>> = { discography: { artist: 'Echo River 12345' } };
const never = new AbortController().signal;

export interface TimedReport {
  readonly report: string;
  readonly span: string;
  readonly ms: number;
}

/** The engine over a lake, as one long-lived process has it. */
export async function engineOn(lake: string): Promise<Engine> {
  const config = await loadSettings({ cwd: lake, env: {}, flags: { lake } });
  const app = createApp(config, { clock: createSystemClock(), log: SILENT, fetch, progress: () => undefined });
  return app.engine();
}

/** One round: every report that has days, of all time and of one month, and each other one once. */
export async function askAll(engine: Engine): Promise<readonly TimedReport[]> {
  const timed: TimedReport[] = [];
  for (const report of REPORTS) {
    const names = Object.keys(report.params.shape);
    const required = NAMED[report.name] ?? {};
    if (names.includes('playlist')) continue;
    const spans = names.includes('from') ? Object.entries(SPANS) : ([['now', {}]] as const);
    for (const [span, days] of spans) {
      const started = performance.now();
      await runReport(engine, report, { ...required, ...days }, never);
      timed.push({ report: report.name, span, ms: performance.now() - started });
    }
  }
  return timed;
}
