import { z } from 'zod';
import { period } from './params.ts';
import type { Report } from './report.ts';
import duckdb from './sql/playlist-churn.sql';
import { wholeSql } from './sql.ts';

const params = z.strictObject({ ...period });

const row = z.strictObject({
  playlist_id: z.string(),
  name: z.string().nullable(),
  /** Months in which nothing changed have no row. */
  month: z.iso.date(),
  added_count: z.int(),
  /** By the first complete look without the item, which may be later than the removal. */
  removed_count: z.int(),
  /** At the end of the month. */
  item_count: z.int(),
  url: z.string().nullable(),
});

export const playlistChurn: Report<typeof params, typeof row> = {
  name: 'playlist-churn',
  question: 'How many items came into and left each playlist each month?',
  params,
  row,
  reads: ['accounts', 'playlist_items', 'playlists'],
  sql: { duckdb: wholeSql(duckdb) },
  coverage: 'none',
  content: null,
  whenEmpty: 'No playlist changed in this period.',
};
