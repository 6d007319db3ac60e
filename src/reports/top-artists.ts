import { z } from 'zod';
import { account, limit, period, timeZone } from './params.ts';
import type { Report } from './report.ts';
import duckdb from './sql/top-artists.sql';

const params = z.strictObject({ ...period, account, time_zone: timeZone, limit: limit(20) });

const row = z.strictObject({
  rank: z.int(),
  artist_name: z.string(),
  play_count: z.int(),
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
  reads: ['plays', 'track_artists', 'artists'],
  sql: { duckdb },
  coverage: 'at-least',
};
