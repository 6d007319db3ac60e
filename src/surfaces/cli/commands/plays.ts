import type { App } from '../../../pipeline/app.ts';
import { type Cli, wholeNumber } from '../cli.ts';
import { cutStartTo, cutTo, plainText, wrapped } from '../render/width.ts';
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
  const showsAccount = isShared(plays);
  const columns = [
    { name: 'ended', type: 'timestamp' },
    { name: 'title – artist', type: 'text' },
    { name: 'listened', type: 'text', isWhole: true },
    { name: 'confidence', type: 'text', isWhole: true },
    ...(showsAccount ? [{ name: 'account', type: 'text', isWhole: true }] : []),
  ];
  const rows = plays.map((play) => [
    ...[play.localTime, titleOf(play), lengthText(play.msPlayed), confidenceOf(play)],
    ...(showsAccount ? [play.account] : []),
  ]);
  return tableText(columns, rows, cli);
}

/** Accounts are named where there are several. */
const isShared = (accounts: readonly { readonly account: string }[]): boolean => new Set(accounts.map(({ account }) => account)).size > 1;

/** In a narrower terminal, what stands beside a title or the name of a file gets a line of its own. */
const LEAST_WIDTH = 60;

function evidenceText({ plays, withoutPlay }: PlayList, cli: Cli): string {
  const { paint } = cli;
  const width = cli.width ?? Number.POSITIVE_INFINITY;
  const showsAccount = isShared([...plays, ...(withoutPlay ?? [])]);
  const parts = plays.map((play) => {
    const end = `  ${lengthText(play.msPlayed)}  ${confidenceOf(play)}${showsAccount ? `  ${play.account}` : ''}`;
    const head = headLines(play.localTime, titleOf(play), end, width);
    return [...head.map(paint.bold), ...(play.evidence ?? []).flatMap((one) => recordLines(one, cli, width))].join('\n');
  });
  const left = (withoutPlay ?? []).flatMap((one) => [
    ...headLines(one.localTime, titleOf(one), showsAccount ? `  ${one.account}` : '', width - 2).map((line) => `  ${line}`),
    ...recordLines(one, cli, width),
  ]);
  const rest = left.length === 0 ? [] : [[paint.bold('records that add no play'), ...left].join('\n')];
  const all = [...parts, ...rest];
  return all.length === 0 ? 'no play is known of in this span\n' : `${all.join('\n\n')}\n`;
}

function headLines(time: string, title: string, end: string, width: number): readonly string[] {
  const room = width - time.length - 2 - end.length;
  if (width >= LEAST_WIDTH) return [`${time}  ${cutTo(title, Math.max(10, room))}${end}`];
  return [...wrapped(`${time}${end}`, width), `  ${cutTo(title, width - 2)}`];
}

/** What became of the record and where it stands, then why. */
function recordLines(one: Evidence, { paint }: Cli, width: number): readonly string[] {
  const isNarrow = width < LEAST_WIDTH;
  const indent = isNarrow ? 4 : 13;
  const isPages = one.rawKey.endsWith('.ndjson.gz');
  const number = `${isPages ? `, line ${one.line}` : ''}${one.record === null ? '' : `, record ${one.record}`}`;
  const room = width - indent - number.length;
  const place = `${cutStartTo(plainText(one.file ?? one.rawKey), Math.max(10, room))}${number}`;
  const copies = one.copies === 0 ? '' : `; and ${one.copies.toLocaleString('en-US')} equal ${one.copies === 1 ? 'record' : 'records'}`;
  const rule = one.reason?.startsWith('rule_') === true ? `${one.reason}: ` : '';
  return [
    ...(isNarrow ? [`  ${one.verdict}`, `    ${place}`] : [`  ${one.verdict.padEnd(9)}  ${place}`]),
    ...wrapped(`${rule}${one.because}${copies}`, width - indent).map((line) => paint.dim(`${' '.repeat(indent)}${line}`)),
  ];
}
