import { z } from 'zod';
import { content, counting, period } from './params.ts';
import type { Report } from './report.ts';
import duckdb from './sql/plays-per-day.sql';
import { wholeSql } from './sql.ts';

const params = z.strictObject({ ...period, counting, content });

const row = z.strictObject({
  day: z.iso.date(),
  play_count: z.int(),
  /** Plays of which the counting rule cannot tell; not in the other numbers. */
  undecided_count: z.int(),
  /** Of plays whose length is known; null where no play of the day has one. */
  ms_played: z.int().nullable(),
  /** Plays a day over this day and the six before it; null on the first six days of the record. */
  mean_7_days: z.number().nullable(),
  /** The record of the day is complete for every account asked for whose record has begun by then; otherwise the numbers are "at least". */
  is_certain: z.boolean(),
});

export const playsPerDay: Report<typeof params, typeof row> = {
  name: 'plays-per-day',
  question: 'How much did I play each day, and on average over the week that ended on it?',
  params,
  row,
  reads: ['plays', 'plays_hourly', 'plays_yearly', 'tracks', 'episodes', 'coverage', 'rules', 'hidden_plays'],
  sql: { duckdb: wholeSql(duckdb) },
  coverage: 'at-least',
  content: 'music',
  whenEmpty: 'No play that counts in this period.',
};
