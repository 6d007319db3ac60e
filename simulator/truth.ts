import type { Mode } from './http/call.ts';
import { type PlaylistView, playlistsOf } from './http/playlist-view.ts';
import type { Entry, SavedKind } from './listener/library.ts';
import type { Listener } from './listener/listener.ts';
import { isShown, type Play } from './listener/play.ts';
import type { PlayedAt } from './listener/played-at.ts';
import { milliText, secondText } from './world/calendar.ts';
import type { Album, Artist, Track } from './world/music.ts';
import type { World } from './world/world.ts';

export interface TruthPlay {
  /** `played_at` of recently-played. */
  readonly playedAt: string;
  readonly startedAt: string;
  readonly msPlayed: number;
  readonly kind: Play['kind'];
  /** Spotify id; the URI of a local file. */
  readonly itemId: string;
  readonly contextUri: string | null;
  /** Recently-played shows it, once at least. */
  readonly isShowable: boolean;
  /** It stood in an answer that went out whole. */
  readonly wasShown: boolean;
}

export interface TruthItem {
  readonly kind: Entry['item']['kind'];
  /** Null for what is unavailable. */
  readonly uri: string | null;
  readonly addedAt: string | null;
  readonly addedBy: string | null;
}

export interface TruthPlaylist {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  readonly snapshotId: string;
  readonly isCollaborative: boolean;
  /** Whether development mode lets this account read the items. */
  readonly isMember: boolean;
  readonly items: readonly TruthItem[];
}

export interface TruthAccount {
  readonly name: string;
  readonly userId: string;
  readonly accountId: string;
  /** Everything that ended by now, oldest first, skips and podcasts included. */
  readonly plays: readonly TruthPlay[];
  /** By kind, newest first. */
  readonly saved: Readonly<Record<SavedKind, readonly { readonly id: string; readonly addedAt: string }[]>>;
  /** Artist ids, ascending. */
  readonly followed: readonly string[];
  /** Own and followed, in the order of `/me/playlists`, without Spotify's own. */
  readonly playlists: readonly TruthPlaylist[];
}

export interface TruthTrack {
  readonly name: string;
  readonly durationMs: number;
  readonly isExplicit: boolean;
  readonly discNumber: number;
  readonly trackNumber: number;
  readonly albumId: string;
  readonly artistIds: readonly string[];
  readonly isrc: string | null;
  /** The same for every id of one recording. */
  readonly recordingId: string;
}

export interface Truth {
  readonly seed: string;
  readonly mode: Mode;
  readonly now: string;
  readonly accounts: readonly TruthAccount[];
  /** What the accounts have played, saved or put into playlists, with the albums and artists of it. By id. */
  readonly tracks: Readonly<Record<string, TruthTrack>>;
  readonly albums: Readonly<
    Record<string, { name: string; type: string; releaseDate: string; totalTracks: number; upc: string; artistIds: readonly string[] }>
  >;
  readonly artists: Readonly<Record<string, { name: string }>>;
}

interface Sources {
  readonly world: World;
  readonly mode: Mode;
  readonly listeners: readonly Listener[];
  /** `endedAt` of the plays of an account that were shown. */
  readonly shown: (account: string) => ReadonlySet<number>;
  readonly playedAt: PlayedAt;
}

export function createTruth({ world, mode, listeners, shown, playedAt }: Sources, now: number): Truth {
  const accounts = listeners.map((listener) => {
    const ends = shown(listener.account.name);
    const plays = listener.plays(0, now).map((play) => playTruth(play, ends.has(play.endedAt), playedAt(play)));
    return accountTruth(world, listener, plays, now);
  });
  const tracks = tracksTouched(world, accounts);
  const albums = distinct([...tracks.map((track) => track.album), ...saved(accounts, 'album', world.find.album)]);
  const artists = distinct([
    ...[...tracks, ...albums].flatMap((thing) => thing.artists),
    ...accounts.flatMap((account) => account.followed.flatMap((id) => world.find.artist.get(id) ?? [])),
  ]);
  return {
    seed: world.seed,
    mode,
    now: milliText(now),
    accounts,
    tracks: Object.fromEntries(tracks.map((track) => [track.id, trackTruth(track)])),
    albums: Object.fromEntries(albums.map((album) => [album.id, albumTruth(album)])),
    artists: Object.fromEntries(artists.map(({ id, name }) => [id, { name }])),
  };
}

function accountTruth(world: World, listener: Listener, plays: readonly TruthPlay[], now: number): TruthAccount {
  const { account } = listener;
  const library = listener.library(now);
  const newestFirst = (what: SavedKind): TruthAccount['saved'][SavedKind] =>
    [...library.saved[what]].reverse().map(([id, at]) => ({ id, addedAt: secondText(at) }));
  return {
    name: account.name,
    userId: account.userId,
    accountId: account.accountId,
    plays,
    saved: {
      track: newestFirst('track'),
      album: newestFirst('album'),
      show: newestFirst('show'),
      episode: newestFirst('episode'),
      audiobook: newestFirst('audiobook'),
    },
    followed: [...library.followed.keys()].sort(),
    playlists: playlistsOf(world, listener, now).map((view) => playlistTruth(view, account.userId)),
  };
}

function playTruth(play: Play, wasShown: boolean, playedAt: number): TruthPlay {
  const { msPlayed, kind, itemId, contextUri } = play;
  return {
    ...{ msPlayed, kind, itemId, contextUri, wasShown },
    playedAt: milliText(playedAt),
    startedAt: milliText(play.startedAt),
    isShowable: isShown(play),
  };
}

function playlistTruth(view: PlaylistView, userId: string): TruthPlaylist {
  const { id, name, ownerId, snapshotId, collaborative, members } = view;
  return {
    id,
    name,
    ownerId,
    snapshotId,
    isCollaborative: collaborative,
    isMember: members.includes(userId),
    items: view.entries.map(itemTruth),
  };
}

function itemTruth({ item, addedAt, addedBy }: Entry): TruthItem {
  const uri = item.kind === 'unavailable' ? null : item.kind === 'local' ? item.file.uri : `spotify:${item.kind}:${item.id}`;
  return { kind: item.kind, uri, addedAt: addedAt === null ? null : secondText(addedAt), addedBy };
}

function tracksTouched(world: World, accounts: readonly TruthAccount[]): readonly Track[] {
  const played = accounts.flatMap((account) => account.plays.flatMap((play) => world.find.track.get(play.itemId) ?? []));
  const listed = accounts.flatMap((account) =>
    account.playlists.flatMap((playlist) => playlist.items.flatMap((item) => world.find.track.get(item.uri?.split(':')[2] ?? '') ?? [])),
  );
  return distinct([...played, ...listed, ...saved(accounts, 'track', world.find.track)]);
}

function saved<T>(accounts: readonly TruthAccount[], what: SavedKind, find: ReadonlyMap<string, T>): readonly T[] {
  return accounts.flatMap((account) => account.saved[what].flatMap(({ id }) => find.get(id) ?? []));
}

/** By id, ascending, each once. */
function distinct<T extends { readonly id: string }>(things: readonly T[]): readonly T[] {
  return [...new Set(things)].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function trackTruth(track: Track): TruthTrack {
  const { name, durationMs, discNumber, trackNumber, isrc, recordingId } = track;
  const artistIds = track.artists.map((artist: Artist) => artist.id);
  return { name, durationMs, isExplicit: track.explicit, discNumber, trackNumber, albumId: track.album.id, artistIds, isrc, recordingId };
}

function albumTruth(album: Album): Truth['albums'][string] {
  const { name, type, releaseDate, upc } = album;
  return { name, type, releaseDate, totalTracks: album.tracks.length, upc, artistIds: album.artists.map((artist) => artist.id) };
}
