import { z } from 'zod';
import { counting, limit, oneOf, period } from './params.ts';
import type { Report } from './report.ts';
import duckdb from './sql/sessions.sql';
import { wholeSql } from './sql.ts';

const params = z.strictObject({
  ...period,
  counting,
  order: oneOf(['longest', 'newest']).default('longest').describe('Which sessions come first: longest or newest'),
  limit: limit(20),
});

const row = z.strictObject({
  /** Of a polled play, whose start nobody tells, its end less the length of the track, or its end where that is not known. */
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime(),
  /** From the start of the first play to the end of the last, pauses included; whole ones. */
  minutes: z.int(),
  play_count: z.int(),
  /** Plays of which the counting rule cannot tell; not in the other numbers. */
  undecided_count: z.int(),
  /** Different items of any kind. */
  track_count: z.int(),
  first_track_name: z.string().nullable(),
  /** With the most plays of the session; null where none names an artist. */
  top_artist_name: z.string().nullable(),
  account_id: z.string(),
  /** Of the first item. */
  url: z.string().nullable(),
});

export const sessions: Report<typeof params, typeof row> = {
  name: 'sessions',
  question: 'When did I listen without a pause of half an hour, and for how long?',
  params,
  row,
  reads: ['plays', 'plays_yearly', 'tracks', 'episodes', 'rules', 'hidden_plays'],
  sql: { duckdb: wholeSql(duckdb) },
  coverage: 'at-least',
  content: 'all',
  whenEmpty: 'No play that counts in this period.',
};
