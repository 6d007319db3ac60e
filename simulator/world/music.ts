import type { Script } from './names.ts';

export interface Artist {
  readonly id: string;
  readonly name: string;
  readonly script: Script;
  /** 0 = the most popular of the world. */
  readonly rank: number;
  readonly genres: readonly string[];
  /** Every album that names this artist first, by day of release. */
  readonly albums: readonly Album[];
  /** Albums of others with a track of this artist. */
  readonly appearsOn: readonly Album[];
}

export interface Album {
  readonly id: string;
  readonly name: string;
  readonly type: 'album' | 'single' | 'compilation';
  readonly artists: readonly Artist[];
  /** As the API writes it: `1981`, `1981-12` or `1981-12-05`. */
  readonly releaseDate: string;
  readonly precision: 'year' | 'month' | 'day';
  /** First day (since 1970-01-01) on which the API knows it. */
  readonly releasedDay: number;
  readonly label: string;
  readonly upc: string;
  readonly tracks: readonly Track[];
}

export interface Track {
  readonly id: string;
  readonly name: string;
  readonly album: Album;
  readonly artists: readonly Artist[];
  readonly discNumber: number;
  readonly trackNumber: number;
  readonly durationMs: number;
  readonly explicit: boolean;
  /** Null for a few; the same for a recording's single, album and compilation, but for a few compilations that registered it anew. */
  readonly isrc: string | null;
  /** The same for every track of one recording, whatever its ids and ISRCs. Spotify tells nobody. */
  readonly recordingId: string;
}

/** A file of the listener's own, known to Spotify by name only. */
export interface LocalFile {
  readonly uri: string;
  readonly name: string;
  readonly artist: string;
  readonly album: string;
  readonly durationMs: number;
}
