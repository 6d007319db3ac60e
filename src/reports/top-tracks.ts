import { z } from 'zod';
import { account, limit, period, timeZone } from './params.ts';
import type { Report } from './report.ts';
import duckdb from './sql/top-tracks.sql';

const params = z.strictObject({ ...period, account, time_zone: timeZone, limit: limit(20) });

const row = z.strictObject({
  rank: z.int(),
  track_name: z.string(),
  artist_name: z.string().nullable(),
  play_count: z.int(),
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
  reads: ['plays', 'track_recordings'],
  sql: { duckdb },
  coverage: 'at-least',
};
