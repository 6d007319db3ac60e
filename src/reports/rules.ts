import { z } from 'zod';
import { account } from './params.ts';
import type { Report } from './report.ts';
import duckdb from './sql/rules.sql';
import { wholeSql } from './sql.ts';

const params = z.strictObject({ account });

const row = z.strictObject({
  rule_id: z.string(),
  kind: z.string(),
  /** What the rule names, in words. */
  about: z.string().nullable(),
  /** Null: it is about every account. */
  account_id: z.string().nullable(),
  /** Plays that it leaves out, or that do not count by it; null where it hides nothing by its nature. */
  hidden_count: z.int().nullable(),
  /** Plays that it gives other names. */
  renamed_count: z.int().nullable(),
  /** What it names and no table of the lake has, parted by blanks. */
  unknown_uris: z.string().nullable(),
  created_at: z.iso.datetime(),
  note: z.string().nullable(),
});

/** Rules are told by what they do for good, not by what one question asks. */
const lasting = (sql: string): string => sql.replaceAll(/\$(counting|time_zone)\b/g, 'null::varchar');

export const rules: Report<typeof params, typeof row> = {
  name: 'rules',
  question: 'Which rules are in force, and how many plays does each hide or rename?',
  params,
  row,
  reads: ['tracks', 'episodes', 'plays', 'rules', 'hidden_plays'],
  sql: { duckdb: lasting(wholeSql(duckdb)) },
  coverage: 'exact',
  content: null,
  whenEmpty: 'No rule is in force.',
};
