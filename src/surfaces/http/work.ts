import type { Clock } from '../../kernel/clock.ts';
import { asPipelineError, PipelineError } from '../../kernel/errors.ts';
import type { Ids } from '../../kernel/id.ts';
import type { Progress } from '../../pipeline/app.ts';
import type { ErrorAnswer, RunLive, RunStep, RunSummary } from './answers.ts';
import { createSingly } from './singly.ts';

/** What this process does to the lake: one thing at a time, told as it goes on. */
export interface Work {
  /** What goes on, or went on last. */
  live(): RunLive | null;
  /** Errors: `lease_held` where something is at work already. `done` never rejects: what goes wrong is in `live`. */
  start(what: Pick<RunLive, 'verb' | 'isDryRun'>, job: (signal: AbortSignal) => Promise<RunSummary>): Started;
  /** Ends what was started here, in order, as Ctrl-C does. Errors: `not_found` where nothing is at work; `conflict` for a job of the schedule. */
  cancel(): void;
  /** A job of the schedule has begun, unless that is known; or it has ended. */
  jobBegan(): void;
  jobEnded(state: Exclude<RunLive['state'], 'running'>, summary: RunSummary | null, error: ErrorAnswer['error'] | null): void;
  progress(event: Progress): void;
  /** Spotify is waited for; null: no more. */
  waits(until: Date | null): void;
  /** Stops what goes on and resolves once it has ended. */
  close(): Promise<void>;
}

export interface Started {
  readonly id: string;
  readonly done: Promise<RunLive>;
}

export interface WorkOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  /** Told of each change, four times a second at most. */
  readonly tell: (live: RunLive) => void;
  /** What went wrong, as it may be shown. */
  readonly shown: (error: unknown) => ErrorAnswer['error'];
  /** Told before the end of each piece of work is: it may have changed the lake. Never throws. */
  readonly onEnd: () => Promise<void>;
}

const TELL_EVERY_MS = 250;
/** A run has some twenty streams for each account. */
const MOST_STEPS = 300;
const WHY = 'Requests to Spotify wait: for a pause that it asked for, or for the pace that it takes.';

const busy = ({ verb, startedAt }: RunLive): PipelineError =>
  new PipelineError(`${verb === 'schedule' ? 'a job of the schedule' : `another ${verb}`} is at work since ${startedAt}`, {
    code: 'lease_held',
    retryable: true,
    hint: 'Wait until it has ended, or cancel it.',
  });

const stepId = ({ step, account }: RunStep): string => `${account ?? ''}/${step}`;

export function createWork({ clock, ids, tell, shown, onEnd }: WorkOptions): Work {
  let live: RunLive | null = null;
  let running: { readonly end: AbortController; readonly done: Promise<unknown> } | null = null;
  let isTold = true;

  /** Progress comes thousands of times a second; a page needs to hear of it now and then. */
  const telling = createSingly(async () => {
    while (!isTold && live?.state === 'running') {
      tell(live);
      isTold = true;
      await clock.sleep(TELL_EVERY_MS, new AbortController().signal);
    }
  });
  function change(edit: Partial<RunLive>): void {
    if (live?.state !== 'running') return;
    live = { ...live, ...edit };
    isTold = false;
    telling.start();
  }
  function begin(what: Pick<RunLive, 'verb' | 'isDryRun'>): RunLive {
    const startedAt = clock.now().toISOString();
    live = { id: ids.runId(), ...what, startedAt, state: 'running', steps: [], waiting: null, summary: null, error: null };
    tell(live);
    return live;
  }
  function end(state: RunLive['state'], summary: RunSummary | null, error: ErrorAnswer['error'] | null): void {
    if (live?.state !== 'running') return;
    live = { ...live, state, waiting: null, summary, error };
    tell(live);
  }

  async function worked(job: (signal: AbortSignal) => Promise<RunSummary>, signal: AbortSignal): Promise<void> {
    try {
      const summary = await job(signal);
      // Whoever hears that it is done asks at once what it changed.
      await onEnd();
      end(summary.outcome, summary, null);
    } catch (thrown) {
      const isStopped = signal.aborted || asPipelineError(thrown).code === 'cancelled';
      await onEnd();
      end(isStopped ? 'cancelled' : 'failed', null, shown(thrown));
    }
  }

  return {
    live: () => live,
    start: (what, job) => {
      if (live?.state === 'running') throw busy(live);
      const { id } = begin(what);
      const stop = new AbortController();
      const done = worked(job, stop.signal).then(() => {
        if (running?.end === stop) running = null;
        return live as RunLive;
      });
      running = { end: stop, done };
      return { id, done };
    },
    cancel: () => {
      if (live?.state !== 'running') throw new PipelineError('nothing is at work', { code: 'not_found', hint: 'It has ended already.' });
      if (running === null) {
        throw new PipelineError('a job of the schedule is at work', { code: 'conflict', hint: 'It ends with the server, or by itself.' });
      }
      running.end.abort();
    },
    jobBegan: () => {
      if (live?.state !== 'running') begin({ verb: 'schedule', isDryRun: false });
    },
    jobEnded: (state, summary, error) => {
      if (running === null) end(state, summary, error);
    },
    progress: ({ step, account, done, total, unit }) => {
      if (live?.state !== 'running') return;
      const one: RunStep = { step, account, done, total, unit };
      const at = live.steps.findIndex((known) => stepId(known) === stepId(one));
      if (at < 0 && live.steps.length >= MOST_STEPS) return;
      change({ steps: at < 0 ? [...live.steps, one] : live.steps.with(at, one) });
    },
    waits: (until) => change({ waiting: until === null ? null : { until: until.toISOString(), why: WHY } }),
    close: async () => {
      running?.end.abort();
      await running?.done;
    },
  };
}
