import { z } from 'zod';
import { account, days } from './params.ts';
import type { Report } from './report.ts';
import duckdb from './sql/coverage.sql';
import { wholeSql } from './sql.ts';

const params = z.strictObject({ ...days, account });

const row = z.strictObject({
  account_id: z.string(),
  month: z.iso.date(),
  /** One letter a UTC day: c(ertain), p(rovisional), g(ap), u(nknown); a blank for a day before the record. */
  days: z.string(),
  certain_days: z.int(),
  provisional_days: z.int(),
  gap_days: z.int(),
  unknown_days: z.int(),
  /** Days on which an export decides alone what was played. */
  closed_days: z.int(),
  play_count: z.int(),
  first_uncertain_day: z.iso.date().nullable(),
  /** Last day of a gap, or of which nothing is known. */
  last_hole_day: z.iso.date().nullable(),
});

export const coverage: Report<typeof params, typeof row> = {
  name: 'coverage',
  question: 'Of which days is it certain what I played?',
  params,
  row,
  reads: ['coverage'],
  sql: { duckdb: wholeSql(duckdb) },
  coverage: 'exact',
  content: null,
  whenEmpty: 'Nothing is known of any day in this period.',
};
