import { useReport } from '../data/queries.ts';
import type { ReportRows, Told } from '../data/report-rows.ts';
import { Bound, isAtLeast } from '../panels/notes.tsx';
import { Panel } from '../panels/panel.tsx';
import { useAsked } from '../period/asked.tsx';
import { days, duration, number, percent } from '../words/format.ts';

type Row = ReportRows['listening-totals'];

interface Total {
  readonly name: string;
  readonly of: (row: Row) => number | null;
  readonly words: (value: number) => string;
}

const TOTALS: readonly Total[] = [
  { name: 'Plays', of: ({ play_count }) => play_count, words: (value) => number(value) },
  { name: 'Listened', of: ({ ms_played }) => ms_played, words: duration },
  { name: 'Tracks', of: ({ track_count }) => track_count, words: (value) => number(value) },
  { name: 'Artists', of: ({ artist_count }) => artist_count, words: (value) => number(value) },
  { name: 'Albums', of: ({ album_count }) => album_count, words: (value) => number(value) },
  { name: 'Days with a play', of: ({ day_count }) => day_count, words: (value) => number(value) },
];

/** The period in numbers, each against the period before. */
export function Totals() {
  const { params, paramsBefore } = useAsked();
  const query = useReport('listening-totals', params);
  const before = useReport('listening-totals', paramsBefore ?? params, paramsBefore !== null);
  const isComparable = paramsBefore !== null && before.isSuccess && !before.isPlaceholderData && !query.isPlaceholderData;
  return (
    <Panel title="In numbers" report="listening-totals" params={params} query={query} height={6.5} class="totals">
      {(told) => (
        <dl class="tiles">
          {TOTALS.map((total) => (
            <Tile key={total.name} total={total} told={told} before={isComparable ? before.data : null} />
          ))}
        </dl>
      )}
    </Panel>
  );
}

function Tile({ total: { name, of, words }, told, before }: { total: Total; told: Told<Row>; before: Told<Row> | null }) {
  const now = told.rows[0] === undefined ? null : of(told.rows[0]);
  const was = before?.rows[0] === undefined ? null : of(before.rows[0]);
  const isRough = isAtLeast(told.answer) || isAtLeast(before?.answer);
  return (
    <div class="tile">
      <dt>{name}</dt>
      <dd>
        <span class="tile-value">
          {now === null ? (
            '–'
          ) : (
            <>
              <Bound of={told.answer} />
              {words(now)}
            </>
          )}
        </span>
        {before === null || now === null ? null : <Change now={now} was={was ?? 0} isRough={isRough} />}
      </dd>
    </div>
  );
}

/** `isRough`: one of the two may be higher, so the change may be another. */
function Change({ now, was, isRough }: { readonly now: number; readonly was: number; readonly isRough: boolean }) {
  const { before } = useAsked();
  const than = before === null ? 'before' : days(before.from ?? '', before.to ?? '');
  if (was === 0) return <span class="change">none known before</span>;
  const part = (now - was) / was;
  const about = isRough ? 'about ' : '';
  if (Math.abs(part) < 0.0005) return <span class="change">as before</span>;
  return (
    <span
      class="change"
      title={`${about}${percent(Math.abs(part))} ${part > 0 ? 'more' : 'less'} than ${than}${isRough ? '; days are not certain, so the change is not exact' : ''}`}
    >
      <span aria-hidden="true">
        {part > 0 ? '▲' : '▼'} {isRough ? '≈ ' : ''}
        {percent(Math.abs(part))}
      </span>
      <span class="unseen">
        {about}
        {percent(Math.abs(part))} {part > 0 ? 'more' : 'less'} than {than}
      </span>
    </span>
  );
}
