import type { Command } from 'commander';
import { PipelineError } from '../../../kernel/errors.ts';
import type { App } from '../../../pipeline/app.ts';
import { type Cli, wholeNumber } from '../cli.ts';
import type { Act, AddVerb } from '../verb.ts';

type Lineage = Awaited<ReturnType<App['why']>>;
type Fate = Awaited<ReturnType<App['whyRecord']>>[number];

export const addWhy: AddVerb = (program, act) => {
  const verb = program
    .command('why')
    .summary('show where a row came from, or what became of a record')
    .description(
      'Shows a row of a stored table and the answer or file that it came from: the newest one that it was seen in, or the first evidence of a play.',
    )
    .argument('<table>', 'A stored table')
    .argument('<key...>', 'Values of its key, in the order of `tonearm tables <table>`; or pairs such as track_id=…; null for no value')
    .action(
      act(async (cli, table: string, key: readonly string[]) => {
        const found = await cli.withApp((app) => app.why({ table, key }, cli.effects.signal));
        cli.result(found, () => lineageText(found, cli));
        return 0;
      }),
    );
  addRecord(verb, act);
};

interface RecordOptions {
  readonly line?: string;
  readonly addresses?: boolean;
}

function addRecord(verb: Command, act: Act): void {
  verb
    .command('record')
    .summary('show what became of one record of a file, and why')
    .description(
      'Shows the bucket of one record of any file or answer (kept, merged, duplicate, filtered or quarantined) with the reason, the play that it speaks of, and what raw holds of it: 64 kB at most, what looks like a token hidden, and IP addresses and user agents, too.',
    )
    .argument('<file>', 'Name of an imported file, its sha256 or the beginning of it, or a raw key or its last part')
    .argument('[number]', 'Its place in the list, from 0; none for what is no list')
    .option('--line <number>', 'Line of a raw object of several answers, from 1')
    .option('--addresses', 'Show IP addresses and user agents')
    .action(
      act(async (cli, name: string, number: string | undefined, { line, addresses = false }: RecordOptions) => {
        const record = number === undefined ? null : placeOf(number);
        const choice = { name, record, line: line === undefined ? null : wholeNumber(line, '--line'), showsAddresses: addresses };
        const found = await cli.withApp((app) => app.whyRecord(choice, cli.effects.signal));
        cli.result({ records: found }, () => found.map((fate) => fateText(fate, cli)).join('\n'));
        return 0;
      }),
    );
}

function placeOf(given: string): number {
  if (/^\d{1,15}$/.test(given)) return Number(given);
  throw new PipelineError(`${JSON.stringify(given)} is no number of a record: they are counted from 0`, { code: 'usage' });
}

function fateText(
  { file, rawKey, line, list, record, stream, account, verdict, reason, because, play, text }: Fate,
  { paint }: Cli,
): string {
  const isPages = rawKey.endsWith('.ndjson.gz');
  const parts = [
    plain(file ?? rawKey),
    ...(isPages ? [`line ${line}`] : []),
    ...(record === null ? [] : [`${list === '' || list === 'items' ? '' : `${list} `}record ${record}`]),
  ];
  const title = play === null ? '' : [play.title, play.artist].filter((name) => name !== null).join(' – ');
  const lines = [
    `${paint.bold(parts.join(', '))} (${stream}, account ${account})`,
    `  ${paint.bold(verdict ?? 'waiting')}: ${reason === null ? '' : `${reason}: `}${plain(because)}`,
    ...(play === null ? [] : [`  play ${play.playId}: ${plain(title === '' ? '(no name)' : title)}, ended at ${play.endedAt}`]),
    '',
    text.text,
    ...(text.isCut ? [paint.dim(`… cut here; raw holds all of it: ${rawKey}`)] : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** Control characters could steer the terminal. */
const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');

function lineageText({ table, row, raw }: Lineage, { paint }: Cli): string {
  const width = Math.max(...Object.keys(row).map((name) => name.length));
  const fields = Object.entries(row).map(([name, value]) => {
    const text = value === null ? paint.dim('–') : plain(String(value));
    return `  ${(name.startsWith('_') ? paint.dim : String)(name.padEnd(width))}  ${text}`;
  });
  const head = [paint.bold(table), ...fields, ''];
  if (raw === null) return [...head, 'The row was worked out from many: it names no raw object.', ''].join('\n');
  return [...head, ...rawLines(raw, paint), ''].join('\n');
}

function rawLines(raw: NonNullable<Lineage['raw']>, paint: Cli['paint']): readonly string[] {
  const place = `${paint.bold('raw')} ${raw.key}, line ${raw.line}${raw.item === null ? '' : `, element ${raw.item}`}`;
  const query = new URLSearchParams(raw.request?.query).toString();
  const asked =
    raw.request === null
      ? []
      : [`  ${raw.request.method} ${plain(raw.request.path)}${query === '' ? '' : `?${plain(query)}`} → ${raw.status}`];
  const at = raw.observedAt === null ? [] : [`  observed at ${raw.observedAt}`];
  const cut = raw.record.isCut ? ['… the rest is in raw'] : [];
  return [place, `  an answer of ${raw.stream}`, ...asked, ...at, '', raw.record.text, ...cut];
}
