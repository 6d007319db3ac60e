import type { Entry } from '../listener/library.ts';
import type { Listener } from '../listener/listener.ts';
import { hashOf } from '../world/random.ts';
import type { World } from '../world/world.ts';

/** Any playlist, whoever's it is, as it stands at one moment. */
export interface PlaylistView {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly ownerId: string;
  readonly ownerName: string;
  readonly collaborative: boolean;
  readonly public: boolean;
  readonly followers: number;
  readonly snapshotId: string;
  readonly entries: readonly Entry[];
  /** Accounts that may read it in development mode: its owner and collaborators. */
  readonly members: readonly string[];
}

/** Changes with every edit, and with nothing else. */
function snapshotId(seed: string, id: string, revision: number): string {
  return Buffer.from(
    `${revision},${hashOf(seed, id, revision).toString(16).padStart(8, '0')}${hashOf(id, revision, seed).toString(16).padStart(8, '0')}`,
  ).toString('base64');
}

/** Own and followed playlists of one account at `at`, newest first. */
export function playlistsOf(world: World, listener: Pick<Listener, 'account' | 'library'>, at: number): readonly PlaylistView[] {
  const { account } = listener;
  const views = listener.library(at).shelves.flatMap((shelf): readonly PlaylistView[] => {
    if ('foreign' in shelf) return foreignView(world, shelf.foreign, at) ?? [];
    const { own } = shelf;
    const { id, name, description, ownerId, ownerName, collaborative, entries } = own;
    return [
      {
        ...{ id, name, description, ownerId, ownerName, collaborative, entries, public: own.public },
        followers: own.public ? hashOf(id) % 9 : 0,
        snapshotId: snapshotId(world.seed, id, own.revision),
        members: collaborative ? [account.userId, ownerId] : [ownerId],
      },
    ];
  });
  return views.reverse();
}

/** A playlist by its id, if it exists at `at`. */
export function playlistById(world: World, listeners: readonly Listener[], id: string, at: number): PlaylistView | null {
  for (const listener of listeners) {
    const own = playlistsOf(world, listener, at).find((view) => view.id === id);
    if (own !== undefined) return own;
  }
  return foreignView(world, id, at)?.[0] ?? null;
}

function foreignView(world: World, id: string, at: number): readonly [PlaylistView] | null {
  const playlist = world.find.foreignPlaylist.get(id);
  if (playlist === undefined) return null;
  const { name, description, ownerId, ownerName, followers } = playlist;
  const added = playlist.entries.filter((entry) => entry.addedAt <= at);
  const entries = added.map(
    ({ track, addedAt }, uid): Entry => ({ uid, item: { kind: 'track', id: track.id }, addedAt, addedBy: ownerId }),
  );
  return [
    {
      ...{ id, name, description, ownerId, ownerName, followers, entries, collaborative: false, public: true },
      snapshotId: snapshotId(world.seed, id, added.length),
      members: [ownerId],
    },
  ];
}
