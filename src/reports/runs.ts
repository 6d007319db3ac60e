import { z } from 'zod';
import { limit, period } from './params.ts';
import type { Report } from './report.ts';
import duckdb from './sql/runs.sql';
import { wholeSql } from './sql.ts';

const params = z.strictObject({ ...period, limit: limit(20) });

const row = z.strictObject({
  run_id: z.string(),
  verb: z.string(),
  started_at: z.iso.datetime(),
  finished_at: z.iso.datetime(),
  outcome: z.string(),
  requests: z.int(),
  records_read: z.int(),
  records_kept: z.int(),
  records_merged: z.int(),
  records_duplicate: z.int(),
  records_filtered: z.int(),
  records_quarantined: z.int(),
  /** Every record read is in exactly one of the five. */
  is_reconciled: z.boolean(),
  error: z.string().nullable(),
});

export const runs: Report<typeof params, typeof row> = {
  name: 'runs',
  question: 'What did the last runs do, and do their numbers add up?',
  params,
  row,
  reads: ['run_streams', 'runs'],
  sql: { duckdb: wholeSql(duckdb) },
  coverage: 'exact',
  content: null,
  whenEmpty: 'No run in this period.',
};
