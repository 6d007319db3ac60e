import { z } from 'zod';
import { WrittenWatch } from '../source/watch.ts';

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
/** Plain http would carry the client secret and tokens in the clear, so it is for this machine only. */
const URL_TEXT = /^(https:\/\/|http:\/\/(localhost|127(\.\d+){3}|\[::1\])(?=[:/]|$))[^\s?#]*$/;

const text = (expected: string): z.ZodString => z.string({ error: expected }).min(1, { error: expected });

export const url = text('an https:// address; http:// only on this machine').regex(URL_TEXT, {
  error: 'an https:// address; http:// only on this machine',
});

export const folder = text('a folder, such as ./lake').refine((value) => !/^([a-z][a-z0-9+.-]+:\/\/|~)/i.test(value), {
  error: 'a folder, such as ./lake, written out in full',
});

export const logLevel = z.enum(LOG_LEVELS, { error: `one of ${LOG_LEVELS.join(', ')}` });

export const WrittenAccount = z.strictObject(
  {
    name: text('a name of a-z, 0-9 and -').regex(/^[a-z0-9-]+$/, { error: 'a name of a-z, 0-9 and -' }),
    time_zone: text('a time zone, such as Europe/Berlin').refine(isTimeZone, { error: 'a time zone, such as Europe/Berlin' }).optional(),
    streams: z.array(text('the name of a stream'), { error: 'a list of streams' }).optional(),
  },
  { error: 'an account, such as "name: me"' },
);

const SECONDS = 'a number of seconds, 0 to 3600';

export const WrittenSpotify = z.strictObject(
  {
    api_url: url.optional(),
    accounts_url: url.optional(),
    client_id: text('the client id of your app').optional(),
    max_retry_after_seconds: z.number({ error: SECONDS }).min(0, { error: SECONDS }).max(3600, { error: SECONDS }).optional(),
  },
  { error: 'keys such as client_id' },
);

const THREADS = 'a whole number, 1 to 256';

/** What tonearm.yaml may say; every key may be absent. The messages say what is expected. */
export const Written = z.strictObject(
  {
    lake: folder.optional(),
    accounts: z.array(WrittenAccount, { error: 'a list of accounts' }).min(1, { error: 'at least one account' }).optional(),
    spotify: WrittenSpotify.optional(),
    watch: WrittenWatch.optional(),
    memory_limit: text('a size, such as 1GB')
      .regex(/^\d+(\.\d+)?\s?([KMGT]i?B)$/i, { error: 'a size, such as 1GB' })
      .optional(),
    threads: z.number({ error: THREADS }).int({ error: THREADS }).min(1, { error: THREADS }).max(256, { error: THREADS }).optional(),
    log_level: logLevel.optional(),
  },
  { error: 'keys such as lake and accounts' },
);

export type Written = z.infer<typeof Written>;

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
