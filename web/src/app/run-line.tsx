import { Link } from 'wouter-preact';
import type { RunLive } from '../../../src/surfaces/http/answers.ts';
import { isHeard, run } from '../data/live.ts';
import { queries } from '../data/queries.ts';
import { useAsked } from '../period/asked.tsx';
import { counted, number, timeOfDay } from '../words/format.ts';
import { usePageLink } from './links.ts';

const ENDS: Readonly<Record<Exclude<RunLive['state'], 'running'>, string>> = {
  done: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
  deferred: 'deferred: Spotify asks to wait',
};

const VERBS: Readonly<Record<RunLive['verb'] | 'dryRun', string>> = {
  run: 'Run',
  import: 'Import',
  replay: 'Replay',
  schedule: 'Scheduled run',
  dryRun: 'Trying out',
};

/** One line for eyes and ears; steps that change with each request would never let a screen reader finish. */
function words(live: RunLive, timeZone: string): string {
  const verb = VERBS[live.isDryRun ? 'dryRun' : live.verb];
  if (live.state !== 'running') return `${verb} ${ENDS[live.state]}`;
  if (live.waiting !== null) return `${verb}: waiting for Spotify until ${timeOfDay(live.waiting.until, timeZone)}`;
  const step = live.steps.at(-1);
  return step === undefined ? `${verb} begins` : `${verb}: ${step.step.replaceAll('_', ' ')}`;
}

/** What the server is doing, beside the navigation; and whether it can be heard at all. */
export function RunLine() {
  const { timeZone } = useAsked();
  const pipeline = usePageLink('/pipeline');
  const live = run.value;
  const step = live?.state === 'running' ? live.steps.at(-1) : undefined;
  return (
    <div class="run-line">
      <p role="status" aria-live="polite">
        {live === null ? null : (
          <Link href={pipeline} class={`run-state run-${live.state}`}>
            {words(live, timeZone)}
          </Link>
        )}
      </p>
      {step === undefined ? null : (
        <span class="run-count" aria-hidden="true">
          {step.total === null ? counted(step.done, step.unit.slice(0, -1)) : `${number(step.done)}/${number(step.total)} ${step.unit}`}
        </span>
      )}
    </div>
  );
}

export function Silence() {
  if (isHeard.value) return null;
  return (
    <div class="banner" role="alert">
      <p>
        <strong>The server does not answer.</strong> What is shown here may be old; start it again with <code>tonearm serve</code>.
      </p>
      <button type="button" class="button" onClick={() => void queries.invalidateQueries()}>
        Try again
      </button>
    </div>
  );
}
