import { z } from 'zod';
import type { Stream } from '../types.ts';
import { firstAddedAt, type Sheet } from './page.ts';
import { FULL_WALK_MS, isOlderThan, PAGE_LIMIT, walkList } from './walk.ts';

const savedTracksState = z.object({
  /** `added_at` of the first element at the last complete walk. */
  newestAddedAt: z.string().nullable(),
  total: z.number().nullable(),
  /** ISO 8601 UTC, when the last walk that saw the whole library began; null: none did. */
  lastFullWalkAt: z.string().nullable(),
});
type SavedTracksState = z.infer<typeof savedTracksState>;

const UNKNOWN: SavedTracksState = { newestAddedAt: null, total: null, lastFullWalkAt: null };

/**
 * The library's tracks, newest first. A pass asks for the first page, and for the rest only where total or newest `added_at` differ from
 * the last complete walk, or that walk is seven days old. Where the library changed during the walk, the next pass walks again.
 */
export const savedTracks: Stream<SavedTracksState> = {
  name: 'saved_tracks',
  scopes: ['user-library-read'],
  state: savedTracksState,
  initial: UNKNOWN,
  estimate: ({ total }) =>
    total === null
      ? { requests: 2, because: 'the size of the library is not known yet: one request for each 50 saved tracks' }
      : {
          requests: Math.max(1, Math.ceil(total / PAGE_LIMIT)) + 1,
          because: `${total} saved tracks, 50 a request; 1 where nothing changed`,
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
    const walked = yield* walkList(api, { stream: 'saved_tracks', path: '/me/tracks' }, state, { lookAgain: true, isEnough });
    if (isUnchanged) return state;
    if (!walked.isWhole) return UNKNOWN;
    return { newestAddedAt: walked.newestAddedAt, total: walked.total, lastFullWalkAt: walked.startedAt.toISOString() };
  },
};
