import { z } from 'zod';
import { days, limit, nameOrId, oneOf } from './params.ts';
import type { Report } from './report.ts';
import duckdb from './sql/popularity-trend.sql';
import { wholeSql } from './sql.ts';

const params = z.strictObject({
  ...days,
  kind: oneOf(['track', 'album', 'artist', 'playlist']).default('track').describe('track, album, artist or playlist'),
  item: nameOrId.nullable().default(null).describe('Its name, id or link; all where omitted'),
  limit: limit(1000),
});

const row = z.strictObject({
  kind: z.string(),
  id: z.string(),
  name: z.string().nullable(),
  /** UTC. */
  observed_on: z.iso.date(),
  /** 0 to 100; null where only followers are known. */
  popularity: z.int().nullable(),
  followers: z.int().nullable(),
  url: z.string(),
});

export const popularityTrend: Report<typeof params, typeof row> = {
  name: 'popularity-trend',
  question: 'How popular was a track, album or artist on each day that Spotify said so?',
  params,
  row,
  reads: ['albums', 'artists', 'playlists', 'popularity', 'tracks'],
  sql: { duckdb: wholeSql(duckdb) },
  coverage: 'none',
  content: null,
  whenEmpty:
    'No popularity is stored for it. Spotify tells none to apps in development mode, and days that were not recorded cannot be asked for later.',
};
