import type { LoginDates } from '../login-dates.ts';
import type { Notice } from '../notify.ts';
import type { Job } from './jobs.ts';
import { NO_ACCOUNT, placeOf } from './memory.ts';
import type { Turn } from './turn.ts';

/** Something that a person should hear of. */
export interface Trouble extends Omit<Notice, 'at' | 'account'> {
  /** Whose it is, as the schedule remembers it. */
  readonly place: string;
  readonly account: string | null;
  /** The same key of a place is told once, or once a day. */
  readonly key: string;
  readonly isDaily: boolean;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** So many failures in a row are worth a word: one may be the weather. */
const FAILURES = 3;

const LOGIN_NEEDED = 'login_needed';
const failed = ({ name }: Job): string => `failed.${name}`;

/** What is no longer so after this turn, and is told anew when it comes again. */
export function overWith(job: Job, { outcome }: Turn): readonly string[] {
  if (outcome === 'done') return [failed(job), ...(job.kind === 'run' ? [LOGIN_NEEDED] : [])];
  return [];
}

/** What a turn says to a person. `failures` in a row, this one counted; `deferredSince`: since when Spotify lets nobody in. */
export function troublesOf(job: Job, turn: Turn, failures: number, deferredSince: Date | null, now: Date): readonly Trouble[] {
  const base = { place: placeOf(job), account: job.account, hint: turn.problem?.hint ?? null };
  const message = turn.problem?.message ?? '';
  const said: Trouble[] = [];
  if (turn.outcome === 'login_needed') {
    said.push({ ...base, event: LOGIN_NEEDED, key: LOGIN_NEEDED, isDaily: true, message, details: { job: job.name } });
  }
  const isCheck = turn.problem?.code === 'check_failed';
  if (turn.outcome === 'failed' && (failures >= FAILURES || isCheck)) {
    const details = { job: job.name, code: turn.problem?.code, failures };
    said.push({ ...base, event: isCheck ? 'check_failed' : 'run_failed', key: failed(job), isDaily: true, message, details });
  }
  if (turn.outcome === 'deferred') said.push(...deferredTrouble(turn, deferredSince ?? now, now));
  return [...said, ...summaryTroubles(job, turn), ...driftTroubles(job, turn)];
}

function deferredTrouble({ problem }: Turn, since: Date, now: Date): readonly Trouble[] {
  const until = problem?.retryAt ?? now.toISOString();
  if (Date.parse(until) - since.getTime() <= DAY_MS) return [];
  const message = `Spotify answers nothing since ${since.toISOString()}, until ${until}: ${problem?.message}`;
  const details = { since: since.toISOString(), until, code: problem?.code };
  // A pause is the app's, whoever met it.
  return [{ place: NO_ACCOUNT, account: null, event: 'deferred', key: 'deferred', isDaily: true, message, hint: null, details }];
}

function summaryTroubles(job: Job, { summary }: Turn): readonly Trouble[] {
  if (summary === null) return [];
  const base = { place: placeOf(job), account: job.account };
  const closed = summary.streams.filter(({ outcome }) => outcome === 'unavailable');
  const odd = summary.streams.filter(({ quarantined }) => quarantined > 0);
  return [
    ...closed.map(({ stream, error }) => ({
      ...base,
      event: 'stream_unavailable',
      key: `unavailable.${stream}`,
      isDaily: false,
      message: error?.message ?? `${stream} is closed to this app`,
      hint: error?.hint ?? null,
      details: { stream },
    })),
    ...odd.map(({ stream, quarantined }) => ({
      ...base,
      event: 'quarantine_rose',
      key: `quarantine.${stream}`,
      isDaily: true,
      message: `${quarantined} of what ${stream} answered could not be placed`,
      hint: 'Run `tonearm quarantine`.',
      details: { stream, quarantined, runId: summary.runId },
    })),
  ];
}

function driftTroubles(job: Job, { drift }: Turn): readonly Trouble[] {
  return drift.flatMap(({ stream, gone, noticed }) => {
    // Runs notice a loss with the first answer that lacks it, the comparison once all recent ones do.
    const lost = noticed.filter(({ isLoss }) => isLoss).map(({ path }) => path);
    const fields = [...new Set([...lost, ...gone])].sort();
    if (fields.length === 0) return [];
    const message = `Spotify no longer says ${fields.join(', ')} of ${stream}`;
    const key = `drift.${stream}.${fields.join()}`;
    const hint = 'Run `tonearm schema diff`.';
    return [{ place: placeOf(job), account: null, event: 'drift', key, isDaily: false, message, hint, details: { stream, fields } }];
  });
}

/** A login that ends, told once at 30, 7 and 1 days, and when it is over. */
export function loginTroubles(logins: readonly LoginDates[]): readonly Trouble[] {
  return logins.flatMap(({ account, expiresAt, daysLeft, level }) => {
    if (!['month', 'week', 'day'].includes(level) || expiresAt === null) return [];
    const message = `the login of ${account} ends on ${expiresAt.slice(0, 10)}, in ${daysLeft} ${daysLeft === 1 ? 'day' : 'days'}`;
    const hint = `Make a new one: tonearm login --account ${account}`;
    const key = `expires.${level}.${expiresAt}`;
    return [{ place: account, account, event: 'login_expires', key, isDaily: false, message, hint, details: { expiresAt, daysLeft } }];
  });
}
