import { z } from 'zod';
import type { Stream, StreamName } from '../types.ts';
import { firstAddedAt, type Sheet } from './page.ts';
import { FULL_WALK_MS, isOlderThan, PAGE_LIMIT, walkCost, walkList } from './walk.ts';

const savedItemsState = z.object({
  /** `added_at` of the first element at the last complete walk. */
  newestAddedAt: z.string().nullable(),
  total: z.number().nullable(),
  /** ISO 8601 UTC, when the last walk that saw the whole library began; null: none did. */
  lastFullWalkAt: z.string().nullable(),
});
type SavedItemsState = z.infer<typeof savedItemsState>;

const UNKNOWN: SavedItemsState = { newestAddedAt: null, total: null, lastFullWalkAt: null };

type Kind = 'tracks' | 'albums' | 'shows' | 'episodes' | 'audiobooks';

/**
 * One kind of the library, newest first. A pass asks for the first page, and for the rest only where total or newest `added_at` differ
 * from the last complete walk, or that walk is seven days old. Where the library changed during the walk, the next pass walks again.
 */
function savedItems(kind: Kind, scopes: readonly string[]): Stream<SavedItemsState> {
  const name: StreamName = `saved_${kind}`;
  return {
    name,
    scopes,
    state: savedItemsState,
    initial: UNKNOWN,
    notices: () => [],
    estimate: ({ total, lastFullWalkAt }, _known, now) => {
      if (total === null) {
        return { requests: 1, atMost: null, because: `the size of the library is not known yet: one request for each 50 saved ${kind}` };
      }
      const isDue = isOlderThan(lastFullWalkAt, FULL_WALK_MS, now);
      const because = `${total} saved ${kind}, 50 a request; ${isDue ? 'a full walk is due' : '1 where nothing changed'}`;
      return { requests: isDue ? walkCost(total) : 1, atMost: walkCost(total + PAGE_LIMIT), because };
    },
    pages: async function* (state, api) {
      let isUnchanged = false;
      const isEnough = (first: Sheet, observedAt: Date): boolean => {
        isUnchanged =
          first.total === state.total &&
          firstAddedAt(first) === state.newestAddedAt &&
          !isOlderThan(state.lastFullWalkAt, FULL_WALK_MS, observedAt);
        return isUnchanged;
      };
      const walked = yield* walkList(api, { stream: name, path: `/me/${kind}` }, state, { lookAgain: true, isEnough });
      if (isUnchanged) return state;
      if (!walked.isWhole) return UNKNOWN;
      return { newestAddedAt: walked.newestAddedAt, total: walked.total, lastFullWalkAt: walked.startedAt.toISOString() };
    },
  };
}

export const savedTracks = savedItems('tracks', ['user-library-read']);
export const savedAlbums = savedItems('albums', ['user-library-read']);
export const savedShows = savedItems('shows', ['user-library-read']);
/** https://developer.spotify.com/documentation/web-api/reference/get-users-saved-episodes names both scopes. */
export const savedEpisodes = savedItems('episodes', ['user-library-read', 'user-read-playback-position']);
export const savedAudiobooks = savedItems('audiobooks', ['user-library-read']);
