import { z } from 'zod';
import { period } from './params.ts';
import type { Report } from './report.ts';
import duckdb from './sql/library-growth.sql';
import { wholeSql } from './sql.ts';

const params = z.strictObject({ ...period });

const row = z.strictObject({
  month: z.iso.date(),
  /** Tracks saved in that month, on days of the period, those removed since included. */
  saved_count: z.int(),
  /** Of these, tracks that are still saved. */
  kept_count: z.int(),
  /** Tracks of the library of today that were saved by the end of that month, or of the period. */
  kept_total: z.int(),
});

export const libraryGrowth: Report<typeof params, typeof row> = {
  name: 'library-growth',
  question: 'How many tracks did I save each month, and how many did I keep?',
  params,
  row,
  reads: ['saved_items'],
  sql: { duckdb: wholeSql(duckdb) },
  coverage: 'none',
  content: null,
  whenEmpty: 'No track was saved in this period.',
};
