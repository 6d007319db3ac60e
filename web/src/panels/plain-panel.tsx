import type { UseQueryResult } from '@tanstack/preact-query';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { Failed, Waiting } from './state.tsx';

interface PlainPanelProps {
  readonly title: string;
  readonly id?: string;
  readonly class?: string;
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A panel of what is now, and of no period: there is no SQL for it. */
export function PlainPanel({ title, id, class: extra = '', aside, children }: PlainPanelProps) {
  const heading = useId();
  return (
    <section class={`panel ${extra}`} {...(id === undefined ? {} : { id })} aria-labelledby={heading}>
      <header class="panel-head">
        <h2 id={heading}>{title}</h2>
        {aside}
      </header>
      <div class="panel-body">{children}</div>
    </section>
  );
}

interface AnsweredProps<Answer> {
  readonly what: string;
  readonly query: UseQueryResult<Answer, Error>;
  /** In rem. */
  readonly height: number;
  readonly children: (answer: Answer) => ComponentChildren;
}

/** An answer, or why there is none yet. */
export function Answered<Answer>({ what, query, height, children }: AnsweredProps<Answer>) {
  if (query.isError) return <Failed error={query.error} onAgain={() => void query.refetch()} />;
  if (query.data === undefined) return <Waiting height={height} what={what} />;
  return <>{children(query.data)}</>;
}
