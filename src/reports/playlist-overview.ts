import { z } from 'zod';
import { limit } from './params.ts';
import type { Report } from './report.ts';
import duckdb from './sql/playlist-overview.sql';

const params = z.strictObject({ limit: limit(50) });

const row = z.strictObject({
  playlist_id: z.string(),
  name: z.string().nullable(),
  owner_name: z.string().nullable(),
  item_count: z.int(),
  /** Items that were seen in it once and are gone. */
  removed_count: z.int(),
  last_changed_at: z.iso.datetime().nullable(),
  last_seen_at: z.iso.datetime().nullable(),
  url: z.string(),
});

export const playlistOverview: Report<typeof params, typeof row> = {
  name: 'playlist-overview',
  question: 'How many items are in each playlist now, and when did it last change?',
  params,
  row,
  reads: ['playlist_items', 'playlists'],
  sql: { duckdb },
  coverage: 'none',
};
