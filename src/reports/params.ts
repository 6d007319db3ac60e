import { z } from 'zod';

/** Parameters that reports share. They come as text from a command line or an address, so numbers are read from text. */

/** The account by its name in the config; null = all. */
export const account = z
  .string()
  .regex(/^[a-z0-9-]+$/, { error: 'a name of a-z, 0-9 and -' })
  .nullable()
  .default(null)
  .describe('Account by its name in the config; all where omitted');

const day = z.iso.date({ error: 'a day, such as 2026-01-31' }).nullable().default(null);

/** Whole days in `time_zone`, both included; null = open. */
export const period = {
  from: day.describe('First day, YYYY-MM-DD'),
  to: day.describe('Last day, YYYY-MM-DD'),
};

/** Days and months begin at midnight there. */
export const timeZone = z
  .string()
  .refine(isTimeZone, { error: 'a time zone, such as Europe/Berlin' })
  .default('UTC')
  .describe('Time zone in which days begin, such as Europe/Berlin');

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const MOST_ROWS = 10_000;
const ROWS = `a whole number, 1 to ${MOST_ROWS}`;

/** Rows shown at most. */
export const limit = (standard: number): z.ZodDefault<z.ZodCoercedNumber> =>
  z.coerce
    .number({ error: ROWS })
    .int({ error: ROWS })
    .min(1, { error: ROWS })
    .max(MOST_ROWS, { error: ROWS })
    .default(standard)
    .describe('Rows shown at most');
