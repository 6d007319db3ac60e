import { z } from 'zod';
import { account, wholeNumber } from './params.ts';
import type { Report } from './report.ts';
import duckdb from './sql/freshness.sql';
import { wholeSql } from './sql.ts';

const params = z.strictObject({ account, threshold_hours: wholeNumber.default(24).describe('Hours after which a stream is stale') });

const row = z.strictObject({
  /** Null for lists that belong to no account. */
  account_id: z.string().nullable(),
  stream: z.string(),
  /** Null where nothing was ever answered, or nothing dates it. */
  newest_at: z.iso.datetime().nullable(),
  age_hours: z.number().nullable(),
  is_stale: z.boolean(),
  /** api_requests, or looks and plays while no request is on record. */
  told_by: z.string(),
});

export const freshness: Report<typeof params, typeof row> = {
  name: 'freshness',
  question: 'How old is the newest data of each stream?',
  params,
  row,
  reads: ['api_requests', 'looks', 'plays'],
  sql: { duckdb: wholeSql(duckdb) },
  coverage: 'exact',
  content: null,
  whenEmpty: 'Nothing was observed yet.',
};
