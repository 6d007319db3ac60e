import type { AccountSpec } from '../../simulator/listener/account.ts';
import type { Change, Entry } from '../../simulator/listener/library.ts';
import { base62 } from '../../simulator/world/spotify-id.ts';
import type { World } from '../../simulator/world/world.ts';

/** How large a collection is, and what of it changes at once. */
export interface Size {
  readonly playlists: number;
  readonly savedTracks: number;
  readonly savedAlbums: number;
  readonly followedArtists: number;
  /** Share of the playlists that get a track more, and of the saved tracks that are saved besides. */
  readonly changing: number;
}

/** Days as numbers since 1970-01-01 would hide them; the collection is there before the first one and changes on the second. */
export const BUILT_FROM = Date.parse('2024-01-01T00:00:00Z');
export const CHANGED_AT = Date.parse('2026-03-03T00:00:00Z');

const SECOND_MS = 1000;
const LONGEST_PLAYLIST = 160;

/** Somebody who hardly listens and has collected a lot: own playlists of up to 160 tracks, and a library. */
export function largeAccount(size: Size): AccountSpec {
  return {
    name: 'ada',
    displayName: 'Ada',
    joinedOn: '2026-03-01',
    country: 'DE',
    utcOffsetMinutes: 60,
    playsPerDay: 6,
    collection: (world, { userId, displayName }) => {
      const built = [...playlists(world, size, userId, displayName), ...library(world, size)];
      return [...built.toSorted((a, b) => a.at - b.at), ...changes(world, size, userId)];
    },
  };
}

/** Tracks of the playlist with this number. */
export const lengthOf = (playlist: number): number => (playlist * 37) % (LONGEST_PLAYLIST + 1);

const idOf = (playlist: number): string => base62(22, 'large', playlist);

function playlists(world: World, size: Size, ownerId: string, ownerName: string): readonly Change[] {
  return Array.from({ length: size.playlists }, (_, number): readonly Change[] => {
    const at = BUILT_FROM + number * SECOND_MS;
    const facts = {
      id: idOf(number),
      name: `Playlist ${number}`,
      description: '',
      ownerId,
      ownerName,
      collaborative: false,
      public: false,
    };
    const entries = Array.from({ length: lengthOf(number) }, (_, place) => entry(world, number + place, place, at, ownerId));
    return [
      { at, kind: 'create', playlist: facts },
      { at, kind: 'insert', playlistId: facts.id, position: 0, entries },
    ];
  }).flat();
}

function entry(world: World, track: number, uid: number, addedAt: number, addedBy: string): Entry {
  const id = world.tracks[track % world.tracks.length]?.id ?? '';
  return { uid, item: { kind: 'track', id }, addedAt, addedBy };
}

function library(world: World, size: Size): readonly Change[] {
  const save = (what: 'track' | 'album', ids: readonly string[]): readonly Change[] =>
    ids.map((id, number) => ({ at: BUILT_FROM + number * SECOND_MS, kind: 'save', what, id }));
  const artists = world.artists.slice(0, size.followedArtists);
  return [
    ...save(
      'track',
      world.tracks.slice(0, size.savedTracks).map(({ id }) => id),
    ),
    ...save('album', [...world.find.album.keys()].slice(0, size.savedAlbums)),
    ...artists.map(({ id }, number): Change => ({ at: BUILT_FROM + number * SECOND_MS, kind: 'follow', artistId: id })),
  ];
}

export const changedPlaylists = (size: Size): number => Math.round(size.playlists * size.changing);
export const addedTracks = (size: Size): number => Math.round(size.savedTracks * size.changing);

/** The first of the playlists get one track more, at their end; the new saved tracks stand at the top. */
function changes(world: World, size: Size, ownerId: string): readonly Change[] {
  const grown = Array.from({ length: changedPlaylists(size) }, (_, number): Change => {
    const position = lengthOf(number);
    const entries = [entry(world, number + 1_000, position, CHANGED_AT, ownerId)];
    return { at: CHANGED_AT, kind: 'insert', playlistId: idOf(number), position, entries };
  });
  const saved = world.tracks.slice(size.savedTracks, size.savedTracks + addedTracks(size));
  return [...grown, ...saved.map(({ id }, number): Change => ({ at: CHANGED_AT + number * SECOND_MS, kind: 'save', what: 'track', id }))];
}
