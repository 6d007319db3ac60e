import { z } from 'zod';
import { content, counting, period } from './params.ts';
import type { Report } from './report.ts';
import duckdb from './sql/listening-totals.sql';
import { wholeSql } from './sql.ts';

const params = z.strictObject({ ...period, counting, content });

const row = z.strictObject({
  play_count: z.int(),
  /** Plays of which the counting rule cannot tell; not in the other numbers. */
  undecided_count: z.int(),
  /** Of plays whose length is known; null where no play has one. */
  ms_played: z.int().nullable(),
  /** Of music, as many as `top-tracks` would list with a play; so are artists and albums. Podcasts and audiobooks have none. */
  track_count: z.int(),
  artist_count: z.int(),
  album_count: z.int(),
  /** Local days with a play. */
  day_count: z.int(),
});

export const listeningTotals: Report<typeof params, typeof row> = {
  name: 'listening-totals',
  question: 'How much did I play, of how many tracks, artists and albums, and on how many days?',
  params,
  row,
  reads: [
    ...['plays', 'plays_hourly', 'plays_yearly', 'tracks', 'albums', 'artists', 'episodes', 'album_artists', 'track_recordings'],
    ...['rules', 'hidden_plays'],
  ],
  sql: { duckdb: wholeSql(duckdb) },
  coverage: 'at-least',
  content: 'music',
  whenEmpty: 'No play that counts in this period.',
};
