import { z } from 'zod';
import { counting, limit, oneOf, period } from './params.ts';
import type { Report } from './report.ts';
import duckdb from './sql/discoveries.sql';
import { wholeSql } from './sql.ts';

const params = z.strictObject({
  ...period,
  counting,
  by: oneOf(['track', 'recording', 'artist']).default('track').describe('What a row is: track, recording or artist'),
  limit: limit(50),
});

const row = z.strictObject({
  /** First play ever that counts, or may count. */
  first_played_at: z.iso.datetime(),
  name: z.string(),
  artist_name: z.string().nullable(),
  /** In the period, as all numbers. */
  play_count: z.int(),
  /** Plays of which the counting rule cannot tell; not in the other numbers. */
  undecided_count: z.int(),
  url: z.string().nullable(),
});

export const discoveries: Report<typeof params, typeof row> = {
  name: 'discoveries',
  question: 'What did I play for the first time?',
  params,
  row,
  reads: ['plays', 'plays_yearly', 'tracks', 'albums', 'artists', 'episodes', 'track_recordings', 'rules', 'hidden_plays'],
  sql: { duckdb: wholeSql(duckdb) },
  coverage: 'at-least',
  content: 'music',
  looksBack: true,
  whenEmpty: 'Nothing was played for the first time in this period.',
};
