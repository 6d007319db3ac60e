import type { Config } from '../config.ts';
import type { Clock } from '../kernel/clock.ts';
import { asPipelineError } from '../kernel/errors.ts';
import { endOfLogin } from '../source/login-end.ts';
import type { Credentials } from './credentials.ts';

/**
 * How a login stands. `none`: nobody is logged in. `unknown`: its date is not known (a token of the environment) or cannot be read. `month`, `week`,
 * `day`: it ends within 30, 7 days or 1 day. `ended`: only a new login helps.
 */
export type LoginLevel = 'none' | 'unknown' | 'ok' | 'month' | 'week' | 'day' | 'ended';

export interface LoginDates {
  readonly account: string;
  readonly from: 'environment' | 'credentials' | null;
  /** ISO 8601, UTC. */
  readonly loggedInAt: string | null;
  /** Refreshing does not move it: six calendar months after the login. */
  readonly expiresAt: string | null;
  /** Whole days, rounded down; below 0 once it is over. */
  readonly daysLeft: number | null;
  readonly level: LoginLevel;
  /** Why the login could not be looked at. */
  readonly problem: string | null;
}

/** What the dates are known from. */
interface LoginsKept {
  readonly config: Config;
  readonly clock: Clock;
  readonly credentials: Credentials;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Of every account of the settings, in their order. Never throws: a login that cannot be read is a `problem`. */
export async function loginDates({ config, clock, credentials }: LoginsKept): Promise<readonly LoginDates[]> {
  const dates: LoginDates[] = [];
  for (const { name, refreshToken } of config.accounts) {
    const unknown = { account: name, from: null, loggedInAt: null, expiresAt: null, daysLeft: null, problem: null };
    if (refreshToken !== null) {
      dates.push({ ...unknown, from: 'environment', level: 'unknown' });
      continue;
    }
    try {
      const login = await credentials.login(name);
      if (login === null) dates.push({ ...unknown, level: 'none' });
      else
        dates.push({
          account: name,
          from: 'credentials',
          problem: null,
          ...datesOf(login.loggedInAt, login.state === 'ended', clock.now()),
        });
    } catch (error) {
      dates.push({ ...unknown, level: 'unknown', problem: asPipelineError(error).message });
    }
  }
  return dates;
}

/** Accounts that a run may ask for: those with a token in the environment, or with a login that is not over. */
export async function loggedIn(context: LoginsKept): Promise<ReadonlySet<string>> {
  const dates = await loginDates(context);
  return new Set(dates.flatMap(({ account, from, level }) => (from === null || level === 'ended' ? [] : [account])));
}

type Dates = Pick<LoginDates, 'loggedInAt' | 'expiresAt' | 'daysLeft' | 'level'>;

function datesOf(loggedInAt: string, isEnded: boolean, now: Date): Dates {
  const end = endOfLogin(new Date(loggedInAt));
  const left = end.getTime() - now.getTime();
  return { loggedInAt, expiresAt: end.toISOString(), daysLeft: Math.floor(left / DAY_MS), level: isEnded ? 'ended' : levelOf(left) };
}

function levelOf(left: number): LoginLevel {
  if (left <= 0) return 'ended';
  if (left <= DAY_MS) return 'day';
  if (left <= 7 * DAY_MS) return 'week';
  return left <= 30 * DAY_MS ? 'month' : 'ok';
}

/** What a person should hear beside any work on the lake, a line for each account that needs it. */
export function loginWarnings(dates: readonly LoginDates[]): readonly string[] {
  return dates.flatMap(({ account, expiresAt, daysLeft, level, problem }) => {
    const login = `tonearm login --account ${account}`;
    if (problem !== null) return [`the login of ${account} cannot be read: ${problem}`];
    if (level === 'ended') return [`the login of ${account} is over: nothing new is read for it until ${login}`];
    if (level !== 'month' && level !== 'week' && level !== 'day') return [];
    const when = daysLeft === 0 ? 'in less than a day' : `in ${daysLeft} ${daysLeft === 1 ? 'day' : 'days'}`;
    return [`the login of ${account} ends ${when}, on ${expiresAt?.slice(0, 10)}; ${login} makes a new one`];
  });
}
