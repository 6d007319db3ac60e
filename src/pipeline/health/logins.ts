import type { Context } from '../context.ts';
import type { Finding } from '../findings.ts';
import { type LoginDates, loginDates } from '../login-dates.ts';

/** Whether each account of the settings is logged in, and until when. */
export async function loginFindings(context: Pick<Context, 'config' | 'clock' | 'credentials'>): Promise<readonly Finding[]> {
  return (await loginDates(context)).map(findingOf);
}

function findingOf({ account, from, expiresAt, daysLeft, level, problem }: LoginDates): Finding {
  const check = 'login';
  const where = `account ${account}`;
  const again = `Run \`tonearm login --account ${account}\`.`;
  if (problem !== null)
    return { check, state: 'fail', where, found: problem, next: `See to where logins are kept, or log in again. ${again}` };
  if (from === 'environment') return { check, state: 'ok', where, found: 'has a refresh token in the environment', next: null };
  if (level === 'none') {
    const next = 'Runs ask nothing for it before it is logged in; imports need no login.';
    return { check, state: 'warn', where, found: 'not logged in: no refresh token', next: `${again} ${next}` };
  }
  if (level === 'ended') return { check, state: 'fail', where, found: 'its login is over', next: again };
  const found = `logged in until ${expiresAt?.slice(0, 10)}, ${daysLeft} days`;
  return level === 'ok' ? { check, state: 'ok', where, found, next: null } : { check, state: 'warn', where, found, next: again };
}
