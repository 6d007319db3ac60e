import { fieldOf, isArray, numberOf } from '../json.ts';
import type { Capabilities, Estimate, Page, SpotifyClient, Stream } from '../types.ts';
import { ASK_AGAIN_MS } from './availability.ts';
import { type Refusal, unlessRefused } from './item-refusal.ts';
import { type Family, mayBatch, objectsCost, readObjects } from './objects.ts';
import { pageLimit, SMALL_PAGE_LIMIT, walkWithin } from './page-limit.ts';
import { FULL_WALK_MS, isOlderThan, PAGE_LIMIT, pagesOf, walkList } from './walk.ts';
import {
  dueObjects,
  NOTHING_WATCHED,
  type ObjectSeen,
  onlyWatched,
  seenOf,
  type WatchedState,
  watchedNotices,
  watchedState,
  withSeen,
} from './watch-state.ts';

type Pages = AsyncGenerator<{ page: Page; resume: WatchedState }, WatchedState>;

interface Watched {
  readonly kind: 'track' | 'album' | 'artist';
  readonly family: Family;
  readonly ids: readonly string[];
  readonly everyHours: number;
  /** Reads the lists below the objects that are due. */
  readonly below: (state: WatchedState, api: SpotifyClient) => Pages;
  /** Requests for the list below an object: where nothing changed, and at most (null: not known). */
  readonly belowCost: (
    seen: ObjectSeen,
    isObjectDue: boolean,
    state: WatchedState,
    now: Date,
  ) => { requests: number; atMost: number | null };
}

function watchedObjects({ kind, family, ids, everyHours, below, belowCost }: Watched): Stream<WatchedState> {
  return {
    name: family.stream,
    scopes: [],
    state: watchedState,
    initial: NOTHING_WATCHED,
    notices: (before, after) => watchedNotices(kind, before, after),
    estimate: (state, known, now) => estimateOf({ kind, family, ids, everyHours, belowCost }, state, known, now),
    pages: async function* (before, api, known) {
      const state = onlyWatched(before, ids);
      const due = dueObjects(state, ids, everyHours, api.now());
      return yield* below(yield* readObjects(family, due, state, api, known), api);
    },
  };
}

function estimateOf(
  { kind, family, ids, everyHours, belowCost }: Omit<Watched, 'below'>,
  state: WatchedState,
  known: Capabilities,
  now: Date,
): Estimate {
  const due = dueObjects(state, ids, everyHours, now);
  const below = areListsClosed(state, now) ? [] : ids.map((id) => belowCost(seenOf(state, id), due.includes(id), state, now));
  const requests = objectsCost(family, due.length, mayBatch(family, state, known, now)) + sum(below.map((cost) => cost.requests));
  // A batch may turn out to be refused: one request more, and one for each object.
  const objects = due.length === 0 ? 0 : due.length + 1;
  const bounds = below.map(({ atMost }) => atMost).filter((bound) => bound !== null);
  const atMost = bounds.length < below.length ? null : objects + sum(bounds);
  return { requests, atMost, because: `${due.length} of ${ids.length} watched ${kind}s are due` };
}

/** The lists below were refused a short while ago: of any object, since that is how this app stands with Spotify. */
const areListsClosed = ({ listsUnavailableSince }: WatchedState, now: Date): boolean =>
  listsUnavailableSince !== null && !isOlderThan(listsUnavailableSince, ASK_AGAIN_MS, now);

/** Where the list below one object was refused: a 403 holds for all of them, a 404 says that the object is gone. */
const withRefusal = (state: WatchedState, id: string, refusal: Refusal, now: Date): WatchedState =>
  refusal === 'forbidden'
    ? { ...state, listsUnavailableSince: now.toISOString() }
    : withSeen(state, id, { missingSince: now.toISOString() });

const sum = (costs: readonly number[]): number => costs.reduce((all, cost) => all + cost, 0);

/** Tracks, again after so many hours each. */
export const watchedTracks = (ids: readonly string[], everyHours: number): Stream<WatchedState> =>
  watchedObjects({
    ...{ kind: 'track', family: { stream: 'tracks', most: 50 }, ids, everyHours },
    below: nothingBelow,
    belowCost: () => ({ requests: 0, atMost: 0 }),
  });

// biome-ignore lint/correctness/useYield: a list of tracks has nothing below it
async function* nothingBelow(state: WatchedState): Pages {
  return state;
}

/** Albums, again after so many hours each; of those with more tracks than the album shows, the rest too, when it is new or seven days old. */
export const watchedAlbums = (ids: readonly string[], everyHours: number): Stream<WatchedState> =>
  watchedObjects({
    ...{ kind: 'album', family: { stream: 'albums', most: 20, keep: keepRest }, ids, everyHours },
    below: (state, api) => readRests(ids, state, api),
    belowCost: (seen, isObjectDue, _state, now) => {
      if (seen.missingSince !== null) return { requests: 0, atMost: isObjectDue ? null : 0 };
      if (seen.readAt === null) return { requests: 0, atMost: null };
      const rest = Math.ceil(Math.max(0, (seen.total ?? 0) - (seen.restFrom ?? PAGE_LIMIT)) / PAGE_LIMIT);
      const isRestDue = seen.restFrom !== null || (isObjectDue && isOlderThan(seen.walkedAt, FULL_WALK_MS, now));
      return { requests: isRestDue ? rest : 0, atMost: isObjectDue ? rest + 1 : isRestDue ? rest : 0 };
    },
  });

/** An album shows its first tracks; whether there are more is kept with it. */
function keepRest(state: WatchedState, id: string, album: unknown): WatchedState {
  const tracks = fieldOf(album, 'tracks');
  const shown = fieldOf(tracks, 'items');
  const count = isArray(shown) ? shown.length : 0;
  const total = numberOf(tracks, 'total') ?? numberOf(album, 'total_tracks') ?? count;
  const seen = seenOf(state, id);
  if (total <= count) return withSeen(state, id, { total, restFrom: null });
  const isDue = total !== seen.total || isOlderThan(seen.walkedAt, FULL_WALK_MS, new Date(seen.readAt ?? 0));
  return withSeen(state, id, { total, restFrom: isDue ? count : seen.restFrom });
}

async function* readRests(ids: readonly string[], before: WatchedState, api: SpotifyClient): Pages {
  let state = before;
  for (const id of ids) {
    const { restFrom, missingSince } = seenOf(state, id);
    if (areListsClosed(state, api.now())) break;
    if (restFrom === null || missingSince !== null) continue;
    const list = { stream: 'album_tracks', path: `/albums/${encodeURIComponent(id)}/tracks`, query: { offset: restFrom } } as const;
    const walked = yield* unlessRefused(walkList(api, list, state));
    state =
      typeof walked === 'string'
        ? withRefusal(state, id, walked, api.now())
        : { ...withSeen(state, id, { restFrom: null, walkedAt: walked.startedAt.toISOString() }), listsUnavailableSince: null };
  }
  return state;
}

/** What is an artist's own; what they appear on is left out, since it is others' and for some artists thousands of albums. */
const GROUPS = 'album,single,compilation';

/** Artists, again after so many hours each, and their discographies, walked every seven days. */
export const watchedArtists = (ids: readonly string[], everyHours: number): Stream<WatchedState> =>
  watchedObjects({
    ...{ kind: 'artist', family: { stream: 'artists', most: 50 }, ids, everyHours },
    below: (state, api) => readDiscographies(ids, state, api),
    belowCost: (seen, isObjectDue, state, now) => {
      if (seen.missingSince !== null) return { requests: 0, atMost: isObjectDue ? null : 0 };
      if (!isOlderThan(seen.walkedAt, FULL_WALK_MS, now)) return { requests: 0, atMost: 0 };
      if (seen.total === null) return { requests: 1, atMost: null };
      const limit = pageLimit(state.smallPagesSince, now);
      return { requests: pagesOf(seen.total, limit), atMost: pagesOf(seen.total + limit, SMALL_PAGE_LIMIT) + 1 };
    },
  });

async function* readDiscographies(ids: readonly string[], before: WatchedState, api: SpotifyClient): Pages {
  let state = before;
  for (const id of ids) {
    const { walkedAt, missingSince } = seenOf(state, id);
    if (areListsClosed(state, api.now())) break;
    if (missingSince !== null || !isOlderThan(walkedAt, FULL_WALK_MS, api.now())) continue;
    const resume = state;
    const path = `/artists/${encodeURIComponent(id)}/albums`;
    const found = yield* unlessRefused(
      walkWithin(state.smallPagesSince, api.now(), (limit) =>
        walkList(api, { stream: 'artist_albums', path, query: { include_groups: GROUPS, limit } }, resume),
      ),
    );
    if (typeof found === 'string') state = withRefusal(state, id, found, api.now());
    else {
      const { walked, smallPagesSince } = found;
      const seen = withSeen(state, id, { walkedAt: walked.startedAt.toISOString(), total: walked.total });
      state = { ...seen, smallPagesSince, listsUnavailableSince: null };
    }
  }
  return state;
}
