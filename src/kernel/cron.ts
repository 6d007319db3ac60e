import { Cron } from 'croner';

/** Five fields; nicknames such as `@daily` and a field of seconds are left out, since other crons do not agree on them. */
const FIVE_FIELDS = /^\S+( +\S+){4}$/;
/** Any day will do: what never comes in the years after it never comes. */
const SOME_DAY = new Date('2024-01-01T00:00:00Z');

/** Whether it is a cron expression of five fields that some time fits: `0 0 30 2 *` is none. */
export function isCron(text: string): boolean {
  if (!FIVE_FIELDS.test(text)) return false;
  try {
    return nextCron(text, 'UTC', SOME_DAY) !== null;
  } catch {
    return false; // The library says why; a person is shown an example instead.
  }
}

/**
 * The first time after `after` that fits the expression on the clocks of that zone; null where there is none. A time that the clocks leap
 * over comes when they have leapt, one that they show twice comes once; `*` and steps go on through both.
 */
export function nextCron(expression: string, timeZone: string, after: Date): Date | null {
  return new Cron(expression, { timezone: timeZone, mode: '5-part' }).nextRun(after);
}
