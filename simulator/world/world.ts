import { createDiscography, type Discography } from './discography.ts';
import { createForeignPlaylists, type ForeignPlaylist } from './foreign-playlists.ts';
import type { Album, Artist, Track } from './music.ts';
import { type Audiobook, type Chapter, createSpokenWord, type Episode, type SpokenWord } from './spoken.ts';

export interface World extends Discography, SpokenWord {
  readonly seed: string;
  readonly foreignPlaylists: readonly ForeignPlaylist[];
  readonly find: {
    readonly artist: ReadonlyMap<string, Artist>;
    readonly album: ReadonlyMap<string, Album>;
    readonly track: ReadonlyMap<string, Track>;
    /** Tracks of one recording. */
    readonly isrc: ReadonlyMap<string, readonly Track[]>;
    readonly show: ReadonlyMap<string, SpokenWord['shows'][number]>;
    readonly episode: ReadonlyMap<string, Episode>;
    readonly audiobook: ReadonlyMap<string, Audiobook>;
    readonly chapter: ReadonlyMap<string, Chapter>;
    readonly foreignPlaylist: ReadonlyMap<string, ForeignPlaylist>;
  };
}

const byId = <T extends { readonly id: string }>(things: readonly T[]): ReadonlyMap<string, T> =>
  new Map(things.map((thing) => [thing.id, thing]));

function byIsrc(tracks: readonly Track[]): ReadonlyMap<string, readonly Track[]> {
  const found = new Map<string, Track[]>();
  for (const track of tracks) {
    if (track.isrc === null) continue;
    const same = found.get(track.isrc);
    if (same === undefined) found.set(track.isrc, [track]);
    else same.push(track);
  }
  return found;
}

/** Everything there is to listen to. The same seed and size give the same world, byte for byte. */
export function createWorld(seed: string, artistCount: number): World {
  const music = createDiscography(seed, artistCount);
  const spoken = createSpokenWord(seed, 40, 15);
  const foreignPlaylists = createForeignPlaylists(seed, music, 12);
  return {
    seed,
    ...music,
    ...spoken,
    foreignPlaylists,
    find: {
      artist: byId(music.artists),
      album: byId(music.albums),
      track: byId(music.tracks),
      isrc: byIsrc(music.tracks),
      show: byId(spoken.shows),
      episode: byId(spoken.shows.flatMap((show) => show.episodes)),
      audiobook: byId(spoken.audiobooks),
      chapter: byId(spoken.audiobooks.flatMap((audiobook) => audiobook.chapters)),
      foreignPlaylist: byId(foreignPlaylists),
    },
  };
}
