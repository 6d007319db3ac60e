import { addedTracks, changedPlaylists, lengthOf, type Size } from './large-account.ts';

/** Elements on one page, the most that Spotify gives. */
const PAGE = 50;

/** Playlists that Spotify makes itself stand as null in the list of playlists, and count. */
const EDITORIAL = 2;

const pages = (elements: number): number => Math.max(1, Math.ceil(elements / PAGE));

/** All of a list, and where that takes several requests one more: what changed meanwhile shows on its first page. */
const whole = (elements: number): number => pages(elements) + (elements > PAGE ? 1 : 0);

/** The version of a playlist before its items and after them: items carry none. */
const VERSIONS = 2;

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);
const playlistNumbers = (count: number): readonly number[] => Array.from({ length: count }, (_, number) => number);

/** Requests by stream. */
export type Requests = Readonly<Record<string, number>>;

/** Each of the three time ranges of the two kinds is one page here. */
const TOPS: Requests = { top_tracks: 3, top_artists: 3 };
/** What is small here, and what nobody can know without asking. */
const SMALL: Requests = { recently_played: 1, saved_shows: 1, saved_episodes: 1, saved_audiobooks: 1 };

/** Worked out from the size of the collection and the documents of the Web API alone. */
export interface Least {
  readonly first: Requests;
  /** On the same day, with nothing new. */
  readonly unchanged: Requests;
  /** On the next day, with a share of it changed. */
  readonly changed: Requests;
}

export function leastRequests(size: Size): Least {
  const lists = size.playlists + EDITORIAL;
  const walk = (number: number, more: number): number => VERSIONS + pages(lengthOf(number) + more);
  return {
    first: {
      ...SMALL,
      ...TOPS,
      // Once for the tables, and once to tell own playlists from others': streams ask for themselves.
      profile: 2,
      saved_tracks: whole(size.savedTracks),
      saved_albums: whole(size.savedAlbums),
      followed_artists: pages(size.followedArtists),
      playlists: whole(lists) + sum(playlistNumbers(size.playlists).map((number) => walk(number, 0))),
    },
    unchanged: { ...SMALL, saved_tracks: 1, saved_albums: 1, followed_artists: 1, playlists: pages(lists) },
    changed: {
      ...SMALL,
      ...TOPS,
      profile: 1,
      saved_albums: 1,
      followed_artists: 1,
      // To the newest track that was there before.
      saved_tracks: pages(addedTracks(size) + 1),
      playlists: whole(lists) + sum(playlistNumbers(changedPlaylists(size)).map((number) => walk(number, 1))),
    },
  };
}
