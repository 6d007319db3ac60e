import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { Link, useLocation, useSearch } from 'wouter-preact';
import { useReport } from '../data/queries.ts';
import { useAsked } from '../period/asked.tsx';
import { searchOf } from '../period/question.ts';
import { dayIn, plusDays } from '../period/span.ts';
import { age, days } from '../words/format.ts';
import { usePageLink } from './links.ts';

/** The days that a page speaks of, as its title: whoever looks at a number sees of when it is. */
export function PeriodHead({ page }: { readonly page: string }) {
  const { span, before, question, about } = useAsked();
  const first = span.from ?? about.firstPlayedOn;
  const words = first === null ? 'Nothing played yet' : days(first, span.to ?? about.today);
  const whose = [question.account ?? (about.accounts.length > 1 ? 'all accounts' : null), question.timeZone].filter(
    (word) => word !== null,
  );
  useTitle(`${page}: ${words}`);
  return (
    <div class="page-head">
      <h1>
        <span class="eyebrow">
          {page}
          {whose.map((word) => ` · ${word}`)}
        </span>
        <span class="page-title">{words}</span>
      </h1>
      {before === null ? null : (
        <p class="page-aside">
          <span>compared with</span> {days(before.from ?? '', before.to ?? '')}
        </p>
      )}
      <Stale />
      <NothingHere />
    </div>
  );
}

const STALE_HOURS = 24;
const HOUR_MS = 3_600_000;

/** Plays that were not read yet are missing in every panel. */
function Stale() {
  const { question } = useAsked();
  const pipeline = usePageLink('/pipeline');
  const query = useReport('freshness', { account: question.account, threshold_hours: STALE_HOURS });
  const polled = (query.data?.rows ?? []).filter(({ stream, is_stale }) => stream === 'recently_played' && is_stale);
  const oldest = polled.reduce<number | null>((most, { age_hours }) => (age_hours === null ? most : Math.max(most ?? 0, age_hours)), null);
  if (oldest === null) return null;
  return (
    <p class="stale">
      <b aria-hidden="true">! </b>Plays of{' '}
      {polled
        .map(({ account_id }) => account_id)
        .filter((name) => name !== null)
        .join(' and ')}{' '}
      were last read {age(oldest * HOUR_MS)} ago: <Link href={pipeline}>later ones are not here yet</Link>
    </p>
  );
}

const NEWEST_DAYS = 30;

/** Where nothing is known of the period, the way to where something is. */
function NothingHere() {
  const { params, question, about, timeZone } = useAsked();
  const totals = useReport('listening-totals', params);
  const isEmpty = totals.data?.rows.length === 0 && !totals.isPlaceholderData && about.firstPlayedOn !== null;
  const newest = useReport('recent-plays', { account: question.account, time_zone: question.timeZone, limit: 1 }, isEmpty);
  const [path] = useLocation();
  const beside = useSearch();
  const endedAt = newest.data?.rows[0]?.ended_at;
  if (!isEmpty || endedAt === undefined) return null;
  const to = dayIn(timeZone, endedAt);
  const span = { from: plusDays(to, 1 - NEWEST_DAYS), to };
  return (
    <p class="stale">
      No play of these days is known.{' '}
      <Link href={`${path}?${searchOf({ ...question, range: 'custom', days: span }, beside)}`}>Show {days(span.from, span.to)}</Link>, which
      end with the newest play.
    </p>
  );
}

export function PlainHead({
  page,
  title,
  children,
}: {
  readonly page: string;
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  useTitle(page);
  return (
    <div class="page-head">
      <h1>
        <span class="eyebrow">{page}</span>
        <span class="page-title">{title}</span>
      </h1>
      {children}
    </div>
  );
}

function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Tonearm`;
  }, [title]);
}
