import { PipelineError } from '../../kernel/errors.ts';
import { fieldOf, isObject, textOf } from '../json.ts';
import type { Answer, Capabilities, Page, SpotifyClient, Stream } from '../types.ts';
import { toPage } from './page.ts';
import { NEVER_SEEN, type PlaylistSeen, type PlaylistsState, playlistsState } from './playlist-state.ts';
import { FULL_WALK_MS, isOlderThan, PAGE_LIMIT, type Walked, walkList } from './walk.ts';

type Pages<T> = AsyncGenerator<{ page: Page; resume: PlaylistsState }, T>;
type ItemsPath = 'items' | 'tracks';

/** A playlist whose contents were refused is asked for again this much later: its owner may have opened it. */
const REFUSED_MS = 30 * 24 * 60 * 60 * 1000;

/** Everything of a playlist but its items, which are walked page by page. */
const FIELDS = 'collaborative,description,external_urls,followers,href,id,images,name,owner,public,snapshot_id,type,uri';

/**
 * The account's playlists with what is in them: the list of playlists (`my_playlists`), and for each one that changed since its last
 * complete walk, or whose last one is seven days old, a walk of its own: the object for its version (`playlists`), its items
 * (`playlist_items`), the object again. A playlist that changed meanwhile is walked again in the next pass.
 *
 * Apps in development mode may read the contents of own and collaborative playlists alone; the list then shows no contents for others
 * (https://developer.spotify.com/documentation/web-api/tutorials/february-2026-migration-guide). Where it does, they are read too, and
 * a 403 or 404 marks that one playlist as not readable.
 */
export const playlistItems: Stream<PlaylistsState> = {
  name: 'playlist_items',
  scopes: ['playlist-read-private', 'playlist-read-collaborative'],
  state: playlistsState,
  initial: { userId: null, itemsPath: null, playlists: {} },
  estimate: (state) => {
    const known = Object.values(state.playlists);
    if (known.length === 0) return { requests: 3, because: 'the playlists are not known yet: about 3 requests for each' };
    const requests = known.map(({ total }) => 2 + Math.max(1, Math.ceil((total ?? 0) / PAGE_LIMIT))).reduce((sum, each) => sum + each, 1);
    return { requests, because: `${known.length} playlists, if all of them changed; 1 for each 50 where none did` };
  },
  pages: async function* (before, api, known) {
    let state = yield* withUser(before, api);
    const list = yield* walkList(api, { stream: 'my_playlists', path: '/me/playlists' }, state, { lookAgain: true });
    const entries = listed(list.items, state.userId);
    if (list.isWhole) state = { ...state, playlists: only(state.playlists, entries) };
    for (const entry of entries) {
      const seen = state.playlists[entry.id] ?? NEVER_SEEN;
      if (!isDue(entry, seen, list.startedAt)) continue;
      state = yield* walkPlaylist({ ...entry, listedAt: list.startedAt }, state, api, known);
    }
    return state;
  },
};

/** Who is behind the token is asked once: own playlists are told from others' by it. */
async function* withUser(state: PlaylistsState, api: SpotifyClient): Pages<PlaylistsState> {
  if (state.userId !== null) return state;
  const answer = await api.get({ path: '/me' });
  yield { page: toPage('profile', api, answer, null), resume: state };
  return { ...state, userId: textOf(answer.json(), 'id') };
}

interface Entry {
  readonly id: string;
  readonly snapshotId: string | null;
  readonly isOwn: boolean;
  readonly isReadable: boolean;
}

/** Each playlist once, in order. Spotify's own playlists stand in the list as null or empty objects. */
function listed(items: readonly unknown[], userId: string | null): readonly Entry[] {
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
  if (seen.unreadableSince !== null) return isOlderThan(seen.unreadableSince, REFUSED_MS, now);
  return entry.snapshotId === null || entry.snapshotId !== seen.snapshotId || isOlderThan(seen.lastFullWalkAt, FULL_WALK_MS, now);
}

async function* walkPlaylist(
  entry: Entry & { readonly listedAt: Date },
  state: PlaylistsState,
  api: SpotifyClient,
  known: Capabilities,
): Pages<PlaylistsState> {
  const refused = withSeen(state, entry.id, { ...NEVER_SEEN, unreadableSince: entry.listedAt.toISOString() });
  const path = `/playlists/${encodeURIComponent(entry.id)}`;
  const version = { path, query: { fields: FIELDS } };
  const before = await unlessRefused(() => api.get(version));
  if (before === null) return refused;
  const startedAt = before.observedAt;
  yield { page: toPage('playlists', api, before, { startedAt, seq: 0 }), resume: state };
  const items = yield* walkItems(entry, path, startedAt, state, api, known);
  if (items === null) return refused;
  const after = await api.get(version);
  yield { page: toPage('playlists', api, after, { startedAt, seq: items.walked.seq }), resume: state };
  return { ...withSeen(state, entry.id, seenBy(items.walked, before, after)), itemsPath: items.itemsPath };
}

function seenBy(walked: Walked, before: Answer, after: Answer): PlaylistSeen {
  const snapshotId = textOf(before.json(), 'snapshot_id');
  const isWhole = walked.isWhole && snapshotId !== null && snapshotId === textOf(after.json(), 'snapshot_id');
  return isWhole ? { snapshotId, lastFullWalkAt: walked.startedAt.toISOString(), total: walked.total, unreadableSince: null } : NEVER_SEEN;
}

const withSeen = (state: PlaylistsState, id: string, seen: PlaylistSeen): PlaylistsState => ({
  ...state,
  playlists: { ...state.playlists, [id]: seen },
});

/** All pages of its items, under the first spelling of their path that answers; null where none does. */
async function* walkItems(
  entry: Entry,
  path: string,
  startedAt: Date,
  state: PlaylistsState,
  api: SpotifyClient,
  known: Capabilities,
): Pages<{ walked: Walked; itemsPath: ItemsPath } | null> {
  for (const itemsPath of spellings(entry, state.itemsPath ?? known.playlistItemsPath)) {
    const list = { stream: 'playlist_items', path: `${path}/${itemsPath}`, query: { additional_types: 'track,episode' } } as const;
    const walk = walkList(api, list, state, { from: { startedAt, seq: 1 } });
    const first = await unlessRefused(() => walk.next());
    if (first === null) continue;
    if (first.done !== true) yield first.value;
    return { walked: first.done === true ? first.value : yield* walk, itemsPath };
  }
  return null;
}

/** `/items` is the spelling of 2026, `/tracks` the older one. The other one is tried where nothing is known yet or the playlist must be readable. */
function spellings(entry: Entry, known: ItemsPath | null): readonly ItemsPath[] {
  const first = known ?? 'items';
  const other = first === 'items' ? 'tracks' : 'items';
  return known === null || entry.isOwn ? [first, other] : [first];
}

/** Null where Spotify refuses this one thing (403) or does not know it (404). */
async function unlessRefused<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof PipelineError && (error.code === 'forbidden' || error.code === 'missing')) return null;
    throw error;
  }
}
