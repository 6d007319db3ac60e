import type { App } from '../../../pipeline/app.ts';
import { type Cli, wholeNumber } from '../cli.ts';
import { cutStartTo, cutTo, plainText } from '../render/width.ts';
import type { AddVerb } from '../verb.ts';

type PlayList = Awaited<ReturnType<App['plays']>>;
type Play = PlayList['plays'][number];
type Evidence = NonNullable<Play['evidence']>[number];

const DEFAULT_ROWS = 1_000;

interface Options {
  readonly why?: boolean;
  readonly account?: string;
  readonly limit: string;
}

export const addPlays: AddVerb = (program, act) => {
  program
    .command('plays')
    .summary('show the plays of a span of time, with --why what they are made of')
    .description(
      "Shows the plays that ended in a span of time, in the account's time zone: 2024, 2024-03, 2024-03-01, 2024-03-01T10:00, or two with .. between. --why adds the records that each is made of, with file, number, verdict and reason, and those that add no play.",
    )
    .argument('<span>', 'Such as 2024-03-01 or 2024-03-01..2024-03-07; a last day is in it, a last time of day is not')
    .option('--why', 'The records that each play is made of, too')
    .option('--account <name>', 'Account by its name in the settings')
    .option('--limit <rows>', 'Plays shown at most', String(DEFAULT_ROWS))
    .action(
      act(async (cli, span: string, { why = false, account, limit }: Options) => {
        const choice = { span, account: account ?? null, withEvidence: why, limit: wholeNumber(limit, '--limit') };
        const found = await cli.withApp((app) => app.plays(choice, cli.effects.signal));
        const { tableText } = await import('../render/table.ts');
        cli.result(found, () => (why ? evidenceText(found, cli) : playsText(found, cli, tableText)));
        const count = `${found.plays.length.toLocaleString('en-US')} ${found.plays.length === 1 ? 'play' : 'plays'}`;
        if (found.isCut) cli.warn(`cut after ${count}; --limit shows more`);
        else cli.note(cli.paint.dim(count));
        return 0;
      }),
    );
};

const titleOf = ({ title, artist }: Pick<Play, 'title' | 'artist'>): string => {
  const names = [title, artist].filter((name) => name !== null);
  return plainText(names.length === 0 ? '(no name)' : names.join(' – '));
};

const DAY_MS = 24 * 60 * 60 * 1000;

/** Minutes and seconds; lengths of days occur in real exports, and are no lengths. */
function lengthText(ms: number | null): string {
  if (ms === null) return '–';
  if (ms >= DAY_MS) return `${Math.floor(ms / DAY_MS).toLocaleString('en-US')} days`;
  const seconds = Math.floor(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = String(seconds % 60).padStart(2, '0');
  return hours === 0 ? `${minutes}:${rest}` : `${hours}:${String(minutes).padStart(2, '0')}:${rest}`;
}

const confidenceOf = ({ confidence, isHidden }: Play): string => (isHidden ? `${confidence}, hidden` : confidence);

function playsText({ plays }: PlayList, cli: Cli, tableText: typeof import('../render/table.ts').tableText): string {
  if (plays.length === 0) return 'no play is known of in this span\n';
  const isShared = new Set(plays.map(({ account }) => account)).size > 1;
  const columns = [
    { name: 'ended', type: 'timestamp' },
    { name: 'title – artist', type: 'text' },
    { name: 'listened', type: 'text', isWhole: true },
    { name: 'confidence', type: 'text', isWhole: true },
    ...(isShared ? [{ name: 'account', type: 'text', isWhole: true }] : []),
  ];
  const rows = plays.map((play) => [
    ...[play.localTime, titleOf(play), lengthText(play.msPlayed), confidenceOf(play)],
    ...(isShared ? [play.account] : []),
  ]);
  return tableText(columns, rows, cli);
}

function evidenceText({ plays, withoutPlay }: PlayList, cli: Cli): string {
  const { paint } = cli;
  const width = cli.width ?? Number.POSITIVE_INFINITY;
  const parts = plays.map((play) => {
    const end = `  ${lengthText(play.msPlayed)}  ${confidenceOf(play)}`;
    const head = `${play.localTime}  ${cutTo(titleOf(play), Math.max(10, width - 21 - end.length))}${end}`;
    return [paint.bold(head), ...(play.evidence ?? []).flatMap((one) => recordLines(one, cli, width))].join('\n');
  });
  const left = (withoutPlay ?? []).flatMap((one) => [
    `  ${cutTo(`${one.localTime}  ${titleOf(one)}`, width - 2)}`,
    ...recordLines(one, cli, width),
  ]);
  const rest = left.length === 0 ? [] : [[paint.bold('records that add no play'), ...left].join('\n')];
  const all = [...parts, ...rest];
  return all.length === 0 ? 'no play is known of in this span\n' : `${all.join('\n\n')}\n`;
}

/** Two lines: what became of the record and where it stands, then why. */
function recordLines(one: Evidence, { paint }: Cli, width: number): readonly string[] {
  const isPages = one.rawKey.endsWith('.ndjson.gz');
  const number = `${isPages ? `, line ${one.line}` : ''}${one.record === null ? '' : `, record ${one.record}`}`;
  const room = Math.max(20, width - 13 - number.length);
  const place = `${cutStartTo(plainText(one.file ?? one.rawKey), room)}${number}`;
  const copies = one.copies === 0 ? '' : `; and ${one.copies.toLocaleString('en-US')} equal ${one.copies === 1 ? 'record' : 'records'}`;
  const rule = one.reason?.startsWith('rule_') === true ? `${one.reason}: ` : '';
  return [
    `  ${one.verdict.padEnd(9)}  ${place}`,
    ...wrapped(`${rule}${one.because}${copies}`, width - 13).map((line) => paint.dim(`             ${line}`)),
  ];
}

/** Lines of at most so many characters; words stay whole. */
function wrapped(text: string, most: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
