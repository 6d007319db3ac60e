import type { App } from '../../../pipeline/app.ts';
import type { Cli } from '../cli.ts';

type Choice = Parameters<App['remove']>[0];
type Removal = Awaited<ReturnType<App['remove']>>;
type Receipt = Removal['receipts'][number];

export const CONFIRM = ['--confirm', 'Really remove it; without it nothing is changed'] as const;
/** Names of files shown one by one; of more than these the rest is counted. */
const SHOWN = 20;

/** Removes, or shows what would be removed; 0 either way. */
export async function showRemoval(cli: Cli, choice: Choice, isConfirmed: boolean): Promise<0> {
  const removal = await cli.withApp((app) => app.remove(choice, { confirmed: isConfirmed }, cli.effects.signal));
  const { tableText } = await import('../render/table.ts');
  const selected = (): string => {
    if (removal.selected.rawObjects === 0) return '';
    const columns = ['account', 'stream', 'raw objects', 'bytes'].map((name, at) => ({ name, type: at < 2 ? 'text' : 'bigint' }));
    const rows = removal.selected.streams.map(({ account, stream, rawObjects, bytes }) => [account, stream, rawObjects, bytes]);
    return `${tableText(columns, rows, cli)}${filesText(removal.selected.files)}`;
  };
  cli.result(removal, () => `${selected()}${isConfirmed ? doneText(removal) : openText(removal, choice)}`);
  return 0;
}

const count = (value: number): string => value.toLocaleString('en-US');

function filesText(files: readonly string[]): string {
  if (files.length === 0) return '';
  const rest = files.length > SHOWN ? [`  … and ${count(files.length - SHOWN)} more`] : [];
  return `\nfiles:\n${[...files.slice(0, SHOWN).map((name) => `  ${name}`), ...rest].join('\n')}\n`;
}

function openText({ selected }: Removal, { verb }: Choice): string {
  if (selected.rawObjects > 0) return '\nnothing was removed: add --confirm to remove it\n';
  return verb === 'purge' ? 'nothing in raw is of this account; --confirm closes it\n' : 'nothing to remove\n';
}

function doneText({ receipts }: Removal): string {
  return receipts.length === 0 ? 'nothing to remove\n' : receipts.map(receiptText).join('\n');
}

function receiptText(receipt: Receipt): string {
  const { number, verb, account, rawObjects, tables, left, catalogVersion } = receipt;
  const changed = tables.filter(({ rowsBefore, rowsAfter }) => rowsBefore !== rowsAfter);
  const rows = changed.map(({ table, rowsBefore, rowsAfter }) => `  ${table}: ${count(rowsBefore)} → ${count(rowsAfter)} rows`);
  return [
    '',
    `removal ${number} (${verb}${account === null ? '' : ` ${account}`}) is done: ${count(rawObjects)} raw objects; the tables are version ${catalogVersion}`,
    ...rows,
    `removed with them: ${count(receipt.tableFiles)} table files, ${count(receipt.catalogVersions)} catalog versions, ${count(receipt.temporaryFiles)} temporary files, ${count(receipt.states)} states, ${count(receipt.rules)} rules; ${count(receipt.runs.removed)} run summaries, ${count(receipt.runs.changed)} changed`,
    'not reached:',
    ...left.map((what) => `  - ${what}`),
    '',
  ].join('\n');
}
