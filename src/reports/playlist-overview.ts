import { z } from 'zod';
import { limit, period } from './params.ts';
import type { Report } from './report.ts';
import duckdb from './sql/playlist-overview.sql';
import { wholeSql } from './sql.ts';

const params = z.strictObject({ ...period, limit: limit(50) });

const row = z.strictObject({
  playlist_id: z.string(),
  name: z.string().nullable(),
  owner_name: z.string().nullable(),
  item_count: z.int(),
  /** In the period; what nothing dates is not in it. */
  added_count: z.int(),
  /** In the period, by the first complete look without the item. */
  removed_count: z.int(),
  last_changed_at: z.iso.datetime().nullable(),
  last_seen_at: z.iso.datetime().nullable(),
  url: z.string().nullable(),
});

export const playlistOverview: Report<typeof params, typeof row> = {
  name: 'playlist-overview',
  question: 'How many items are in each playlist at the end of the period, how many came and went, and when did it last change?',
  params,
  row,
  reads: ['accounts', 'playlist_items', 'playlists'],
  sql: { duckdb: wholeSql(duckdb) },
  coverage: 'none',
  content: null,
  whenEmpty: 'No playlist was looked at.',
};
