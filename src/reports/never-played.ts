import { z } from 'zod';
import { counting, limit, period } from './params.ts';
import type { Report } from './report.ts';
import duckdb from './sql/never-played.sql';
import { wholeSql } from './sql.ts';

const params = z.strictObject({ ...period, counting, limit: limit(50) });

const row = z.strictObject({
  track_name: z.string().nullable(),
  artist_name: z.string().nullable(),
  /** When it came into the first of the playlists that hold it now. */
  added_at: z.iso.datetime().nullable(),
  playlist_count: z.int(),
  /** The first of them. */
  playlist_name: z.string().nullable(),
  /** Plays of which the counting rule cannot tell. */
  undecided_count: z.int(),
  url: z.string(),
});

export const neverPlayed: Report<typeof params, typeof row> = {
  name: 'never-played',
  question: 'What is in my playlists, but was never played as far as the record goes?',
  params,
  row,
  reads: [
    'plays',
    'playlist_items',
    'plays_yearly',
    'tracks',
    'albums',
    'artists',
    'playlists',
    'episodes',
    'accounts',
    'track_artists',
    'track_recordings',
    'rules',
    'hidden_plays',
  ],
  sql: { duckdb: wholeSql(duckdb) },
  coverage: 'at-most',
  content: 'music',
  whenEmpty: 'Every track in your playlists was played, or no playlist was looked at.',
};
