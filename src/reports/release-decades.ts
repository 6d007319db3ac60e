import { z } from 'zod';
import { counting, period } from './params.ts';
import type { Report } from './report.ts';
import duckdb from './sql/release-decades.sql';
import { wholeSql } from './sql.ts';

const params = z.strictObject({ ...period, counting });

const row = z.strictObject({
  /** 1980 = 1980 to 1989, by the date of the album the track is on; null = no date known. */
  decade: z.int().nullable(),
  play_count: z.int(),
  /** Plays of which the counting rule cannot tell; not in the other numbers. */
  undecided_count: z.int(),
  /** Of plays whose length is known; polled plays have none. */
  ms_played: z.int().nullable(),
  /** Tracks of the library as it is now, whatever the period. */
  saved_count: z.int(),
});

export const releaseDecades: Report<typeof params, typeof row> = {
  name: 'release-decades',
  question: 'From which decades is the music that I play, and the music in my library?',
  params,
  row,
  reads: ['plays', 'saved_items', 'plays_yearly', 'tracks', 'albums', 'artists', 'episodes', 'track_recordings', 'rules', 'hidden_plays'],
  sql: { duckdb: wholeSql(duckdb) },
  coverage: 'at-least',
  content: 'music',
  whenEmpty: 'No play that counts in this period, and no saved track.',
};
