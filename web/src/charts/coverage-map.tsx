import { day as dayText, number } from '../words/format.ts';

interface Month {
  readonly account_id: string;
  readonly month: string;
  /** A letter a day; see {@link STATES}. */
  readonly days: string;
  readonly certain_days: number;
  readonly provisional_days: number;
  readonly gap_days: number;
  readonly unknown_days: number;
}

/** Told apart by their shape, not by their colour alone. */
const STATES = [
  { letter: 'c', name: 'certain', words: 'certain' },
  { letter: 'p', name: 'provisional', words: 'provisional: polled, an export may add to it' },
  { letter: 'g', name: 'gap', words: 'gap: plays are missing' },
  { letter: 'u', name: 'unknown', words: 'unknown' },
] as const;

type State = (typeof STATES)[number]['name'];

const CELL = 10;

function cellPath(state: State, at: number): string {
  const x = at * CELL;
  if (state === 'certain') return `M${x + 0.5} 1h9v10h-9z`;
  if (state === 'provisional') return `M${x + 0.5} 6h9v5h-9z`;
  if (state === 'gap') return `M${x + 1.5} 2l7 8m0-8l-7 8`;
  return `M${x + 4} 5h2v2h-2z`;
}

const Row = ({ days }: { readonly days: string }) => (
  <svg class="coverage-days" viewBox={`0 0 ${31 * CELL} 12`} aria-hidden="true">
    {STATES.map(({ letter, name }) => {
      const cells = [...days].flatMap((day, at) => (day === letter ? [cellPath(name, at)] : []));
      return cells.length === 0 ? null : <path key={name} class={`coverage-${name}`} d={cells.join('')} />;
    })}
  </svg>
);

function words(month: Month): string {
  const counts = [
    ['certain', month.certain_days],
    ['provisional', month.provisional_days],
    ['in a gap', month.gap_days],
    ['unknown', month.unknown_days],
  ] as const;
  return counts
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${number(count)} ${name}`)
    .join(', ');
}

/** A row a month, a mark a day. The newest month comes first. */
export function CoverageMap({ months }: { readonly months: readonly Month[] }) {
  const accounts = [...new Set(months.map(({ account_id }) => account_id))];
  return (
    <>
      <ul class="keys coverage-keys">
        {STATES.map(({ name, words: meaning }) => (
          <li key={name}>
            <svg viewBox="0 0 10 12" aria-hidden="true">
              <path class={`coverage-${name}`} d={cellPath(name, 0)} />
            </svg>{' '}
            {meaning}
          </li>
        ))}
      </ul>
      <div class="coverage-accounts">
        {accounts.map((account) => (
          <section key={account} aria-label={`Coverage of ${account}`}>
            <h3>{account}</h3>
            <ul class="coverage-months">
              {months
                .filter(({ account_id }) => account_id === account)
                .toReversed()
                .map((month) => (
                  <li key={month.month}>
                    <span>{dayText(month.month, 'monthOnly')}</span>
                    <Row days={month.days} />
                    <span class="quiet">{words(month)}</span>
                  </li>
                ))}
            </ul>
          </section>
        ))}
      </div>
    </>
  );
}
