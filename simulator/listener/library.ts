import type { LocalFile } from '../world/music.ts';

export type SavedKind = 'track' | 'album' | 'show' | 'episode' | 'audiobook';

export type EntryItem =
  | { readonly kind: 'track' | 'episode'; readonly id: string }
  | { readonly kind: 'local'; readonly file: LocalFile }
  /** No longer to be had: `item` is null. */
  | { readonly kind: 'unavailable' };

/** One row of a playlist. */
export interface Entry {
  /** Tells two rows with the same track apart. */
  readonly uid: number;
  readonly item: EntryItem;
  /** Milliseconds; null on very old playlists. */
  readonly addedAt: number | null;
  readonly addedBy: string | null;
}

export interface PlaylistFacts {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly ownerId: string;
  readonly ownerName: string;
  readonly collaborative: boolean;
  readonly public: boolean;
}

export interface Playlist extends PlaylistFacts {
  readonly entries: readonly Entry[];
  /** Number of changes so far: the version behind `snapshot_id`. */
  readonly revision: number;
}

/** One thing that changed in an account, in the order it happened. */
export type Change = { readonly at: number } & (
  | { readonly kind: 'save' | 'unsave'; readonly what: SavedKind; readonly id: string }
  | { readonly kind: 'follow' | 'unfollow'; readonly artistId: string }
  | { readonly kind: 'create'; readonly playlist: PlaylistFacts }
  | { readonly kind: 'rename'; readonly playlistId: string; readonly name: string }
  | { readonly kind: 'delete'; readonly playlistId: string }
  | { readonly kind: 'subscribe' | 'unsubscribe'; readonly playlistId: string }
  | { readonly kind: 'insert'; readonly playlistId: string; readonly position: number; readonly entries: readonly Entry[] }
  | { readonly kind: 'drop'; readonly playlistId: string; readonly uid: number }
  | { readonly kind: 'move'; readonly playlistId: string; readonly from: number; readonly to: number }
  /** The record company withdrew it: the row stays, the item is gone; no new snapshot. */
  | { readonly kind: 'withdraw'; readonly playlistId: string; readonly uid: number }
);

/** What stands in a list of playlists: an own one, or somebody else's by its id. */
export type Shelf = { readonly own: Playlist } | { readonly foreign: string };

/** An account's collection at one moment. */
export interface Library {
  /** By kind: id → saved at, oldest first. */
  readonly saved: Readonly<Record<SavedKind, ReadonlyMap<string, number>>>;
  /** Artist id → followed at, oldest first. */
  readonly followed: ReadonlyMap<string, number>;
  /** Own and followed playlists, oldest first. */
  readonly shelves: readonly Shelf[];
}

interface OpenPlaylist extends PlaylistFacts {
  name: string;
  entries: Entry[];
  revision: number;
}

export interface OpenLibrary extends Library {
  readonly saved: Record<SavedKind, Map<string, number>>;
  readonly followed: Map<string, number>;
  readonly shelves: ({ own: OpenPlaylist } | { foreign: string })[];
}

export function emptyLibrary(): OpenLibrary {
  const saved = { track: new Map(), album: new Map(), show: new Map(), episode: new Map(), audiobook: new Map() };
  return { saved, followed: new Map(), shelves: [] };
}

const idOf = (shelf: Shelf): string => ('own' in shelf ? shelf.own.id : shelf.foreign);

/** Applies one change in place. A change that names what is not there does nothing. */
export function applyChange(library: OpenLibrary, change: Change): void {
  switch (change.kind) {
    case 'save':
      if (!library.saved[change.what].has(change.id)) library.saved[change.what].set(change.id, change.at);
      return;
    case 'unsave':
      library.saved[change.what].delete(change.id);
      return;
    case 'follow':
      if (!library.followed.has(change.artistId)) library.followed.set(change.artistId, change.at);
      return;
    case 'unfollow':
      library.followed.delete(change.artistId);
      return;
    case 'create':
      library.shelves.push({ own: { ...change.playlist, entries: [], revision: 1 } });
      return;
    case 'subscribe':
      library.shelves.push({ foreign: change.playlistId });
      return;
    case 'unsubscribe':
    case 'delete':
      removeShelf(library, change.playlistId);
      return;
    default:
      applyEdit(library, change);
  }
}

function removeShelf(library: OpenLibrary, id: string): void {
  const index = library.shelves.findIndex((shelf) => idOf(shelf) === id);
  if (index >= 0) library.shelves.splice(index, 1);
}

type Edit = Extract<Change, { kind: 'rename' | 'insert' | 'drop' | 'move' | 'withdraw' }>;

function applyEdit(library: OpenLibrary, edit: Edit): void {
  const shelf = library.shelves.find((one) => idOf(one) === edit.playlistId);
  if (shelf === undefined || !('own' in shelf)) return;
  const playlist = shelf.own;
  if (edit.kind === 'withdraw') {
    playlist.entries = playlist.entries.map((entry) => (entry.uid === edit.uid ? { ...entry, item: { kind: 'unavailable' } } : entry));
    return;
  }
  playlist.revision += 1;
  if (edit.kind === 'rename') playlist.name = edit.name;
  if (edit.kind === 'insert') playlist.entries.splice(edit.position, 0, ...edit.entries);
  if (edit.kind === 'drop') playlist.entries = playlist.entries.filter((entry) => entry.uid !== edit.uid);
  if (edit.kind === 'move') {
    const [moved] = playlist.entries.splice(edit.from, 1);
    if (moved !== undefined) playlist.entries.splice(edit.to, 0, moved);
  }
}
