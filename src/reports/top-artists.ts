import { z } from 'zod';
import { counting, limit, period } from './params.ts';
import type { Report } from './report.ts';
import duckdb from './sql/top-artists.sql';
import { wholeSql } from './sql.ts';

const params = z.strictObject({ ...period, counting, limit: limit(20) });

const row = z.strictObject({
  rank: z.int(),
  artist_name: z.string(),
  play_count: z.int(),
  /** Plays of which the counting rule cannot tell; not in the other numbers. */
  undecided_count: z.int(),
  track_count: z.int(),
  /** Of plays whose length is known; polled plays have none. */
  ms_played: z.int().nullable(),
  last_played_at: z.iso.datetime(),
  url: z.string().nullable(),
});

export const topArtists: Report<typeof params, typeof row> = {
  name: 'top-artists',
  question: 'Which artists did I play most? A play counts for the first artist of its track.',
  params,
  row,
  reads: ['plays', 'plays_yearly', 'tracks', 'albums', 'artists', 'episodes', 'track_recordings', 'rules', 'hidden_plays'],
  sql: { duckdb: wholeSql(duckdb) },
  coverage: 'at-least',
  content: 'music',
  whenEmpty: 'No play that counts in this period.',
};
