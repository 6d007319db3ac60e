import { z } from 'zod';
import { before, limit, period, search } from './params.ts';
import type { Report } from './report.ts';
import duckdb from './sql/recent-plays.sql';
import { wholeSql } from './sql.ts';

const params = z.strictObject({ ...period, search, before, limit: limit(20) });

const row = z.strictObject({
  ended_at: z.iso.datetime(),
  title: z.string().nullable(),
  artist_name: z.string().nullable(),
  album_name: z.string().nullable(),
  kind: z.string(),
  ms_played: z.int().nullable(),
  account_id: z.string(),
  confidence: z.string(),
  url: z.string().nullable(),
  /** It changes when better evidence arrives. */
  play_id: z.string(),
});

export const recentPlays: Report<typeof params, typeof row> = {
  name: 'recent-plays',
  question: 'What did I play last?',
  params,
  row,
  reads: ['plays', 'plays_yearly', 'tracks', 'episodes', 'rules', 'hidden_plays'],
  sql: { duckdb: wholeSql(duckdb) },
  coverage: 'at-least',
  content: 'all',
  whenEmpty: 'No play in this period.',
};
