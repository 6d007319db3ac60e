import { z } from 'zod';
import type { Stream } from '../types.ts';
import { itemsPath, NEVER_SEEN, type PlaylistSeen, playlistSeen } from './playlist-state.ts';
import { REFUSED_MS, unreadableNotices, walkPlaylist } from './playlist-walk.ts';
import { FULL_WALK_MS, isOlderThan, PAGE_LIMIT, pagesOf } from './walk.ts';
import { isDueAgain } from './watch-state.ts';

const watchedPlaylist = playlistSeen.extend({
  /** ISO 8601 UTC, when its version was last compared; null: never, or it changed during the walk. */
  checkedAt: z.string().nullable(),
});
type WatchedPlaylist = z.infer<typeof watchedPlaylist>;

const watchedPlaylistsState = z.object({
  itemsPath: itemsPath.nullable(),
  /** By playlist id. */
  playlists: z.record(z.string(), watchedPlaylist),
});
type WatchedPlaylistsState = z.infer<typeof watchedPlaylistsState>;

const NEVER_CHECKED: WatchedPlaylist = { ...NEVER_SEEN, checkedAt: null };

/**
 * Playlists of anybody. After so many hours each is asked for its version, and walked where that is another one than at its last whole walk,
 * or that walk is seven days old. One that Spotify refuses (403, 404) is told once and asked for again after thirty days.
 */
export function watchedPlaylists(ids: readonly string[], everyHours: number): Stream<WatchedPlaylistsState> {
  const due = ({ playlists }: WatchedPlaylistsState, now: Date): readonly string[] =>
    ids.filter((id) => isDue(playlists[id] ?? NEVER_CHECKED, everyHours, now));
  return {
    name: 'playlist_items',
    scopes: [],
    state: watchedPlaylistsState,
    initial: { itemsPath: null, playlists: {} },
    notices: (before, after) => unreadableNotices(before.playlists, after.playlists),
    estimate: (state, _known, now) => {
      const asked = due(state, now);
      const seen = asked.map((id) => state.playlists[id] ?? NEVER_CHECKED);
      const requests = seen.reduce((sum, one) => sum + (isWalkDue(one, now) ? 2 + pagesOf(one.total ?? 0) : 1), 0);
      // Besides the growth, the items may have to be asked for under their other name.
      const most = seen.reduce((sum, one) => sum + 3 + pagesOf((one.total ?? 0) + PAGE_LIMIT), 0);
      const because = `${asked.length} of ${ids.length} watched playlists are due; 1 for each that did not change`;
      return { requests, atMost: seen.some(({ total }) => total === null) ? null : most, because };
    },
    pages: async function* (before, api, known) {
      let state = { ...before, playlists: Object.fromEntries(Object.entries(before.playlists).filter(([id]) => ids.includes(id))) };
      for (const id of due(state, api.now())) {
        const unless = state.playlists[id] ?? NEVER_CHECKED;
        const walk = { id, isOwn: false, itemsPath: state.itemsPath ?? known.playlistItemsPath, unless };
        const checkedAt = api.now().toISOString();
        const walked = yield* walkPlaylist(walk, api, state);
        const seen = { ...walked.seen, checkedAt: walked.seen.snapshotId === null ? null : checkedAt };
        state = { itemsPath: walked.itemsPath, playlists: { ...state.playlists, [id]: seen } };
      }
      return state;
    },
  };
}

function isDue({ unreadableSince, checkedAt }: WatchedPlaylist, everyHours: number, now: Date): boolean {
  if (unreadableSince !== null) return isOlderThan(unreadableSince, REFUSED_MS, now);
  return isDueAgain(checkedAt, everyHours, now);
}

const isWalkDue = ({ snapshotId, lastFullWalkAt }: PlaylistSeen, now: Date): boolean =>
  snapshotId === null || isOlderThan(lastFullWalkAt, FULL_WALK_MS, now);
