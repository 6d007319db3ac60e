import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { useAsked } from '../period/asked.tsx';
import { days } from '../words/format.ts';

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
    </div>
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
