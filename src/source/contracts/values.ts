import { z } from 'zod';

/** Never empty: it becomes a key. */
export const id = z.string().min(1);

/** A count or a length: whole, not negative, and exact as a JavaScript number. */
export const count = z.int().nonnegative();

export const text = z.string().nullish();
export const flag = z.boolean().nullish();
export const maybeCount = count.nullish();
export const total = z.object({ total: maybeCount }).nullish();
export const images = z.array(z.object({ url: z.string(), width: z.number().nullish(), height: z.number().nullish() })).nullish();

const TIMESTAMP = /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)$/;
const FIRST_YEAR = 2006; // Spotify was founded in it.
const LAST_YEAR = 2100;

/** Milliseconds since 1970; NaN for anything but an ISO 8601 date-time with its zone. A day that its month lacks is none. */
export function epochMs(value: string): number {
  const [, year, month, day] = TIMESTAMP.exec(value) ?? [];
  if (year === undefined || Number(day) < 1 || Number(day) > daysIn(Number(year), Number(month))) return Number.NaN;
  return Date.parse(value);
}

const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate();

function isInSpotifysTime(value: string): boolean {
  const ms = epochMs(value);
  return ms >= Date.UTC(FIRST_YEAR, 0) && ms < Date.UTC(LAST_YEAR, 0);
}

export const timestamp = z.string().refine(isInSpotifysTime, { error: 'a date-time from 2006 to 2100' });

/** Very old playlist items have null or the first second of 1970 in place of a time. */
export const addedAt = z
  .string()
  .refine((value) => isInSpotifysTime(value) || epochMs(value) === 0, { error: 'a date-time from 2006 to 2100, or the start of 1970' });
