import { z } from 'zod';
import { content, counting, period } from './params.ts';
import type { Report } from './report.ts';
import duckdb from './sql/listening-clock.sql';
import { wholeSql } from './sql.ts';

const params = z.strictObject({ ...period, counting, content });

const row = z.strictObject({
  /** 1 = Monday. */
  weekday: z.int(),
  /** By the clock on the wall, 0 to 23; the hour that the clock shows twice in autumn holds both. Hours without a play have no row. */
  hour: z.int(),
  play_count: z.int(),
  /** Plays of which the counting rule cannot tell; not in the other numbers. */
  undecided_count: z.int(),
  /** Of plays whose length is known; polled plays have none. */
  ms_played: z.int().nullable(),
});

export const listeningClock: Report<typeof params, typeof row> = {
  name: 'listening-clock',
  question: 'At which hours of the week do I listen?',
  params,
  row,
  reads: ['plays', 'plays_hourly', 'plays_yearly', 'tracks', 'episodes', 'rules', 'hidden_plays'],
  sql: { duckdb: wholeSql(duckdb) },
  coverage: 'at-least',
  content: 'music',
  whenEmpty: 'No play that counts in this period.',
};
