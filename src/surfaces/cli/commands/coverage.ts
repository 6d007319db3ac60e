import type { App } from '../../../pipeline/app.ts';
import type { Cli } from '../cli.ts';
import { wrapped } from '../render/width.ts';
import type { AddVerb } from '../verb.ts';

type Coverage = Awaited<ReturnType<App['coverage']>>;
type Month = Coverage['months'][number];

interface Options {
  readonly account?: string;
  readonly from?: string;
  readonly to?: string;
}

export const addCoverage: AddVerb = (program, act) => {
  program
    .command('coverage')
    .summary('show of which days it is certain what was played, and when to ask for an export')
    .description(
      'Shows each month as a bar with a mark for every UTC day: certain (an export tells of it), provisional (polls alone), a gap (a poll came too late to see all) or unknown. Then when to ask Spotify for the next export.',
    )
    .option('--account <name>', 'Account by its name in the settings')
    .option('--from <day>', 'First month shown is that of this day, YYYY-MM-DD')
    .option('--to <day>', 'Last month shown is that of this day, YYYY-MM-DD')
    .action(
      act(async (cli, { account, from, to }: Options) => {
        const options = { account: account ?? null, from: from ?? null, to: to ?? null };
        const coverage = await cli.withApp((app) => app.coverage(options, cli.effects.signal));
        const document = { months: coverage.months.map(({ days, ...month }) => ({ ...month, days: states(days) })), next: coverage.next };
        cli.result(document, () => coverageText(coverage, cli));
        return 0;
      }),
    );
};

const STATES: Readonly<Record<string, string>> = { c: 'certain', p: 'provisional', g: 'gap', u: 'unknown' };
/** Told apart without colour, and in every font. */
const MARKS: Readonly<Record<string, string>> = { c: '█', p: '▒', g: '!', u: '·', ' ': ' ' };

/** A word per day, from the first day known of the month on. */
const states = (days: string): readonly string[] => [...days.trimStart()].map((letter) => STATES[letter] ?? letter);

/** A bar a month and the advice, for a person. */
export function coverageText({ months, next }: Coverage, { paint, width }: Pick<Cli, 'paint' | 'width'>): string {
  if (months.length === 0) return 'no play is known of in these months\n';
  const most = width ?? Number.POSITIVE_INFINITY;
  // A mark and its meaning stay together.
  const legend = Object.entries(STATES).map(([letter, state]) => `${MARKS[letter]}\u00a0${state}`);
  const accounts = [...new Set(months.map(({ account_id }) => account_id))];
  const parts = accounts.map((account) => {
    const own = months.filter(({ account_id }) => account_id === account);
    const advice = next.find((one) => one.account === account);
    const when = advice?.askOn === null || advice === undefined ? 'No export is needed' : `Ask for the next export on ${advice.askOn}`;
    const said = advice === undefined ? [] : wrapped(`${when}: ${advice.because}.`, most);
    return [paint.bold(account), ...own.flatMap((month) => monthLines(month, most)), ...said].join('\n');
  });
  const marks = wrapped(legend.join('   '), most).map((line) => paint.dim(line.replaceAll('\u00a0', ' ')));
  return `${[...parts, marks.join('\n')].join('\n\n')}\n`;
}

/** Of a line that has a month, its bar, the days of each state and the plays. */
const WHOLE_LINE = 76;

function monthLines(
  { month, days, certain_days, provisional_days, gap_days, unknown_days, play_count }: Month,
  width: number,
): readonly string[] {
  const bar = [...days].map((letter) => MARKS[letter] ?? letter).join('');
  const counts = [certain_days, provisional_days, gap_days, unknown_days];
  const marked = counts.flatMap((count, at) => (count === 0 ? [] : [`${Object.values(MARKS)[at]}${count}`])).join(' ');
  const plays = `${play_count.toLocaleString('en-US')} plays`;
  const name = month.slice(0, 7);
  if (width >= WHOLE_LINE) return [`${name}  ${bar.padEnd(31)}  ${marked.padEnd(16)}  ${plays.padStart(13)}`];
  const said = wrapped(`${marked}   ${plays}`, width - 2).map((line) => `  ${line}`);
  return width > 40 ? [`${name}  ${bar}`, ...said] : [name, `  ${bar}`, ...said];
}
