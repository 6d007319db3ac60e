import { z } from 'zod';

/** Parameters that reports share. They come as text from a command line or an address, so numbers are read from text. */

/** The account by its name in the config; null = all. */
export const account = z
  .string()
  .regex(/^[a-z0-9-]+$/)
  .nullable()
  .default(null)
  .describe('Account by its name in the config; all where omitted');

const day = z.iso.date().nullable().default(null);

/** Whole days in `time_zone`, both included; null = open. */
export const period = {
  from: day.describe('First day, YYYY-MM-DD'),
  to: day.describe('Last day, YYYY-MM-DD'),
};

/** Days and months begin at midnight there. */
export const timeZone = z
  .string()
  .refine(isTimeZone, { error: 'no time zone; write one such as Europe/Berlin' })
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

/** Rows shown at most. */
export const limit = (standard: number): z.ZodDefault<z.ZodCoercedNumber> =>
  z.coerce.number().int().min(1).max(10_000).default(standard).describe('Rows shown at most');
