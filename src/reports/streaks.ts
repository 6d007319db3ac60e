import { z } from 'zod';
import { content, counting, limit, period } from './params.ts';
import type { Report } from './report.ts';
import duckdb from './sql/streaks.sql';
import { wholeSql } from './sql.ts';

const params = z.strictObject({ ...period, counting, content, limit: limit(20) });

const row = z.strictObject({
  from_day: z.iso.date(),
  to_day: z.iso.date(),
  /** Days of the run, both ends included. */
  day_count: z.int(),
  play_count: z.int(),
  /** Plays of these days of which the counting rule cannot tell; not in the other numbers. */
  undecided_count: z.int(),
  /** It goes on: its last day is today or yesterday. */
  is_current: z.boolean(),
});

export const streaks: Report<typeof params, typeof row> = {
  name: 'streaks',
  question: 'How many days in a row did I play something?',
  params,
  row,
  reads: ['plays', 'plays_hourly', 'plays_yearly', 'tracks', 'episodes', 'rules', 'hidden_plays'],
  sql: { duckdb: wholeSql(duckdb) },
  coverage: 'at-least',
  content: 'music',
  whenEmpty: 'No play that counts in this period.',
};
