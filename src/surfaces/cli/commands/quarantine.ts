import type { Command } from 'commander';
import { PipelineError } from '../../../kernel/errors.ts';
import type { App } from '../../../pipeline/app.ts';
import { type Cli, wholeNumber } from '../cli.ts';
import type { TableColumn } from '../render/table.ts';
import type { Act, AddVerb } from '../verb.ts';
import { showSummary } from './summary.ts';

type Listed = Awaited<ReturnType<App['quarantined']>>;
type Shown = Awaited<ReturnType<App['showQuarantined']>>;
type Fault = Listed['rows'][number];
type TableText = typeof import('../render/table.ts').tableText;

const DEFAULT_ROWS = 50;
/** In a narrower terminal nothing would be left of the reasons beside the names. */
const LEAST_WIDTH = 100;

const text = (name: string): TableColumn => ({ name, type: 'text' });
const number = (name: string): TableColumn => ({ name, type: 'integer' });
const countOf = (value: number, one: string): string => `${value.toLocaleString('en-US')} ${one}${value === 1 ? '' : 's'}`;

export const addQuarantine: AddVerb = (program, act) => {
  const quarantine = program
    .command('quarantine')
    .summary('list, show or judge again the records that could not be placed')
    .description('Records that break the contract of their stream, and files that nobody can place: kept in raw, in no other table.');
  addList(quarantine, act);
  addShow(quarantine, act);
  addReplay(quarantine, act);
};

function addList(quarantine: Command, act: Act): void {
  quarantine
    .command('list', { isDefault: true })
    .summary('list what is in quarantine, and why')
    .option('--stream <name>', 'Only this stream; unplaced is what nobody can tell')
    .option('--code <code>', 'Only this code, such as wrong_type')
    .option('--limit <rows>', 'Rows shown at most', String(DEFAULT_ROWS))
    .action(
      act(async (cli, { stream, code, limit }: { readonly stream?: string; readonly code?: string; readonly limit: string }) => {
        const filter = { stream: stream ?? null, code: code ?? null, limit: wholeNumber(limit, '--limit') };
        const listed = await cli.withApp((app) => app.quarantined(filter, cli.effects.signal));
        const { tableText } = await import('../render/table.ts');
        cli.result(listed, () => listText(listed, cli, tableText));
        if (listed.rows.length < listed.total.faults)
          cli.warn(`${listed.rows.length} of ${countOf(listed.total.faults, 'fault')}; --limit shows more`);
        return 0;
      }),
    );
}

/** What `show` takes: the name a person knows, else the last part of the raw key, which is short enough for a terminal. */
const nameOf = ({ file, rawKey }: Fault): string => file ?? rawKey.slice(rawKey.lastIndexOf('/') + 1).replace(/\.(nd)?json\.gz$/, '');

/** Names and messages come from files: what could steer the terminal is left out. */
const oneLine = (said: string): string => said.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');

function reasonText({ code, field, message }: Fault, cli: Cli): string {
  return `  ${cli.paint.yellow(code)}${field === '' ? '' : ` ${oneLine(field)}`}: ${oneLine(message)}`;
}

const faultText = (row: Fault, cli: Cli): string => `${oneLine(whereText(row, nameOf(row)))}\n${reasonText(row, cli)}\n`;

function listText({ rows, total }: Listed, cli: Cli, tableText: TableText): string {
  if (total.faults === 0) return 'nothing is in quarantine\n';
  const records = `${cli.paint.dim(countOf(total.records, 'record'))}\n`;
  if (cli.width !== null && cli.width < LEAST_WIDTH) return `${rows.map((row) => faultText(row, cli)).join('')}${records}`;
  const columns = [
    text('code'),
    text('field'),
    text('message'),
    { ...text('file or raw object'), isWhole: true },
    number('line'),
    number('item'),
  ];
  const cells = rows.map((row) => [row.code, row.field, row.message, nameOf(row), row.line, row.item]);
  return `${tableText(columns, cells, cli)}${records}`;
}

interface ShowOptions {
  readonly line?: string;
  readonly item?: string;
}

function addShow(quarantine: Command, act: Act): void {
  quarantine
    .command('show')
    .summary('show a record in quarantine as raw holds it, with the reason')
    .description('Shows records in quarantine as raw holds them: 64 kB at most, and what looks like a token hidden.')
    .argument('<name>', 'An imported file, or a raw key or its last part, as `quarantine list` names it')
    .option('--line <number>', 'Only this line of the raw object, from 1')
    .option('--item <number>', 'Only this element of the list, from 0')
    .action(
      act(async (cli, name: string, { line, item }: ShowOptions) => {
        const choice = {
          name,
          line: line === undefined ? null : wholeNumber(line, '--line'),
          item: item === undefined ? null : elementOf(item),
        };
        const shown = await cli.withApp((app) => app.showQuarantined(choice, cli.effects.signal));
        cli.result(shown, () => shownText(shown, cli));
        return 0;
      }),
    );
}

function elementOf(given: string): number {
  if (/^\d{1,15}$/.test(given)) return Number(given);
  throw new PipelineError(`--item is ${JSON.stringify(given)}: elements are counted from 0`, { code: 'usage' });
}

function shownText({ documents, more }: Shown, cli: Cli): string {
  const parts = documents.map(({ faults, record }) => {
    const [first] = faults;
    const place = first === undefined ? '' : placeText(first);
    const reasons = faults.map((fault) => reasonText(fault, cli));
    const rest = record.isCut ? [cli.paint.dim(`… cut here; raw holds all of it: ${first?.rawKey}`)] : [];
    return `${[cli.paint.bold(place), ...reasons, record.text, ...rest].join('\n')}\n`;
  });
  const others = more === 0 ? [] : [cli.paint.dim(`${countOf(more, 'more record')}; --line and --item choose one\n`)];
  return [...parts, ...others].join('\n');
}

const placeText = (fault: Fault): string =>
  oneLine(`${whereText(fault, fault.file ?? fault.rawKey)} (${fault.stream}, account ${fault.account})`);

/** Only raw objects of answers have lines that tell them apart. */
const whereText = ({ rawKey, line, item }: Fault, name: string): string =>
  [name, ...(rawKey.endsWith('.ndjson.gz') ? [`line ${line}`] : []), ...(item === null ? [] : [`item ${item}`])].join(', ');

function addReplay(quarantine: Command, act: Act): void {
  quarantine
    .command('replay')
    .summary('judge everything in quarantine again')
    .description(
      'Judges everything in quarantine again under the present contract. The tables are a function of raw, so this makes all of them anew, as rebuild does.',
    )
    .action(
      act(async (cli) => {
        const { summary, replayed } = await cli.withApp((app) => app.replayQuarantine(cli.effects.signal));
        if (replayed === null) return showSummary(cli, summary, false);
        const { tableText } = await import('../render/table.ts');
        cli.result({ ...summary, replayed }, () => replayText(replayed, cli, tableText));
        return 0;
      }),
    );
}

type Replayed = NonNullable<Awaited<ReturnType<App['replayQuarantine']>>['replayed']>;

function replayText({ before, left, stay, added, codes }: Replayed, cli: Cli, tableText: TableText): string {
  if (before === 0 && added === 0) return 'nothing was in quarantine, and nothing is\n';
  const rows = codes.map((one) => [one.code, one.before, one.left, one.stay]);
  const table = tableText([text('code'), number('before'), number('left'), number('stay')], [...rows, ['total', before, left, stay]], cli);
  return added === 0 ? table : `${table}${countOf(added, 'record')} came into quarantine\n`;
}
