import type { ErrorCode } from '../../kernel/errors.ts';
import { asPipelineError, PipelineError } from '../../kernel/errors.ts';
import { firstExitCode } from '../../kernel/exit-code.ts';
import type { RunSummary } from '../../tables/run-summary.ts';
import type { StreamDrift } from '../answers.ts';
import type { App, RunOptions } from '../app.ts';
import { type Outcome, outcomeOf } from '../summary.ts';
import type { JobOutcome } from './answers.ts';
import type { Job } from './jobs.ts';

/** The verbs that jobs are made of. */
export type Work = Pick<App, 'run' | 'build' | 'enrich' | 'remove' | 'compareRaw' | 'schemaDrift'>;

/** What one start of a job came to. */
export interface Turn {
  readonly outcome: JobOutcome;
  readonly exitCode: number;
  /** What went wrong or waits, first what counts most; null where nothing does. */
  readonly problem: Outcome | null;
  readonly summary: RunSummary | null;
  /** In words, such as `50 read, 50 kept`. */
  readonly did: string;
  readonly drift: readonly StreamDrift[];
}

/** Does the work of a job. What goes wrong is in the answer; nothing is thrown. */
export async function takeTurn(work: Work, job: Job, signal: AbortSignal): Promise<Turn> {
  try {
    switch (job.kind) {
      case 'run':
        return ofRun(await work.run(optionsOf(job), signal));
      case 'build':
        return ofRun(await work.build(signal));
      case 'enrich':
        return ofRun(await work.enrich({ account: null, budget: null }, signal));
      case 'retain':
        return await retained(work, signal);
      case 'check':
        return await checked(work, signal);
    }
  } catch (error) {
    return ended([outcomeOf(signal.aborted ? cancelled(error) : error)], {});
  }
}

const optionsOf = ({ account, streams, landsOnly }: Job): RunOptions => ({
  accounts: account === null ? [] : [account],
  streams,
  landOnly: landsOnly,
});

/** What ends half-way because it was told to end has not failed, whatever it says. */
const cancelled = (error: unknown): PipelineError => new PipelineError(asPipelineError(error).message, { code: 'cancelled', cause: error });

function ofRun(summary: RunSummary): Turn {
  const { requests, read, kept } = {
    requests: summary.streams.reduce((sum, one) => sum + one.requests, 0),
    ...summary.total,
  };
  const became = summary.catalogVersion === null ? 'landed only' : `${read} read, ${kept} kept`;
  return ended(summary.outcomes, { summary, did: `${count(requests, 'request')}, ${became}` });
}

async function retained(work: Work, signal: AbortSignal): Promise<Turn> {
  const { selected, receipts } = await work.remove({ verb: 'retain' }, { confirmed: true }, signal);
  return ended([], { did: receipts.length === 0 ? 'nothing to remove' : `${count(selected.rawObjects, 'raw object')} removed` });
}

const DIFFERENCES = [
  ['missed', 'landed and in no table'],
  ['gone', 'in the tables and no longer in raw'],
  ['unnoted', 'in raw without a landing note'],
] as const;

async function checked(work: Work, signal: AbortSignal): Promise<Turn> {
  const comparison = await work.compareRaw();
  const drift = await work.schemaDrift({ stream: null }, signal);
  const wrong = DIFFERENCES.flatMap(([name, what]) => (comparison[name].length === 0 ? [] : `${comparison[name].length} ${what}`));
  const did = `${count(comparison.landed, 'raw object')} compared with the tables`;
  if (wrong.length === 0) return ended([], { did, drift });
  const error = new PipelineError(`raw and the tables differ: ${wrong.join(', ')}`, {
    code: 'check_failed',
    hint: 'Run `tonearm rebuild --check`, which names them and says what to do.',
  });
  return ended([outcomeOf(error)], { did, drift });
}

const count = (value: number, what: string): string => `${value.toLocaleString('en-US')} ${what}${value === 1 ? '' : 's'}`;

function ended(outcomes: readonly Outcome[], facts: Partial<Pick<Turn, 'summary' | 'did' | 'drift'>>): Turn {
  const exitCode = firstExitCode(outcomes.map((one) => one.exitCode));
  const problem = outcomes.find(({ code }) => code === 'cancelled') ?? outcomes.find((one) => one.exitCode === exitCode) ?? null;
  return { summary: null, did: '', drift: [], ...facts, exitCode, problem, outcome: nameOf(problem?.code ?? null) };
}

const NAMES: Partial<Record<ErrorCode, JobOutcome>> = {
  cancelled: 'cancelled',
  lease_held: 'held',
  login_needed: 'login_needed',
  rate_limited: 'deferred',
  quota_exceeded: 'deferred',
};

function nameOf(code: string | null): JobOutcome {
  if (code === null) return 'done';
  return Object.entries(NAMES).find(([name]) => name === code)?.[1] ?? 'failed';
}
