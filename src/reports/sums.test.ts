import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TimeZones } from '../engines/duckdb/local-time.ts';
import type { Report } from './report.ts';
import { reportNamed } from './reports.ts';
import hoursAreSummed from './sql/shared/hours-are-summed.sql';
import itemsAreSummed from './sql/shared/items-are-summed.sql';
import sessionsAreKept from './sql/shared/sessions-are-kept.sql';
import { createReportLake, dimension, type Params, play } from './testing.ts';

const REPORTS = [
  'top-tracks',
  'top-artists',
  'top-albums',
  'discoveries',
  'listening-clock',
  'plays-per-day',
  'release-decades',
  'discography',
  'listening-totals',
  'on-this-day',
  'recent-plays',
  'sessions',
  'streaks',
];

const LENGTHS = `(
  select 'spotify:track:' || track_id as uri, duration_ms from tracks
  union all
  select 'spotify:episode:' || episode_id, duration_ms from episodes
)`;

/** The same question of plays alone. */
function ofPlays(report: Report): Report {
  const read = [itemsAreSummed, hoursAreSummed, sessionsAreKept].reduce(
    (sql, part) => sql.replaceAll(part.trimEnd(), '(false)'),
    report.sql.duckdb,
  );
  const duckdb = read
    .replaceAll('kept.heard', '(select * from kept.heard where false)')
    .replaceAll('kept.file_plays', 'shown_plays')
    .replaceAll('kept.file_lengths', LENGTHS)
    .replaceAll('kept.has_heard()', 'false');
  expect(duckdb).not.toBe(report.sql.duckdb);
  return { ...report, sql: { duckdb } };
}

const DAY = 24 * 60 * 60;
/** Days around which a stretch of a year begins or ends, in one time zone or another. */
const EDGES = ['2023-12-30', '2023-12-31', '2024-01-01', '2024-01-02', '2024-12-30', '2024-12-31', '2025-01-01', '2025-01-02'] as const;
const seconds = fc.oneof(
  fc.tuple(fc.constantFrom(...EDGES), fc.nat(DAY - 1)).map(([day, second]) => Date.parse(day) / 1000 + second),
  fc.integer({ min: Date.parse('2022-06-01') / 1000, max: Date.parse('2026-02-01') / 1000 }),
  fc.integer({ min: 0, max: Date.parse('1990-01-01') / 1000 }),
);
const heard = fc.record({
  second: seconds,
  item: fc.nat(9),
  kind: fc.constantFrom('track', 'track', 'track', 'named', 'local', 'episode'),
  name: fc.constantFrom('', ' (Live)'),
  account_id: fc.constantFrom('me', 'me', 'you'),
  ms_played: fc.constantFrom(null, 0, 29_999, 30_000, 180_000, 500_000),
  reason_end: fc.constantFrom(null, 'trackdone', 'fwdbtn'),
});
type Heard = typeof heard extends fc.Arbitrary<infer T> ? T : never;

function rowOf({ second, item, kind, name, ...more }: Heard): Params {
  const ended = new Date(second * 1000).toISOString().slice(0, 19).replace('T', ' ');
  const names = { track_name: `Song ${item}${name}`, artist_name: `A${item % 4}`, album_name: item % 5 === 0 ? null : `B${item % 5}` };
  if (kind === 'track') return play(ended, `t${item}`, { ...names, ...more });
  if (kind === 'named') return play(ended, null, { ...names, ...more, artist_name: `a${item % 6}` });
  if (kind === 'local') return play(ended, null, { ...names, ...more, kind, track_uri: `spotify:local:x:${item}` });
  return play(ended, null, { ...more, kind, track_uri: `spotify:episode:e${item}`, show_name: 'Show', artist_name: null });
}

const RULES: readonly (Params & { readonly kind: string })[] = [
  { kind: 'exclude', artist: 'A1' },
  { kind: 'exclude', track: 'spotify:track:t2', account: 'me' },
  { kind: 'exclude', span: { from: '2024-01-01', to: '2024-03-01' } },
  { kind: 'count', counting: 'any', account: 'you' },
  { kind: 'count', counting: 'half', account: 'me' },
  { kind: 'override', item: 'spotify:track:t0', set: { track_name: 'New', artist_name: 'A2' } },
];
const ZONES: readonly TimeZones[] = [
  {},
  { me: 'Asia/Kolkata', you: 'America/New_York' },
  {
    me: [
      { from: null, zone: 'America/Los_Angeles' },
      { from: '2024-06-01', zone: 'Europe/Berlin' },
    ],
  },
];
const day = fc.constantFrom(null, ...EDGES, '2024-06-15', '2025-03-03');
const asked = fc.record({
  days: fc.tuple(day, day),
  account: fc.constantFrom(null, 'me'),
  time_zone: fc.constantFrom(null, 'UTC', 'Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Asia/Singapore', 'America/St_Johns'),
  counting: fc.constantFrom(null, null, 'any', 'completed', 'half'),
  content: fc.constantFrom('music', 'all'),
  by: fc.constantFrom('track', 'recording'),
});

function paramsOf(report: Report, { days: [one, other], ...more }: typeof asked extends fc.Arbitrary<infer T> ? T : never): Params {
  const [from, to] = one !== null && other !== null && one > other ? [other, one] : [one, other];
  const wanted = Object.entries({ from, to, limit: 1000, artist: 'a1', ...more });
  return Object.fromEntries(wanted.filter(([name, value]) => value !== null && name in report.params.shape));
}

const tracks = [0, 1, 2, 3, 4, 5].map((item) =>
  dimension({
    ...{ track_id: `t${item}`, name: `Song ${item}`, isrc: item < 2 ? 'ISX' : null, album_id: `b${item % 3}`, duration_ms: 200_000 },
    _artist_ids: [`a${item % 3}`, 'a9'],
  }),
);
const artists = [0, 1, 2].map((item) => dimension({ artist_id: `a${item}`, name: `A${item}` }));
const albums = [1, 2, 3].map((item) =>
  dimension({ album_id: `b${item}`, name: `B${item}`, released_on: `19${item + 70}-01-01`, _artist_ids: [`a${item}`] }),
);

describe('sums of hours and years', () => {
  it('say what the plays themselves say, in any period, time zone and counting, under any rules', { timeout: 120_000 }, async () => {
    const plays = fc.uniqueArray(heard, { minLength: 40, maxLength: 120, size: 'max', selector: ({ second }) => second });
    const worlds = fc.record({
      plays,
      rules: fc.subarray([...RULES]),
      zones: fc.constantFrom(...ZONES),
      questions: fc.array(asked, { minLength: 3, maxLength: 3 }),
    });
    const law = fc.asyncProperty(worlds, async ({ plays, rules, zones, questions }) => {
      const lake = await createReportLake(async ({ add, store }) => {
        await add('plays', plays.map(rowOf));
        await add('tracks', tracks);
        await add('artists', artists);
        await add('albums', albums);
        for (const [at, rule] of rules.entries()) {
          const body = { ...rule, created_at: `2026-11-01T10:00:0${at}Z` };
          await store.put(`rules/${rule.kind}-x${at}.json`, Buffer.from(JSON.stringify(body)));
        }
      }, zones);
      try {
        for (const question of questions) {
          for (const report of REPORTS.map(reportNamed)) {
            const params = paramsOf(report, question);
            expect((await lake.ask(report, params)).rows).toEqual((await lake.ask(ofPlays(report), params)).rows);
          }
        }
      } finally {
        await lake.close();
      }
    });
    await fc.assert(law, { numRuns: 3, endOnFailure: true });
  });
});
