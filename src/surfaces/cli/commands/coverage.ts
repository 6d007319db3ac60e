import type { App } from '../../../pipeline/app.ts';
import type { Cli } from '../cli.ts';
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
        cli.result(document, () => coverageText(coverage, cli.paint));
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
export function coverageText({ months, next }: Coverage, paint: Cli['paint']): string {
  if (months.length === 0) return 'no play is known of in these months\n';
  const legend = Object.entries(STATES).map(([letter, state]) => `${MARKS[letter]} ${state}`);
  const accounts = [...new Set(months.map(({ account_id }) => account_id))];
  const parts = accounts.map((account) => {
    const own = months.filter(({ account_id }) => account_id === account);
    const advice = next.find((one) => one.account === account);
    const when = advice?.askOn === null || advice === undefined ? 'No export is needed' : `Ask for the next export on ${advice.askOn}`;
    return [paint.bold(account), ...own.map(monthText), ...(advice === undefined ? [] : [`${when}: ${advice.because}.`])].join('\n');
  });
  return `${[...parts, paint.dim(legend.join('   '))].join('\n\n')}\n`;
}

/** 76 characters at most. */
function monthText({ month, days, certain_days, provisional_days, gap_days, unknown_days, play_count }: Month): string {
  const bar = [...days].map((letter) => MARKS[letter] ?? letter).join('');
  const counts = [certain_days, provisional_days, gap_days, unknown_days];
  const marked = counts.flatMap((count, at) => (count === 0 ? [] : [`${Object.values(MARKS)[at]}${count}`]));
  return `${month.slice(0, 7)}  ${bar.padEnd(31)}  ${marked.join(' ').padEnd(16)}  ${play_count.toLocaleString('en-US').padStart(7)} plays`;
}
