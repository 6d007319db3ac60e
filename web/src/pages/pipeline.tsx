import type { PipelineAnswer } from '../../../src/surfaces/http/answers.ts';
import { PlainHead } from '../app/page-head.tsx';
import { useAnswer } from '../data/queries.ts';
import { useAsked } from '../period/asked.tsx';
import { days, instant } from '../words/format.ts';
import { LakeNow } from './lake-now.tsx';
import { LiveRun } from './live-run.tsx';
import { Doctor, Drift, Quarantine } from './oddities.tsx';
import { CoveragePanel, FreshnessPanel, RunHistory } from './records.tsx';
import '../style/pipeline.css';

export function Pipeline() {
  const { timeZone, span, about } = useAsked();
  const query = useAnswer<PipelineAnswer>('/api/pipeline', {});
  const catalog = query.data?.status.catalog;
  const first = span.from ?? about.firstPlayedOn;
  return (
    <>
      <PlainHead page="Pipeline" title={about.lake}>
        <p class="page-aside">
          {catalog === undefined || catalog.version === 0 ? 'nothing built yet' : `built ${instant(catalog.committedAt, timeZone)}`}
        </p>
      </PlainHead>
      <div class="pair">
        <LiveRun />
        <LakeNow query={query} />
      </div>
      <FreshnessPanel />
      <p class="eyebrow">{first === null ? 'The period' : days(first, span.to ?? about.today)}</p>
      <RunHistory />
      <CoveragePanel />
      <p class="eyebrow">Of the whole lake</p>
      <Quarantine />
      <div class="pair">
        <Drift />
        <Doctor />
      </div>
    </>
  );
}
