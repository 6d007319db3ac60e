import { z } from 'zod';

export const itemsPath = z.enum(['items', 'tracks']);
/** Which spelling of the items' path answers. */
export type ItemsPath = z.infer<typeof itemsPath>;

export const playlistSeen = z.object({
  /** Version at the last walk that saw the playlist whole; null: none did. */
  snapshotId: z.string().nullable(),
  /** ISO 8601 UTC, when that walk began. */
  lastFullWalkAt: z.string().nullable(),
  total: z.number().nullable(),
  /** ISO 8601 UTC, when Spotify refused its contents (403) or denied its existence (404). */
  unreadableSince: z.string().nullable(),
  /** Which of the two it was. */
  refusal: z.enum(['forbidden', 'missing']).nullable().default(null),
});
export type PlaylistSeen = z.infer<typeof playlistSeen>;

export const playlistsState = z.object({
  /** User id behind the token; null until asked. */
  userId: z.string().nullable(),
  /** Which spelling of the items' path answered last. */
  itemsPath: itemsPath.nullable(),
  /** How many playlists the list showed last, readable or not; null until asked. */
  listed: z.number().nullable().default(null),
  /** The list when it was last seen whole: a digest of its ids and versions in order, and when that walk began, ISO 8601 UTC. */
  list: z.object({ digest: z.string(), lastFullWalkAt: z.string() }).nullable().default(null),
  /** By playlist id. */
  playlists: z.record(z.string(), playlistSeen),
});
export type PlaylistsState = z.infer<typeof playlistsState>;

export const NEVER_SEEN: PlaylistSeen = { snapshotId: null, lastFullWalkAt: null, total: null, unreadableSince: null, refusal: null };
