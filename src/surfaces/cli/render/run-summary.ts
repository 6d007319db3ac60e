import type { RunSummary } from '../cli.ts';
import { fileLists } from './file-lists.ts';
import { nextStep } from './next-step.ts';
import { type TableColumn, type TableStyle, tableText } from './table.ts';

const TALLY = ['read', 'kept', 'merged', 'duplicate', 'filtered', 'quarantined'] as const;

type Cells = readonly (string | number | null)[];

const text = (name: string): TableColumn => ({ name, type: 'text' });
const number = (name: string): TableColumn => ({ name, type: 'integer' });
const TALLY_COLUMNS: readonly TableColumn[] = TALLY.map(number);
const tallyOf = (tally: RunSummary['total']): readonly number[] => TALLY.map((bucket) => tally[bucket]);

/**
 * What a run did, for a person: one row per stream and a total that adds up, verdicts that changed, tables that grew, files of an import,
 * and whatever went wrong or waits, with what to do next.
 */
export function runSummaryText(summary: RunSummary, style: TableStyle): string {
  const parts = [
    headLine(summary, style),
    streamTable(summary, style),
    judgedAnew(summary),
    tableGrowth(summary, style),
    fileLists(summary, style),
    summary.warnings.map((warning) => `${style.paint.yellow('warning')}: ${warning}\n`).join(''),
    outcomes(summary, style),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function headLine(
  { verb, runId, outcome, startedAt, finishedAt, catalogVersion, isDryRun = false }: RunSummary,
  { paint }: TableStyle,
): string {
  const seconds = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
  const isAsBefore = catalogVersion === null || catalogVersion === 0;
  const catalog = isAsBefore ? 'the tables are as they were' : `catalog version ${catalogVersion}`;
  if (isDryRun) return `${paint.bold(`${verb} --dry-run ${outcome}`)} in ${seconds.toFixed(1)} s: nothing was changed\n`;
  return `${paint.bold(`${verb} ${outcome}`)} in ${seconds.toFixed(1)} s, ${catalog} ${paint.dim(`(${runId})`)}\n`;
}

function streamTable({ streams, total }: RunSummary, style: TableStyle): string {
  if (streams.length === 0) return 'No records were read.\n';
  const columns = [text('stream'), text('account'), { ...text('outcome'), usual: 'done' }, number('requests'), ...TALLY_COLUMNS];
  const rows: Cells[] = streams.map((stream) => [stream.stream, stream.account, stream.outcome, stream.requests, ...tallyOf(stream)]);
  const requests = streams.reduce((sum, stream) => sum + stream.requests, 0);
  return tableText(columns, [...rows, ['total', '', '', requests, ...tallyOf(total)]], style);
}

function judgedAnew({ judgedAnew: changes }: RunSummary): string {
  if (changes.length === 0) return '';
  const each = changes.map(({ from, to, count }) => `${count.toLocaleString('en-US')} ${from} → ${to}`);
  return `earlier records judged anew: ${each.join(', ')}\n`;
}

function tableGrowth({ tables }: RunSummary, style: TableStyle): string {
  const changed = tables.filter(({ rowsBefore, rowsAfter }) => rowsBefore !== rowsAfter);
  if (changed.length === 0) return '';
  const rows: Cells[] = changed.map(({ table, rowsBefore, rowsAfter }) => [table, rowsBefore, rowsAfter]);
  return tableText([text('table'), number('rows before'), number('rows after')], rows, style);
}

/** What several streams met alike is told once. */
function outcomes({ outcomes: all }: RunSummary, { paint }: TableStyle): string {
  const told = all.map(({ code, exitCode, message, hint, retryAt }) => {
    const mark = exitCode === 1 || exitCode === 2 ? paint.red(code) : paint.yellow(code);
    const when = retryAt === null ? '' : `\n  come back: ${retryAt}`;
    const next = nextStep({ code, hint });
    return `${mark}: ${message}${when}${next === null ? '' : `\n  next: ${next}`}\n`;
  });
  return [...new Set(told)].join('');
}
