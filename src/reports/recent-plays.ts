import { z } from 'zod';
import { account, limit } from './params.ts';
import type { Report } from './report.ts';
import duckdb from './sql/recent-plays.sql';

const params = z.strictObject({ account, limit: limit(20) });

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
});

export const recentPlays: Report<typeof params, typeof row> = {
  name: 'recent-plays',
  question: 'What did I play last?',
  params,
  row,
  reads: ['plays'],
  sql: { duckdb },
  coverage: 'at-least',
};
