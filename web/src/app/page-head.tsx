import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { Link } from 'wouter-preact';
import { useReport } from '../data/queries.ts';
import { useAsked } from '../period/asked.tsx';
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
