import type { ComponentChildren, ComponentType } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import type { ReportAnswer } from '../../../src/surfaces/http/answers.ts';
import { type Params, unreachable } from '../data/api.ts';
import type { ReportQuery } from '../data/queries.ts';
import type { Told } from '../data/report-rows.ts';
import { useAsked } from '../period/asked.tsx';
import { Notes } from './notes.tsx';
import { Empty, Failed, Waiting } from './state.tsx';
import { Tools } from './tools.tsx';

interface PanelProps<Row> {
  readonly title: string;
  readonly report: string;
  readonly params: Params;
  readonly query: ReportQuery<Row>;
  /** In rem: what it needs once it is there. */
  readonly height: number;
  readonly class?: string;
  /** Stands beside the title. */
  readonly aside?: ComponentChildren;
  readonly children: (told: Told<Row>) => ComponentChildren;
}

/** A report on the page, in all its states, with its tools and what its numbers leave out. */
export function Panel<Row>({ title, report, params, query, height, class: extra = '', aside, children }: PanelProps<Row>) {
  const [isTable, setTable] = useState(false);
  const id = useId();
  const { timeZone } = useAsked();
  const told = query.data;
  return (
    <section class={`panel ${extra}`} aria-labelledby={id} aria-busy={query.isFetching} data-report={report}>
      <header class="panel-head">
        <h2 id={id}>{title}</h2>
        {aside}
        <Tools title={title} report={report} params={params} isTable={isTable} onTable={setTable} />
      </header>
      <div class="panel-body" style={{ minBlockSize: `${height}rem` }}>
        <State query={query} height={height} title={title} />
        {told === undefined || told.rows.length === 0 || query.isError ? null : isTable ? (
          <Table answer={told.answer} caption={title} timeZone={timeZone} />
        ) : (
          children(told)
        )}
      </div>
      {told === undefined || query.isError ? null : <Notes answer={told.answer} />}
    </section>
  );
}

function State<Row>({ query, height, title }: { query: ReportQuery<Row>; height: number; title: string }) {
  if (query.isError) return <Failed error={query.error} onAgain={() => void query.refetch()} />;
  if (query.data === undefined) return <Waiting height={height} what={title} />;
  return query.data.rows.length === 0 ? <Empty>{query.data.answer.note}</Empty> : null;
}

interface TableProps {
  readonly answer: ReportAnswer;
  readonly caption: string;
  readonly timeZone: string;
}

/** Loaded when somebody wants to see the first one. */
function Table(props: TableProps) {
  const [Loaded, setLoaded] = useState<ComponentType<TableProps> | null>(null);
  const [error, setError] = useState<Error | null>(null);
  useEffect(() => void import('./table.tsx').then(({ ReportTable }) => setLoaded(() => ReportTable), setError), []);
  if (error !== null) return <Failed error={unreachable()} onAgain={() => location.reload()} />;
  return Loaded === null ? <Waiting height={8} what={props.caption} /> : <Loaded {...props} />;
}
