import { z } from 'zod';
import { COUNTINGS } from '../tables/rule.ts';

/** Parameters that reports share. They come as text from a command line or an address, so numbers are read from text. */

/** The account by its name in the config; null = all. */
export const account = z
  .string()
  .regex(/^[a-z0-9-]+$/, { error: 'a name of a-z, 0-9 and -' })
  .nullable()
  .default(null)
  .describe('Account by its name in the config; all where omitted');

/** A day as `YYYY-MM-DD`; null where omitted. */
export const day = z.iso.date({ error: 'a day, such as 2026-01-31' }).nullable().default(null);

/** Days and months begin at midnight there. */
export const timeZone = z
  .string()
  .refine(isTimeZone, { error: 'a time zone, such as Europe/Berlin' })
  .nullable()
  .default(null)
  .describe("Time zone in which days begin, such as Europe/Berlin; each account's own where omitted");

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Days that a person speaks of: whole ones, both included, null = open. */
export const days = {
  from: day.describe('First day, YYYY-MM-DD'),
  to: day.describe('Last day, YYYY-MM-DD'),
};

/** Whose data, and which days of it in `time_zone`. */
export const period = { ...days, account, time_zone: timeZone };

/**
 * What counts as a play. `half`: half of the known length or 4 minutes; where the length is not known, 4 minutes or `trackdone`.
 * Plays of which the rule cannot tell are not counted but shown as undecided.
 */
export const counting = oneOf(COUNTINGS)
  .nullable()
  .default(null)
  .describe(
    "What counts as a play: any, 30s (30 seconds or polled), completed, half (half of it or 4 minutes); the account's rule, else 30s, where omitted",
  );

/** Videos, local files and what nobody can tell are music. */
export const content = oneOf(['music', 'podcasts', 'audiobooks', 'all'])
  .default('music')
  .describe('What was listened to: music, podcasts, audiobooks or all');

/** One recording may have several track ids: single, album, new edition. */
export const by = oneOf(['track', 'recording']).default('track').describe('What a row is: track, or recording (all track ids of an ISRC)');

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

/** As many as `sql/shared/found.sql` looks for. */
const SOUGHT_WORDS = 8;

/** Words that are looked for; null where omitted. */
export const search = z
  .string()
  .trim()
  .min(1, { error: 'words to look for' })
  .overwrite((text) => text.replaceAll(/\s+/g, ' '))
  .refine((text) => text.split(' ').length <= SOUGHT_WORDS, { error: `at most ${SOUGHT_WORDS} words` })
  .nullable()
  .default(null)
  .describe('Words that title, artist or album hold, whatever their case and accents');

const BEFORE = 'a row by its ended_at and play_id, with / between them';

/** A place in the list of plays, as `<ended_at>/<play_id>` of the last row of a page; as SQL reads times, so without `T` and `Z`. */
export const before = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?Z?\/./, { error: BEFORE })
  .refine((text) => !Number.isNaN(Date.parse(`${text.slice(0, 10)}T${text.slice(11, 19)}Z`)), { error: BEFORE })
  .overwrite((text) => text.replace(/^(.{10})T/, '$1 ').replace(/^([^/]*)Z\//, '$1/'))
  .nullable()
  .default(null)
  .describe('Only plays after this one in the list: its ended_at, a slash and its play_id');

/** 0 or more. */
export const wholeNumber = z.coerce
  .number({ error: 'a whole number' })
  .int({ error: 'a whole number' })
  .min(0, { error: 'a whole number' });

/** A thing by its name or its id; of a Spotify URI or link the id is kept. */
export const nameOrId = z
  .string({ error: 'a name, an id or a link' })
  .trim()
  .min(1, { error: 'a name, an id or a link' })
  .overwrite((text) => /^(?:spotify:|https:\/\/open\.spotify\.com\/(?:intl-\w+\/)?)\w+[:/](\w+)/.exec(text)?.[1] ?? text);

/** A word of a closed list. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words): z.ZodEnum<{ [W in Words[number]]: W }> {
  return z.enum(words, { error: words.join(', ').replace(/, (?=\S+$)/, ' or ') });
}
