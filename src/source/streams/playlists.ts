import { createHash } from 'node:crypto';
import { fieldOf, isObject, textOf } from '../json.ts';
import type { Page, SpotifyClient, Stream } from '../types.ts';
import { toPage } from './page.ts';
import { NEVER_SEEN, type PlaylistSeen, type PlaylistsState, playlistsState } from './playlist-state.ts';
import { REFUSED_MS, unreadableNotices, walkPlaylist } from './playlist-walk.ts';
import { FULL_WALK_MS, isOlderThan, PAGE_LIMIT, pagesOf, type Read, type Walked, walkCost, walkList } from './walk.ts';

type Pages<T> = AsyncGenerator<{ page: Page; resume: PlaylistsState }, T>;

/**
 * The account's playlists with what is in them: the list of playlists (`my_playlists`), and for each one that changed since its last
 * complete walk, or whose last one is seven days old, a walk of its own: the object for its version (`playlists`), its items
 * (`playlist_items`), the object again. A playlist that changed meanwhile is walked again in the next pass. The list is read to its end in
 * every pass, and looked at again where it is not the one known.
 *
 * Apps in development mode may read the contents of own and collaborative playlists alone; the list then shows no contents for others
 * (https://developer.spotify.com/documentation/web-api/tutorials/february-2026-migration-guide). Where it does, they are read too, and
 * a 403 or 404 marks that one playlist as not readable.
 */
export const playlistItems: Stream<PlaylistsState> = {
  name: 'playlist_items',
  scopes: ['playlist-read-private', 'playlist-read-collaborative'],
  state: playlistsState,
  initial: { userId: null, itemsPath: null, listed: null, list: null, playlists: {} },
  notices: (before, after) => unreadableNotices(before.playlists, after.playlists),
  estimate: ({ userId, listed, list, playlists }, _known, now) => {
    const first = userId === null ? 1 : 0;
    const known = Object.values(playlists);
    if (listed === null) {
      return { requests: first + 1, atMost: null, because: 'the playlists are not known yet: 3 or more requests for each' };
    }
    const due = known.filter((seen) => isWalkDue(seen, now));
    const listCost = isOlderThan(list?.lastFullWalkAt ?? null, FULL_WALK_MS, now) ? walkCost(listed) : pagesOf(listed);
    const requests = first + listCost + sum(due.map(costOf));
    const atMost = first + walkCost(listed + PAGE_LIMIT) + sum(known.map(costOf).map((cost) => cost + 1));
    return { requests, atMost, because: `${listed} playlists are listed; ${due.length} are due though nothing changed` };
  },
  pages: async function* (before, api, known) {
    let state = yield* withUser(before, api);
    let isNews = false;
    const lookAgain = (read: Read): boolean => {
      isNews = digestOf(read.items) !== before.list?.digest || isOlderThan(before.list.lastFullWalkAt, FULL_WALK_MS, read.startedAt);
      return isNews;
    };
    const list = yield* walkList(api, { stream: 'my_playlists', path: '/me/playlists' }, state, { lookAgain });
    const entries = listedIn(list.items, state.userId);
    state = { ...state, listed: list.total };
    if (list.isWhole) state = { ...state, list: isNews ? seenWhole(list) : state.list, playlists: only(state.playlists, entries) };
    for (const entry of entries) {
      const seen = state.playlists[entry.id] ?? NEVER_SEEN;
      if (!isDue(entry, seen, list.startedAt)) continue;
      const itemsPath = state.itemsPath ?? known.playlistItemsPath;
      const walked = yield* walkPlaylist({ id: entry.id, isOwn: entry.isOwn, itemsPath }, api, state);
      state = { ...state, itemsPath: walked.itemsPath, playlists: { ...state.playlists, [entry.id]: walked.seen } };
    }
    return state;
  },
};

const sum = (costs: readonly number[]): number => costs.reduce((all, cost) => all + cost, 0);

/** A walk between two readings of the version. */
const costOf = ({ total }: PlaylistSeen): number => 2 + Math.max(1, Math.ceil((total ?? 0) / PAGE_LIMIT));

/** Who is behind the token is asked once: own playlists are told from others' by it. */
async function* withUser(state: PlaylistsState, api: SpotifyClient): Pages<PlaylistsState> {
  if (state.userId !== null) return state;
  const answer = await api.get({ path: '/me' });
  yield { page: toPage('profile', api, answer, null), resume: state };
  return { ...state, userId: textOf(answer.json(), 'id') };
}

/** Which playlists there are, in which order and of which version. */
const digestOf = (items: readonly unknown[]): string =>
  createHash('sha256')
    .update(JSON.stringify(items.map((item) => [textOf(item, 'id'), textOf(item, 'snapshot_id')])))
    .digest('hex');

const seenWhole = ({ items, startedAt }: Walked): PlaylistsState['list'] => ({
  digest: digestOf(items),
  lastFullWalkAt: startedAt.toISOString(),
});

interface Entry {
  readonly id: string;
  readonly snapshotId: string | null;
  readonly isOwn: boolean;
  readonly isReadable: boolean;
}

/** Each playlist once, in order. Spotify's own playlists stand in the list as null or empty objects. */
function listedIn(items: readonly unknown[], userId: string | null): readonly Entry[] {
  const entries = items.flatMap((item): readonly Entry[] => {
    const id = textOf(item, 'id');
    if (id === null || id === '') return [];
    const isOwn = userId !== null && textOf(fieldOf(item, 'owner'), 'id') === userId;
    const showsContents = isObject(fieldOf(item, 'items') ?? fieldOf(item, 'tracks'));
    return [
      { id, snapshotId: textOf(item, 'snapshot_id'), isOwn, isReadable: isOwn || fieldOf(item, 'collaborative') === true || showsContents },
    ];
  });
  return [...new Map(entries.map((entry) => [entry.id, entry])).values()];
}

const only = (playlists: PlaylistsState['playlists'], entries: readonly Entry[]): PlaylistsState['playlists'] => {
  const ids = new Set(entries.map(({ id }) => id));
  return Object.fromEntries(Object.entries(playlists).filter(([id]) => ids.has(id)));
};

function isDue(entry: Entry, seen: PlaylistSeen, now: Date): boolean {
  if (!entry.isReadable) return false;
  if (isWalkDue(seen, now)) return true;
  return seen.unreadableSince === null && (entry.snapshotId === null || entry.snapshotId !== seen.snapshotId);
}

/** Whatever its version says. */
const isWalkDue = ({ unreadableSince, snapshotId, lastFullWalkAt }: PlaylistSeen, now: Date): boolean =>
  unreadableSince === null
    ? snapshotId === null || isOlderThan(lastFullWalkAt, FULL_WALK_MS, now)
    : isOlderThan(unreadableSince, REFUSED_MS, now);
