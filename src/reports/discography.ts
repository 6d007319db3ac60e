import { z } from 'zod';
import { counting, nameOrId, period } from './params.ts';
import type { Report } from './report.ts';
import duckdb from './sql/discography.sql';
import { wholeSql } from './sql.ts';

const params = z.strictObject({ artist: nameOrId.describe('Name, id or link of the artist'), ...period, counting });

const row = z.strictObject({
  artist_name: z.string().nullable(),
  album_name: z.string().nullable(),
  released_on: z.iso.date().nullable(),
  /** Of the album, as Spotify says. */
  total_tracks: z.int().nullable(),
  /** Tracks of this artist on the album with a play that counts. */
  heard_tracks: z.int(),
  disc_number: z.int().nullable(),
  track_number: z.int().nullable(),
  /** Null where the record knows no track of the album. */
  track_name: z.string().nullable(),
  is_heard: z.boolean(),
  play_count: z.int(),
  /** Plays of which the counting rule cannot tell; not in the other numbers. */
  undecided_count: z.int(),
  last_played_at: z.iso.datetime().nullable(),
  url: z.string().nullable(),
  album_url: z.string().nullable(),
  artist_url: z.string(),
});

export const discography: Report<typeof params, typeof row> = {
  name: 'discography',
  question: 'Which albums and tracks of an artist did I hear, and which not? In any edition, and of those that the record knows.',
  params,
  row,
  reads: ['plays', 'plays_yearly', 'tracks', 'albums', 'artists', 'episodes', 'track_artists', 'track_recordings', 'rules', 'hidden_plays'],
  sql: { duckdb: wholeSql(duckdb) },
  coverage: 'at-least',
  content: 'music',
  whenEmpty: 'No artist of that name or id is known, or none of their albums.',
};
