import { z } from 'zod';
import { limit } from './params.ts';
import type { Report } from './report.ts';
import duckdb from './sql/recording-suggestions.sql';
import { wholeSql } from './sql.ts';

const params = z.strictObject({ limit: limit(50) });

const row = z.strictObject({
  track_name: z.string(),
  artist_name: z.string(),
  /** The most played track of one recording. */
  track_uri: z.string(),
  /** The most played track of the other. */
  other_uri: z.string(),
  /** Null where no answer described the track. */
  duration_ms: z.int().nullable(),
  other_duration_ms: z.int().nullable(),
  play_count: z.int(),
  other_play_count: z.int(),
  /** names, or names and length. */
  told_by: z.string(),
});

export const recordingSuggestions: Report<typeof params, typeof row> = {
  name: 'recording-suggestions',
  question: 'Which recordings may be one, though they share no ISRC?',
  params,
  row,
  reads: ['artists', 'plays_yearly', 'rules', 'tracks', 'track_artists', 'track_recordings'],
  sql: { duckdb: wholeSql(duckdb) },
  coverage: 'none',
  content: null,
  whenEmpty: 'No two recordings have the same title and artist, or all that have were judged.',
};
