import { z } from 'zod';
import { counting, limit, period } from './params.ts';
import type { Report } from './report.ts';
import duckdb from './sql/top-albums.sql';
import { wholeSql } from './sql.ts';

const params = z.strictObject({ ...period, counting, limit: limit(20) });

const row = z.strictObject({
  rank: z.int(),
  album_name: z.string().nullable(),
  /** First artist of the album; of the track, where the album is not known. */
  artist_name: z.string().nullable(),
  released_on: z.iso.date().nullable(),
  play_count: z.int(),
  /** Plays of which the counting rule cannot tell; not in the other numbers. */
  undecided_count: z.int(),
  track_count: z.int(),
  /** Of plays whose length is known; polled plays have none. */
  ms_played: z.int().nullable(),
  last_played_at: z.iso.datetime(),
  url: z.string().nullable(),
});

export const topAlbums: Report<typeof params, typeof row> = {
  name: 'top-albums',
  question: 'Which albums did I play most?',
  params,
  row,
  reads: ['plays', 'plays_yearly', 'tracks', 'albums', 'artists', 'episodes', 'album_artists', 'track_recordings', 'rules', 'hidden_plays'],
  sql: { duckdb: wholeSql(duckdb) },
  coverage: 'at-least',
  content: 'music',
  whenEmpty: 'No play that counts in this period.',
};
