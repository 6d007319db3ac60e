import { z } from 'zod';
import { bucketOf, saysBucket } from '../kernel/lake-place.ts';
import { WrittenWatch } from '../source/watch.ts';
import { WrittenAws } from './aws.ts';
import { WrittenDashboard } from './dashboard.ts';
import { WrittenSchedule } from './schedule.ts';
import { WrittenSnowflake } from './snowflake.ts';

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
/** Plain http would carry the client secret and tokens in the clear, so it is for this machine only. */
const URL_TEXT = /^(https:\/\/|http:\/\/(localhost|127(\.\d+){3}|\[::1\])(?=[:/]|$))[^\s?#]*$/;

const text = (expected: string): z.ZodString => z.string({ error: expected }).min(1, { error: expected });

export const url = text('an https:// address; http:// only on this machine').regex(URL_TEXT, {
  error: 'an https:// address; http:// only on this machine',
});

const LAKE = 'a folder, such as ./lake, written out in full, or a bucket, such as s3://bucket/prefix';

export const folder = text('a folder, such as ./lake').refine((value) => !/^([a-z][a-z0-9+.-]+:\/\/|~)/i.test(value), {
  error: 'a folder, such as ./lake, written out in full',
});

export const lakePlace = text(LAKE).refine((value) => (saysBucket(value) ? bucketOf(value) !== null : folder.safeParse(value).success), {
  error: LAKE,
});

export const memorySize = text('a size, such as 1GB').regex(/^\d+(\.\d+)?\s?([KMGT]i?B)$/i, { error: 'a size, such as 1GB' });

export const logLevel = z.enum(LOG_LEVELS, { error: `one of ${LOG_LEVELS.join(', ')}` });

const ZONE = 'a time zone, such as Europe/Berlin';
const ZONES = `${ZONE}, or a list of changes, such as [{zone: Europe/Berlin}, {from: 2025-06-01, zone: Asia/Kolkata}]`;
const DAY = 'a day, such as 2025-06-01';
const ORDER = 'changes in the order of time: the first without from, each later one with a later day';

const zone = text(ZONE).refine(isTimeZone, { error: ZONE });

const WrittenZoneChange = z.strictObject({
  from: text(DAY)
    .regex(/^\d{4}-\d{2}-\d{2}$/, { error: DAY })
    .refine((day) => z.iso.date().safeParse(day).success, { error: DAY })
    .optional()
    .describe('First day in this zone, YYYY-MM-DD; only the first of the list has none.'),
  zone: zone.describe('IANA name, such as Europe/Berlin.'),
});

const isInOrder = (changes: readonly { readonly from?: string | undefined }[]): boolean =>
  changes.every(({ from }, at) => (at === 0 ? from === undefined : from !== undefined && from > (changes[at - 1]?.from ?? '')));

export const WrittenAccount = z.strictObject(
  {
    name: text('a name of a-z, 0-9 and -')
      .regex(/^[a-z0-9-]+$/, { error: 'a name of a-z, 0-9 and -' })
      .describe('What the account is called in the lake and on the command line. Keep it: raw is filed under it.'),
    time_zone: z
      .union([zone, z.array(WrittenZoneChange).min(1, { error: ZONES }).refine(isInOrder, { error: ORDER })], { error: ZONES })
      .optional()
      .describe(
        'IANA name of the zone in which its days begin, such as Europe/Berlin, or the list of zones in which it lived. UTC where absent.',
      ),
    streams: z
      .array(text('the name of a stream'), { error: 'a list of streams' })
      .optional()
      .describe('What `tonearm run` reads. Everything but currently_playing where absent.'),
  },
  { error: 'an account, such as "name: me"' },
);

const SECONDS = 'a number of seconds, 0 to 3600';

export const WrittenSpotify = z.strictObject(
  {
    api_url: url.optional().describe('Another Web API than https://api.spotify.com/v1, such as the one of `tonearm simulate`.'),
    accounts_url: url.optional().describe('Another accounts service than https://accounts.spotify.com.'),
    client_id: text('the client id of your app')
      .optional()
      .describe('Of your app at https://developer.spotify.com/dashboard. TONEARM_CLIENT_ID goes before it.'),
    max_retry_after_seconds: z
      .number({ error: SECONDS })
      .min(0, { error: SECONDS })
      .max(3600, { error: SECONDS })
      .optional()
      .describe('A Retry-After above this ends the run, which then says when to come back. 60 where absent.'),
  },
  { error: 'keys such as client_id' },
);

const LINEAGE = 'either file, or url with an http:// or https:// address';

export const WrittenLineage = z
  .strictObject(
    {
      file: folder.optional().describe('Events are added to this file, one JSON document a line; a relative one starts at this file.'),
      // Events hold no secret, and a collector often stands in the same network; what logs in to it does not belong in this file.
      url: text(LINEAGE)
        .regex(/^https?:\/\/[^\s@]+$/, { error: LINEAGE })
        .optional()
        .describe('Events are posted to this address, such as http://localhost:5000/api/v1/lineage.'),
    },
    { error: LINEAGE },
  )
  .refine(({ file, url: address }) => (file === undefined) !== (address === undefined), { error: LINEAGE });

const SPAN = 'forever, or a number of months or years, such as 24 months';
const span = text(SPAN).regex(/^(forever|[1-9]\d{0,3} (month|year)s?)$/, { error: SPAN });

const WrittenRetention = z.strictObject(
  {
    web_api: span.optional().describe('Answers of the Web API. Forever where absent.'),
    export: span.optional().describe('Files of the privacy export. Forever where absent.'),
    sample: span.optional().describe('What comes from a Spotify that is not Spotify. Forever where absent.'),
  },
  { error: 'keys such as web_api' },
);

const REQUESTS = 'a whole number of requests, 0 to 10000';

const WrittenEnrichment = z.strictObject(
  {
    requests_per_run: z
      .number({ error: REQUESTS })
      .int({ error: REQUESTS })
      .min(0, { error: REQUESTS })
      .max(10_000, { error: REQUESTS })
      .optional()
      .describe('Requests that a run may spend on it. 0, none, where absent; `tonearm enrich` alone then spends 100.'),
  },
  { error: 'keys such as requests_per_run' },
);

const WEBHOOK = 'an https:// address; http:// only on this machine';

export const webhook = text(WEBHOOK).regex(/^(https:\/\/|http:\/\/(localhost|127(\.\d+){3}|\[::1\])(?=[:/]|$))\S+$/, { error: WEBHOOK });

const WrittenNotify = z.strictObject(
  {
    webhook: webhook
      .optional()
      .describe(
        'Each trouble is posted here, as JSON. Where the address holds a token, put it into TONEARM_WEBHOOK, which goes before it.',
      ),
  },
  { error: 'the key webhook' },
);

const LOGINS = 'secrets-manager://tonearm/ and a name of a-z, 0-9 and -';

export const logins = text(LOGINS).regex(/^secrets-manager:\/\/tonearm\/[a-z]([a-z0-9-]*[a-z0-9])?$/, { error: LOGINS });

const ENDPOINT = 'an http:// or https:// address';
const SIZE = 'a size, such as 1GB';

export const WrittenS3 = z.strictObject(
  {
    endpoint: text(ENDPOINT)
      .regex(/^https?:\/\/[^\s@?#]+$/, { error: ENDPOINT })
      .optional()
      .describe('Of another S3 than that of Amazon, which must honour If-None-Match on writes. AWS_ENDPOINT_URL_S3 where absent.'),
    region: text('a region, such as eu-central-1')
      .regex(/^[a-z0-9-]+$/, { error: 'a region, such as eu-central-1' })
      .optional()
      .describe('AWS_REGION, or that of the AWS profile, where absent.'),
    path_style: z
      .boolean({ error: 'true or false' })
      .optional()
      .describe('Whether the bucket stands in the path of addresses in place of the host. true where endpoint is set, else false.'),
    cache_limit: text(SIZE)
      .regex(/^\d+(\.\d+)?\s?([KMGT]i?B)$/i, { error: SIZE })
      .optional()
      .describe('What copies of its files may take on this machine, about, such as 10GB, which is what they get where absent.'),
  },
  { error: 'keys such as region' },
);

const THREADS = 'a whole number, 1 to 256';

/** What tonearm.yaml may say; every key may be absent. The messages say what is expected. */
export const Written = z.strictObject(
  {
    lake: lakePlace
      .optional()
      .describe('Folder of the lake; a relative one starts at this file. Or a bucket: s3://bucket/prefix. ./lake where absent.'),
    s3: WrittenS3.optional().describe("How a lake in a bucket is reached. Credentials are AWS's own, never in this file."),
    aws: WrittenAws.optional().describe('What is made in AWS, and where the tables are published.'),
    snowflake: WrittenSnowflake.optional().describe('Where `tonearm snowflake` loads the tables. See docs/snowflake.md.'),
    accounts: z
      .array(WrittenAccount, { error: 'a list of accounts' })
      .min(1, { error: 'at least one account' })
      .optional()
      .describe('Whose data the lake holds. One account called me where absent.'),
    logins: logins
      .optional()
      .describe(
        'Where logins are kept in place of the folder of this machine: secrets-manager://tonearm/<name>, in AWS Secrets Manager. TONEARM_SECRETS=<name> goes before it.',
      ),
    spotify: WrittenSpotify.optional().describe('Your app at Spotify.'),
    watch: WrittenWatch.optional().describe('What to read beyond what the accounts have; the first account asks for it.'),
    openlineage: WrittenLineage.optional().describe(
      'Where each run tells what it read and wrote, as OpenLineage events. Nowhere where absent.',
    ),
    retention: WrittenRetention.optional().describe(
      'How long raw, and so everything made of it, is kept; `tonearm retain` removes what is older. See docs/privacy.md for the terms of Spotify.',
    ),
    enrichment: WrittenEnrichment.optional().describe(
      'Asking Spotify for tracks that plays and lists name and no answer has described, most played first.',
    ),
    schedule: WrittenSchedule.optional().describe(
      'When `tonearm schedule` does what: groups (listening, library, playlists, tops, watch), single streams, and build, enrich, retain, check; where it names build, runs only land what they read.',
    ),
    notify: WrittenNotify.optional().describe('Who is told when `tonearm schedule` needs a person.'),
    memory_limit: memorySize.optional().describe('Memory that DuckDB may use, such as 1GB, which is what it gets where absent.'),
    threads: z
      .number({ error: THREADS })
      .int({ error: THREADS })
      .min(1, { error: THREADS })
      .max(256, { error: THREADS })
      .optional()
      .describe('Threads that DuckDB may use; as many as there are cores where absent.'),
    dashboard: WrittenDashboard.optional().describe('What the dashboard shows. Its token is TONEARM_SERVE_TOKEN, never in this file.'),
    log_level: logLevel.optional().describe('The least that is worth a line on stderr. TONEARM_LOG goes before it; info where absent.'),
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
