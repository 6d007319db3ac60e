import { z } from 'zod';
import { by, counting, limit, period } from './params.ts';
import type { Report } from './report.ts';
import duckdb from './sql/top-tracks.sql';
import { wholeSql } from './sql.ts';

const params = z.strictObject({ ...period, counting, by, limit: limit(20) });

const row = z.strictObject({
  rank: z.int(),
  track_name: z.string(),
  artist_name: z.string().nullable(),
  play_count: z.int(),
  /** Plays of which the counting rule cannot tell; not in the other numbers. */
  undecided_count: z.int(),
  /** Of plays whose length is known; polled plays have none. */
  ms_played: z.int().nullable(),
  last_played_at: z.iso.datetime(),
  url: z.string().nullable(),
});

export const topTracks: Report<typeof params, typeof row> = {
  name: 'top-tracks',
  question: 'Which tracks did I play most?',
  params,
  row,
  reads: ['plays', 'plays_yearly', 'tracks', 'albums', 'artists', 'episodes', 'track_recordings', 'rules', 'hidden_plays'],
  sql: { duckdb: wholeSql(duckdb) },
  coverage: 'at-least',
  content: 'music',
  whenEmpty: 'No play that counts in this period.',
};
