import { z } from 'zod';
import { by, counting, day, limit, period } from './params.ts';
import type { Report } from './report.ts';
import duckdb from './sql/on-this-day.sql';
import nearTheDay from './sql/shared/near-the-day.sql';
import { wholeSql } from './sql.ts';

/** Spotify began in 2008; of what says that it is older, all is read. */
const YEARS_BACK = 20;

const nearTheDays = Array.from(
  { length: YEARS_BACK },
  (_, at) => `\n${nearTheDay.replaceAll('years_ago', String(at + 1)).trimEnd()}\n`,
).join('and');

const params = z.strictObject({ ...period, day: day.describe('The day, YYYY-MM-DD; today where omitted'), counting, by, limit: limit(50) });

const row = z.strictObject({
  played_on: z.iso.date(),
  track_name: z.string(),
  artist_name: z.string().nullable(),
  play_count: z.int(),
  /** Plays of which the counting rule cannot tell; not in the other numbers. */
  undecided_count: z.int(),
  last_played_at: z.iso.datetime(),
  url: z.string().nullable(),
});

export const onThisDay: Report<typeof params, typeof row> = {
  name: 'on-this-day',
  question: 'What did I play on this day in earlier years?',
  params,
  row,
  reads: ['plays', 'plays_yearly', 'tracks', 'albums', 'artists', 'episodes', 'track_recordings', 'rules', 'hidden_plays'],
  sql: { duckdb: wholeSql(duckdb).replace('near_the_day', nearTheDays) },
  coverage: 'at-least',
  content: 'music',
  whenEmpty: 'No play that counts on this day of an earlier year.',
};
