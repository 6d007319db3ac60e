import { Link } from 'wouter-preact';
import type { ReportAnswer } from '../../../src/surfaces/http/answers.ts';
import { usePageLink } from '../app/links.ts';
import { useAsked } from '../period/asked.tsx';
import { counted } from '../words/format.ts';

/** Whether its numbers are a lower bound. */
export const isAtLeast = (answer: Pick<ReportAnswer, 'coverage'> | undefined): boolean => answer?.coverage === 'at-least';

/** A number that may be higher says so to the eye and to the ear. */
export const Bound = ({ of }: { readonly of: Pick<ReportAnswer, 'coverage'> | undefined }) =>
  isAtLeast(of) ? (
    <>
      <span class="bound" aria-hidden="true" title="at least: some days are not certain">
        ≥
      </span>
      <span class="unseen">at least </span>
    </>
  ) : null;

/** Plays that the rule could not tell, where the report counts them. */
function undecidedIn({ columns, rows }: ReportAnswer): number {
  const at = columns.findIndex(({ name }) => name === 'undecided_count');
  return at < 0 ? 0 : rows.reduce((sum, row) => sum + Number(row[at] ?? 0), 0);
}

/** 0: no day of them is known at all. */
function uncertaintyOf(days: number | null, of: string): string {
  if (days === 0) return 'nothing is known of these days';
  return `${days === null ? 'some days are' : counted(days, `day${of} is`, `days${of} are`)} not certain`;
}

/** What the numbers above it leave out, and why. Nothing where they leave out nothing. */
export function Notes({ answer }: { readonly answer: ReportAnswer }) {
  const coverage = usePageLink('/pipeline');
  const { question, about } = useAsked();
  // A day is counted for each account of which it is not certain.
  const of = question.account === null && about.accounts.length > 1 ? ' of accounts' : '';
  const undecided = undecidedIn(answer);
  const { hidden, uncertainDays } = answer;
  if (undecided === 0 && hidden === 0 && !isAtLeast(answer)) return null;
  return (
    <p class="note">
      {isAtLeast(answer) ? (
        <Link href={`${coverage}#coverage`} class="at-least">
          <span aria-hidden="true">≥ </span>at least: {uncertaintyOf(uncertainDays, of)}
        </Link>
      ) : null}
      {hidden > 0 ? <span>{counted(hidden, 'play is', 'plays are')} left out by your rules. </span> : null}
      {undecided > 0 ? (
        <span>{counted(undecided, 'play is', 'plays are')} undecided: the rule needs a length that is not known. </span>
      ) : null}
    </p>
  );
}
