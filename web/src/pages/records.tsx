import { useEffect } from 'preact/hooks';
import type { CoverageAnswer } from '../../../src/surfaces/http/answers.ts';
import { CoverageMap } from '../charts/coverage-map.tsx';
import { useAnswer, useReport } from '../data/queries.ts';
import { Panel } from '../panels/panel.tsx';
import { Sum } from '../panels/sum.tsx';
import { useAsked } from '../period/asked.tsx';
import { age, counted, day, instant } from '../words/format.ts';

const STALE_HOURS = 24;
const HOUR_MS = 3_600_000;

/** How old the newest data of each stream is, the oldest first. */
export function FreshnessPanel() {
  const { question, timeZone } = useAsked();
  const asked = { account: question.account, threshold_hours: STALE_HOURS };
  const query = useReport('freshness', asked);
  return (
    <Panel title={`Freshness: no older than ${STALE_HOURS} hours`} report="freshness" params={asked} query={query} height={8}>
      {({ rows }) => (
        <ol class="freshness">
          {rows.map(({ account_id, stream, newest_at, age_hours, is_stale }) => (
            <li
              key={`${account_id} ${stream}`}
              class={is_stale ? 'is-stale' : ''}
              title={newest_at === null ? '' : instant(newest_at, timeZone)}
            >
              <span>
                {account_id === null ? '' : `${account_id} · `}
                {stream.replaceAll('_', ' ')}
              </span>
              <span>
                {newest_at === null || age_hours === null ? 'never seen' : age(age_hours * HOUR_MS)}
                {is_stale ? <b> ! too old</b> : null}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}

export function RunHistory() {
  const { params, timeZone } = useAsked();
  const { counting: _, ...period } = params;
  const asked = { ...period, limit: 20 };
  const query = useReport('runs', asked);
  return (
    <Panel title="Runs of the period" report="runs" params={asked} query={query} height={9}>
      {({ rows }) => (
        <ol class="entries">
          {rows.map((run) => (
            <li key={run.run_id} class={run.outcome === 'done' ? 'fact' : 'fact fact-odd'}>
              <b>
                {run.verb} {run.outcome}
                <span class="quiet"> · {instant(run.started_at, timeZone)}</span>
              </b>
              <span>
                <Sum of={tallyOf(run)} isReconciled={run.is_reconciled} />
                <span class="quiet">
                  {' '}
                  · {counted(run.requests, 'request')} in {age(Date.parse(run.finished_at) - Date.parse(run.started_at))}
                </span>
                {run.error === null ? null : <span class="summary-odd"> {run.error}</span>}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}

interface Records {
  readonly records_read: number;
  readonly records_kept: number;
  readonly records_merged: number;
  readonly records_duplicate: number;
  readonly records_filtered: number;
  readonly records_quarantined: number;
}

const tallyOf = (run: Records) => ({
  read: run.records_read,
  kept: run.records_kept,
  merged: run.records_merged,
  duplicate: run.records_duplicate,
  filtered: run.records_filtered,
  quarantined: run.records_quarantined,
});

/** Of which days it is certain what was played, and when to ask Spotify for the next export. */
export function CoveragePanel() {
  const { params, question } = useAsked();
  const { from = null, to = null, account = null } = params;
  const asked = { from, to, account };
  const query = useReport('coverage', asked);
  const next = useAnswer<CoverageAnswer>('/api/coverage', { account: question.account });
  const isAskedFor = location.hash === '#coverage';
  useEffect(() => {
    if (query.isSuccess && isAskedFor) document.getElementById('coverage')?.scrollIntoView();
  }, [query.isSuccess, isAskedFor]);
  return (
    <div id="coverage">
      <Panel title="Coverage: of which days is it certain" report="coverage" params={asked} query={query} height={14}>
        {({ rows }) => <CoverageMap months={rows} />}
      </Panel>
      <ul class="note next-exports">
        {(next.data?.next ?? []).map(({ account: whose, askOn, because }) => (
          <li key={whose}>
            <b>{whose}</b>: {askOn === null ? '' : `ask Spotify for an export on ${day(askOn)} or later; `}
            {because}.
          </li>
        ))}
      </ul>
    </div>
  );
}
