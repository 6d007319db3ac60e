import { PipelineError } from '../../kernel/errors.ts';
import { textOf } from '../json.ts';
import type { Answer, Page, SpotifyClient } from '../types.ts';
import { orRefusal, type Refusal, unlessRefused } from './item-refusal.ts';
import { toPage } from './page.ts';
import { type ItemsPath, NEVER_SEEN, type PlaylistSeen } from './playlist-state.ts';
import { FULL_WALK_MS, isOlderThan, type Walked, walkList } from './walk.ts';

type Pages<S, T> = AsyncGenerator<{ page: Page; resume: S }, T>;

/** A playlist whose contents were refused is asked for again this much later: its owner may have opened it. */
export const REFUSED_MS = 30 * 24 * 60 * 60 * 1000;

/** Everything of a playlist but its items, which are walked page by page. */
const FIELDS = 'collaborative,description,external_urls,followers,href,id,images,name,owner,public,snapshot_id,type,uri';

/** How the ids of playlists begin that Spotify makes itself (spotipy #1175). */
const SPOTIFYS_OWN = '37i9dQZ';

export interface PlaylistWalk {
  readonly id: string;
  /** Must be readable: then both spellings of the items' path are tried. */
  readonly isOwn: boolean;
  /** The spelling that is known to answer. */
  readonly itemsPath: ItemsPath | null;
  /** Ends the walk after the first reading of the version where it is the one known and the last whole walk is recent enough. */
  readonly unless?: PlaylistSeen;
}

export interface PlaylistWalked {
  readonly seen: PlaylistSeen;
  readonly itemsPath: ItemsPath | null;
}

/**
 * One playlist: the object for its version (`playlists`), its items (`playlist_items`), the object again. A 403 or 404 makes it one that
 * cannot be read; a change during the walk makes it one that was never seen. `resume` goes with all pages.
 */
export async function* walkPlaylist<S>(walk: PlaylistWalk, api: SpotifyClient, resume: S): Pages<S, PlaylistWalked> {
  const refused = (refusal: Refusal): PlaylistWalked => ({
    seen: { ...NEVER_SEEN, unreadableSince: api.now().toISOString(), refusal },
    itemsPath: walk.itemsPath,
  });
  const path = `/playlists/${encodeURIComponent(walk.id)}`;
  const version = { path, query: { fields: FIELDS } };
  const before = await orRefusal(() => api.get(version));
  if (typeof before === 'string') return refused(before);
  if (walk.unless !== undefined && isSame(walk.unless, before)) {
    yield { page: toPage('playlists', api, before, null), resume };
    return { seen: walk.unless, itemsPath: walk.itemsPath };
  }
  const startedAt = before.observedAt;
  yield { page: toPage('playlists', api, before, { startedAt, seq: 0 }), resume };
  const items = yield* walkItems(walk, path, startedAt, api, resume);
  if (typeof items === 'string') return refused(items);
  const after = await orRefusal(() => api.get(version));
  if (typeof after === 'string') return refused(after);
  yield { page: toPage('playlists', api, after, { startedAt, seq: items.walked.seq }), resume };
  return { seen: seenBy(items.walked, before, after), itemsPath: items.itemsPath };
}

/** An answer that cannot be read is not the same; it is handed over as the start of a walk, which then ends in its error. */
function isSame(seen: PlaylistSeen, version: Answer): boolean {
  if (seen.snapshotId === null || isOlderThan(seen.lastFullWalkAt, FULL_WALK_MS, version.observedAt)) return false;
  try {
    return textOf(version.json(), 'snapshot_id') === seen.snapshotId;
  } catch (error) {
    if (error instanceof PipelineError && error.code === 'bad_response') return false;
    throw error;
  }
}

function seenBy(walked: Walked, before: Answer, after: Answer): PlaylistSeen {
  const snapshotId = textOf(before.json(), 'snapshot_id');
  const isWhole = walked.isWhole && snapshotId !== null && snapshotId === textOf(after.json(), 'snapshot_id');
  if (!isWhole) return NEVER_SEEN;
  return { ...NEVER_SEEN, snapshotId, lastFullWalkAt: walked.startedAt.toISOString(), total: walked.total };
}

/** All pages of its items, under the first spelling of their path that answers. */
async function* walkItems<S>(
  walk: PlaylistWalk,
  path: string,
  startedAt: Date,
  api: SpotifyClient,
  resume: S,
): Pages<S, { walked: Walked; itemsPath: ItemsPath } | Refusal> {
  let refusal: Refusal = 'missing';
  for (const itemsPath of spellings(walk)) {
    const list = { stream: 'playlist_items', path: `${path}/${itemsPath}`, query: { additional_types: 'track,episode' } } as const;
    const walked = yield* unlessRefused(walkList(api, list, resume, { from: { startedAt, seq: 1 }, keep: () => null }));
    if (typeof walked !== 'string') return { walked, itemsPath };
    // A spelling that Spotify does not know says less about the playlist than a refusal.
    if (walked === 'forbidden') refusal = walked;
  }
  return refusal;
}

/** `/items` is the spelling of 2026, `/tracks` the older one. The other one is tried where nothing is known yet or the playlist must be readable. */
function spellings({ itemsPath, isOwn }: PlaylistWalk): readonly ItemsPath[] {
  const first = itemsPath ?? 'items';
  const other = first === 'items' ? 'tracks' : 'items';
  return itemsPath === null || isOwn ? [first, other] : [first];
}

type Seen = Readonly<Record<string, PlaylistSeen>>;

/** What to tell about the playlists that cannot be read since this pass. */
export function unreadableNotices(before: Seen, after: Seen): readonly PipelineError[] {
  return Object.entries(after).flatMap(([id, { unreadableSince, refusal }]) =>
    unreadableSince === null || (before[id]?.unreadableSince ?? null) !== null ? [] : [unreadable(id, refusal ?? 'forbidden')],
  );
}

/** https://developer.spotify.com/blog/2024-11-27-changes-to-the-web-api, …/documentation/web-api/tutorials/february-2026-migration-guide */
function unreadable(id: string, code: Refusal): PipelineError {
  if (id.startsWith(SPOTIFYS_OWN)) {
    return new PipelineError(
      `playlist ${id} cannot be read: Spotify makes it itself, and keeps such playlists from apps since November 2024`,
      {
        code,
        hint: 'In Spotify, add its tracks to a playlist of your own and watch that one; a copy does not change with the original.',
      },
    );
  }
  if (code === 'missing') {
    return new PipelineError(`playlist ${id} cannot be read: Spotify knows none of this id, or it is private`, {
      code,
      hint: 'Check the link; if it is private, ask its owner to make it public or to make you a collaborator.',
    });
  }
  return new PipelineError(
    `playlist ${id} cannot be read: it is somebody else's, and apps in development mode read own and shared ones alone`,
    {
      code,
      hint: 'Ask its owner to make you a collaborator, or add its tracks to a playlist of your own.',
    },
  );
}
