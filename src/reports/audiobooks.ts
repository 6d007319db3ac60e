import { z } from 'zod';
import { counting, limit, oneOf, period } from './params.ts';
import type { Report } from './report.ts';
import duckdb from './sql/audiobooks.sql';
import { wholeSql } from './sql.ts';

const params = z.strictObject({
  ...period,
  counting,
  by: oneOf(['audiobook', 'chapter']).default('audiobook').describe('What a row is: audiobook or chapter'),
  limit: limit(20),
});

const row = z.strictObject({
  rank: z.int(),
  audiobook_name: z.string().nullable(),
  /** Null where a row is an audiobook. */
  chapter_name: z.string().nullable(),
  play_count: z.int(),
  /** Plays of which the counting rule cannot tell; not in the other numbers. */
  undecided_count: z.int(),
  chapter_count: z.int(),
  /** Of plays whose length is known. */
  ms_played: z.int().nullable(),
  last_played_at: z.iso.datetime(),
  url: z.string().nullable(),
});

export const audiobooks: Report<typeof params, typeof row> = {
  name: 'audiobooks',
  question: 'Which audiobooks or chapters did I listen to longest?',
  params,
  row,
  reads: ['tracks', 'episodes', 'audiobooks', 'plays', 'rules', 'hidden_plays'],
  sql: { duckdb: wholeSql(duckdb) },
  coverage: 'at-least',
  content: 'audiobooks',
  whenEmpty: 'No audiobook was listened to in this period.',
};
