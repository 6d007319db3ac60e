import { z } from 'zod';
import { textOf } from '../json.ts';
import type { Stream, StreamName } from '../types.ts';
import { FULL_WALK_MS, isOlderThan, PAGE_LIMIT, type Read, walkCost, walkList } from './walk.ts';

const savedItemsState = z.object({
  /** `added_at` of the first element when the library was last known. */
  newestAddedAt: z.string().nullable(),
  total: z.number().nullable(),
  /** ISO 8601 UTC, when the last walk that saw the whole library began; null: none did. */
  lastFullWalkAt: z.string().nullable(),
});
type SavedItemsState = z.infer<typeof savedItemsState>;

const UNKNOWN: SavedItemsState = { newestAddedAt: null, total: null, lastFullWalkAt: null };

type Kind = 'tracks' | 'albums' | 'shows' | 'episodes' | 'audiobooks';

/**
 * One kind of the library, newest first. A pass ends where it meets the newest element that it knows, if the total has grown by just as many
 * as stand before it: then nothing was removed. Else it walks to the end, as it does where the last such walk is seven days old. Where the
 * library changed during the walk, the next pass walks again.
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
      let isJoined = false;
      const isEnough = (read: Read): boolean => {
        isJoined = isKnownAfter(state, read);
        return isJoined;
      };
      const list = { stream: name, path: `/me/${kind}` };
      const walked = yield* walkList(api, list, state, { lookAgain: () => true, isEnough, keep: addedAtOf });
      const { newestAddedAt, total } = walked;
      if (isJoined) return { ...state, newestAddedAt, total };
      if (!walked.isWhole) return UNKNOWN;
      return { newestAddedAt, total, lastFullWalkAt: walked.startedAt.toISOString() };
    },
  };
}

/** All that is asked of an element afterwards; a library may have 100,000. */
const addedAtOf = (item: unknown): unknown => ({ added_at: textOf(item, 'added_at') });

/**
 * Whether all that changed stands before the newest known element. Several elements of one moment, of which only some were known, make the
 * numbers differ, as a removal does.
 */
function isKnownAfter({ newestAddedAt, total, lastFullWalkAt }: SavedItemsState, read: Read): boolean {
  if (total === null || isOlderThan(lastFullWalkAt, FULL_WALK_MS, read.startedAt)) return false;
  const added = read.items.length === 0 ? 0 : read.items.findIndex((item) => textOf(item, 'added_at') === newestAddedAt);
  return added >= 0 && read.total === total + added;
}

export const savedTracks = savedItems('tracks', ['user-library-read']);
export const savedAlbums = savedItems('albums', ['user-library-read']);
export const savedShows = savedItems('shows', ['user-library-read']);
/** https://developer.spotify.com/documentation/web-api/reference/get-users-saved-episodes names both scopes. */
export const savedEpisodes = savedItems('episodes', ['user-library-read', 'user-read-playback-position']);
export const savedAudiobooks = savedItems('audiobooks', ['user-library-read']);
