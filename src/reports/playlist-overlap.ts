import { z } from 'zod';
import { account, limit } from './params.ts';
import type { Report } from './report.ts';
import duckdb from './sql/playlist-overlap.sql';
import { wholeSql } from './sql.ts';

const params = z.strictObject({ account, limit: limit(50) });

const row = z.strictObject({
  playlist_id: z.string(),
  name: z.string().nullable(),
  recording_count: z.int(),
  other_playlist_id: z.string(),
  other_name: z.string().nullable(),
  other_recording_count: z.int(),
  shared_count: z.int(),
  /** Of the smaller of the two, 0 to 1. */
  shared_part: z.number(),
  url: z.string().nullable(),
  other_url: z.string().nullable(),
});

export const playlistOverlap: Report<typeof params, typeof row> = {
  name: 'playlist-overlap',
  question: 'Which playlists share recordings?',
  params,
  row,
  reads: ['accounts', 'playlist_items', 'playlists', 'track_recordings'],
  sql: { duckdb: wholeSql(duckdb) },
  coverage: 'none',
  content: null,
  whenEmpty: 'No two playlists share a recording.',
};
