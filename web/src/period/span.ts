/** Days as `YYYY-MM-DD`, both ends included; null = open. */
export interface Span {
  readonly from: string | null;
  readonly to: string | null;
}

export type Range = '7d' | '30d' | 'year' | 'all' | 'custom';

/** Days of each range that ends today; an ordinary year, so that two of them can be compared. */
const LENGTH = { '7d': 7, '30d': 30, year: 365 } as const;

const DAY_MS = 24 * 60 * 60 * 1000;
const msOf = (day: string): number => Date.parse(`${day}T00:00:00Z`);

/** The day so many days later, or earlier where `count` is below 0. */
export const plusDays = (day: string, count: number): string => new Date(msOf(day) + count * DAY_MS).toISOString().slice(0, 10);

/** Of a closed span: 1 where both ends are the same day. */
export const daysBetween = (from: string, to: string): number => Math.round((msOf(to) - msOf(from)) / DAY_MS) + 1;

export const isDay = (text: string | null): text is string => {
  if (text === null || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const ms = msOf(text);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
};

/** The day on which an instant falls there. */
export const dayIn = (timeZone: string, instant: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date(instant));

/** The days that a range names on a day; `custom` is what the person wrote, in whichever order. */
export function spanOf(range: Range, written: Span, today: string): Span {
  if (range === 'all') return { from: null, to: null };
  if (range !== 'custom') return { from: plusDays(today, 1 - LENGTH[range]), to: today };
  const { from, to } = written;
  return from !== null && to !== null && to < from ? { from: to, to: from } : written;
}

/** As many days just before; null where the span is open at its beginning. A span without an end ends today. */
export function spanBefore({ from, to }: Span, today: string): Span | null {
  if (from === null) return null;
  const days = Math.max(1, daysBetween(from, to ?? today));
  return { from: plusDays(from, -days), to: plusDays(from, -1) };
}

/** The same number of days, so many lengths later. Null where the span is open, or would begin after today. */
export function spanShifted({ from, to }: Span, lengths: number, today: string): Span | null {
  if (from === null || to === null) return null;
  const days = daysBetween(from, to) * lengths;
  const moved = { from: plusDays(from, days), to: plusDays(to, days) };
  return moved.from > today ? null : moved;
}
