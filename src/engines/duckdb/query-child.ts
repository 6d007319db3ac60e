/** Entry point of the process in which a person's SQL runs: one job at a time, told and answered over the IPC channel. Who wants it stopped kills it. */
import process from 'node:process';
// Loaded before it is asked: it may be started ahead of its first job.
import '@duckdb/node-api';
import { createSystemClock } from '../../kernel/clock.ts';
import { asPipelineError } from '../../kernel/errors.ts';
import { answerGuarded, type GuardedJob } from './guarded-query.ts';
import type { FromChild, ToChild } from './query-process.ts';

const clock = createSystemClock();
const never = new AbortController().signal;

const tell = (message: FromChild): void => {
  process.send?.(message);
};

async function run(job: GuardedJob): Promise<void> {
  try {
    const given = await answerGuarded(job, clock, never);
    tell({ kind: 'columns', columns: given.columns });
    for await (const rows of given.batches) tell({ kind: 'rows', rows });
    tell({ kind: 'end', stats: given.stats() });
  } catch (error) {
    const { message, code, hint } = asPipelineError(error);
    tell({ kind: 'failed', message, code, hint });
  }
}

process.on('message', (message: ToChild) => {
  void run(message.job);
});
process.on('disconnect', () => process.exit(0));
