import { z } from 'zod';
import { account, period, timeZone } from './params.ts';
import type { Report } from './report.ts';
import duckdb from './sql/library-growth.sql';

const params = z.strictObject({ ...period, account, time_zone: timeZone });

const row = z.strictObject({
  month: z.iso.date(),
  /** Tracks saved in that month, those removed since included. */
  saved_count: z.int(),
  /** Of these, tracks that are still saved. */
  kept_count: z.int(),
  /** Tracks of the library of today that were saved by the end of that month. */
  kept_total: z.int(),
});

export const libraryGrowth: Report<typeof params, typeof row> = {
  name: 'library-growth',
  question: 'How many tracks did I save each month, and how many did I keep?',
  params,
  row,
  reads: ['saved_items'],
  sql: { duckdb },
  coverage: 'none',
};
