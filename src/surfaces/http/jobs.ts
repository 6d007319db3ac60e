import { summaryOf } from '../../pipeline/run-history.ts';
import type { RunLive } from './answers.ts';
import type { Desk } from './desk.ts';

type Report = Parameters<Parameters<NonNullable<Desk['scheduled']>['schedule']['keep']>[0]['onReport']>[0];

const STATES: Readonly<Record<Report['outcome'], Exclude<RunLive['state'], 'running'>>> = {
  done: 'done',
  failed: 'failed',
  deferred: 'deferred',
  login_needed: 'failed',
  cancelled: 'cancelled',
  held: 'failed',
};

/** Does the jobs of the schedule in time, until the signal fires. Nothing where something else does them. */
export async function keepSchedule({ scheduled, work, log, app, lake }: Desk, signal: AbortSignal): Promise<void> {
  if (scheduled === null) return;
  let last = Promise.resolve();
  const ended = async (report: Report): Promise<void> => {
    const { outcome, message, hint, runId, name, account, did } = report;
    log.info(`job ${account === null ? name : `${account}/${name}`} ${outcome}`, { did, ...(message === null ? {} : { message }) });
    const summary = runId === null ? null : await summaryOf(app.store, runId);
    const error = message === null || summary !== null ? null : ({ code: 'check_failed', message, hint } as const);
    await lake.look().catch((cause: unknown) => log.warn('the catalog could not be read', { cause: String(cause) }));
    work.jobEnded(STATES[outcome], summary, error);
  };
  const onReport = (report: Report): void => {
    last = last.then(() => ended(report));
  };
  await scheduled.schedule.keep({ isOnce: false, onReport }, signal);
  await last;
}
