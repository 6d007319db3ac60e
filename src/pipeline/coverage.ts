import { PipelineError } from '../kernel/errors.ts';
import { coverage as report } from '../reports/coverage.ts';
import type { Coverage, CoverageOptions, Month, NextExport } from './certainty.ts';
import type { Context } from './context.ts';
import { withEngine } from './engine-access.ts';
import { reportRows } from './report-rows.ts';

/** An export closes a day that ends at least 7 days before its own end: the 8th day after it is the first that will do. */
const DAYS_TO_CLOSE = 8;

/**
 * Spotify's "account data" holds the streaming history of the past year, "extended streaming history" the whole life of the account
 * (https://support.spotify.com/article/understanding-my-data/). The former comes within days, the latter within about a month: a month is left.
 */
const DAYS_OF_ACCOUNT_DATA = 365 - 30;

const DAY_MS = 24 * 60 * 60 * 1000;
const plusDays = (day: string, days: number): string => new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
const later = (one: string, other: string): string => (one > other ? one : other);

export async function coverage(context: Context, { account, from, to }: CoverageOptions, signal: AbortSignal): Promise<Coverage> {
  if (from !== null && to !== null && to < from) {
    throw new PipelineError(`from is ${from} and to is ${to}, which is before it`, { code: 'usage', hint: 'Swap the two.' });
  }
  return withEngine(context, async (engine) => {
    const all = await reportRows(engine, report, { account }, context.clock, signal);
    const today = context.clock.now().toISOString().slice(0, 10);
    const months = all.filter(({ month }) => (from === null || month >= `${from.slice(0, 7)}-01`) && (to === null || month <= to));
    const accounts = [...new Set(all.map(({ account_id }) => account_id))];
    const next = accounts.map((name) =>
      nextExport(
        name,
        all.filter(({ account_id }) => account_id === name),
        today,
      ),
    );
    return { months, next };
  });
}

/** `months` of one account, in order; `today` in UTC. */
export function nextExport(account: string, months: readonly Month[], today: string): NextExport {
  const sum = (count: (month: Month) => number): number => months.reduce((total, month) => total + count(month), 0);
  const holes = sum(({ gap_days, unknown_days }) => gap_days + unknown_days);
  const uncertainDays = holes + sum(({ provisional_days }) => provisional_days);
  const oldest = months.find(({ first_uncertain_day }) => first_uncertain_day !== null)?.first_uncertain_day ?? null;
  const lastHole = months.findLast(({ last_hole_day }) => last_hole_day !== null)?.last_hole_day ?? null;
  const shared = { account, uncertainDays, oldestUncertainDay: oldest };
  if (oldest === null) return { ...shared, askOn: null, because: 'every day is certain' };
  if (lastHole !== null) {
    const because = `${holes} ${holes === 1 ? 'day has a gap or is' : 'days have gaps or are'} unknown, the last ${lastHole}: only an export fills them`;
    return { ...shared, askOn: later(today, plusDays(lastHole, DAYS_TO_CLOSE)), because };
  }
  const because = `polls alone tell of ${oldest} and later; account data reach back about a year, the extended history to the first play`;
  return { ...shared, askOn: later(later(today, plusDays(oldest, DAYS_TO_CLOSE)), plusDays(oldest, DAYS_OF_ACCOUNT_DATA)), because };
}
