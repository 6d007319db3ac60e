import type { Capabilities, Stream } from '../types.ts';
import { type Family, mayBatch, objectsCost, readObjects } from './objects.ts';
import { isOlderThan } from './walk.ts';
import { NOTHING_WATCHED, seenOf, type WatchedState, watchedState } from './watch-state.ts';

/** What Spotify does not know, or answers under another id (relinking), is asked for again after this long. */
const ASK_AGAIN_MS = 90 * 24 * 60 * 60 * 1000;

const TRACKS: Family = { stream: 'tracks', most: 50 };

/**
 * Tracks that are wanted, the first of them first, with so many requests a pass and no more; repeats of a request that failed are not
 * counted. The state remembers only ids that were asked for and are wanted all the same: a 404 or null, or an answer under another id.
 * Nothing else marks an id, so that a rate limit leaves it where it was.
 *
 * @param wanted Spotify ids, most wanted first
 */
export function enrichedTracks(wanted: readonly string[], requests: number): Stream<WatchedState> {
  return {
    name: 'tracks',
    scopes: [],
    state: watchedState,
    initial: NOTHING_WATCHED,
    notices: () => [],
    estimate: (state, known, now) => {
      const due = dueTracks(state, wanted, now).length;
      const cost = (isBatch: boolean): number => Math.min(requests, objectsCost(TRACKS, due, isBatch));
      const isBatch = due > 1 && mayBatch(TRACKS, state, known, now);
      // A batch may turn out to be refused: one request more, and one for each track.
      const atMost = isBatch ? Math.min(requests, due + 1) : cost(false);
      return { requests: cost(isBatch), atMost, because: `${due} tracks wait to be described, at most ${requests} requests a run` };
    },
    pages: async function* (before, api, known) {
      const state = onlyWanted(before, wanted);
      return yield* readObjects(TRACKS, dueTracks(state, wanted, api.now()), state, api, known, requests);
    },
  };
}

const NOTHING_KNOWN: Capabilities = { unavailableSince: {}, playlistItemsPath: null };

/** How many of the tracks are still to be asked for, and the requests that it takes as far as the state tells. */
export function tracksLeft(
  wanted: readonly string[],
  state: WatchedState | null,
  now: Date,
): { readonly left: number; readonly requestsLeft: number } {
  const known = state ?? NOTHING_WATCHED;
  const left = dueTracks(known, wanted, now).length;
  return { left, requestsLeft: objectsCost(TRACKS, left, mayBatch(TRACKS, known, NOTHING_KNOWN, now)) };
}

function dueTracks(state: WatchedState, wanted: readonly string[], now: Date): readonly string[] {
  return wanted.filter((id) => {
    const { readAt, missingSince } = seenOf(state, id);
    return isOlderThan(missingSince ?? readAt, ASK_AGAIN_MS, now);
  });
}

function onlyWanted(state: WatchedState, wanted: readonly string[]): WatchedState {
  const ids = new Set(wanted);
  return { ...state, seen: Object.fromEntries(Object.entries(state.seen).filter(([id]) => ids.has(id))) };
}
