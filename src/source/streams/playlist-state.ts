import { z } from 'zod';

const playlistSeen = z.object({
  /** Version at the last walk that saw the playlist whole; null: none did. */
  snapshotId: z.string().nullable(),
  /** ISO 8601 UTC, when that walk began. */
  lastFullWalkAt: z.string().nullable(),
  total: z.number().nullable(),
  /** ISO 8601 UTC, when Spotify refused its contents (403) or denied its existence (404). */
  unreadableSince: z.string().nullable(),
});
export type PlaylistSeen = z.infer<typeof playlistSeen>;

export const playlistsState = z.object({
  /** User id behind the token; null until asked. */
  userId: z.string().nullable(),
  /** Which spelling of the items' path answered last. */
  itemsPath: z.enum(['items', 'tracks']).nullable(),
  /** By playlist id. */
  playlists: z.record(z.string(), playlistSeen),
});
export type PlaylistsState = z.infer<typeof playlistsState>;

export const NEVER_SEEN: PlaylistSeen = { snapshotId: null, lastFullWalkAt: null, total: null, unreadableSince: null };
