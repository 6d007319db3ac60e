import { z } from 'zod';
import { counting, limit, oneOf, period } from './params.ts';
import type { Report } from './report.ts';
import duckdb from './sql/podcasts.sql';
import { wholeSql } from './sql.ts';

const params = z.strictObject({
  ...period,
  counting,
  by: oneOf(['show', 'episode']).default('show').describe('What a row is: show or episode'),
  limit: limit(20),
});

const row = z.strictObject({
  rank: z.int(),
  show_name: z.string().nullable(),
  /** Null where a row is a show. */
  episode_name: z.string().nullable(),
  play_count: z.int(),
  /** Plays of which the counting rule cannot tell; not in the other numbers. */
  undecided_count: z.int(),
  episode_count: z.int(),
  /** Of plays whose length is known; polled plays have none. */
  ms_played: z.int().nullable(),
  last_played_at: z.iso.datetime(),
  url: z.string().nullable(),
});

export const podcasts: Report<typeof params, typeof row> = {
  name: 'podcasts',
  question: 'Which podcasts or episodes did I hear most?',
  params,
  row,
  reads: ['tracks', 'episodes', 'plays', 'rules', 'hidden_plays', 'shows'],
  sql: { duckdb: wholeSql(duckdb) },
  coverage: 'at-least',
  content: 'podcasts',
  whenEmpty: 'No podcast was heard in this period.',
};
