import { fieldOf, isArray, isObject } from './json.ts';
import type { StreamName } from './types.ts';

/** What a stream hands over once: an element of a list, or the object itself where there is no list. */
export interface BodyRecord {
  /** Where it stands in the body, such as `['items', 3]`; empty = the whole body. */
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

/** Where a stream's elements live. `either`: an array in a batch answer, or the body itself. */
const LISTS: Readonly<Record<Exclude<StreamName, 'search' | 'playlists' | 'queue'>, readonly string[] | { either: string } | null>> = {
  profile: null,
  recently_played: ['items'],
  top_tracks: ['items'],
  top_artists: ['items'],
  saved_tracks: ['items'],
  saved_albums: ['items'],
  saved_shows: ['items'],
  saved_episodes: ['items'],
  saved_audiobooks: ['items'],
  followed_artists: ['artists', 'items'],
  my_playlists: ['items'],
  playlist_items: ['items'],
  tracks: { either: 'tracks' },
  albums: { either: 'albums' },
  album_tracks: ['items'],
  artists: { either: 'artists' },
  artist_albums: ['items'],
  shows: { either: 'shows' },
  show_episodes: ['items'],
  episodes: { either: 'episodes' },
  audiobooks: { either: 'audiobooks' },
  new_releases: ['albums', 'items'],
  currently_playing: null,
};

export const SEARCH_PAGES: readonly string[] = ['tracks', 'artists', 'albums', 'playlists', 'shows', 'episodes', 'audiobooks'];

/**
 * The records of one answer, in order, null elements included. Null where the body lacks the list that the stream is made of: then the
 * body as a whole is one record that breaks the contract. A body without content (204) has none.
 *
 * - `playlists`: the object, then the elements of the page embedded in it (`items`, else `tracks`);
 * - `search`: the elements of each page, in the order of {@link SEARCH_PAGES};
 * - `queue`: what plays now where something does, then the queue.
 */
export function recordsOf(stream: StreamName, body: unknown): readonly BodyRecord[] | null {
  if (body === null || body === undefined) return [];
  if (stream === 'search') return searchRecords(body);
  if (stream === 'playlists') return playlistRecords(body);
  if (stream === 'queue') return queueRecords(body);
  const list = LISTS[stream];
  if (list === null) return [{ path: [], value: body }];
  if ('either' in list) return elements(body, [list.either]) ?? [{ path: [], value: body }];
  return elements(body, list);
}

function elements(body: unknown, path: readonly string[]): readonly BodyRecord[] | null {
  const list = path.reduce(fieldOf, body);
  return isArray(list) ? list.map((value, index) => ({ path: [...path, index], value })) : null;
}

function searchRecords(body: unknown): readonly BodyRecord[] | null {
  const pages = SEARCH_PAGES.filter((name) => fieldOf(body, name) !== undefined).map((name) => elements(body, [name, 'items']));
  if (pages.length === 0) return null;
  const found = pages.filter((page) => page !== null);
  return found.length === pages.length ? found.flat() : null;
}

function playlistRecords(body: unknown): readonly BodyRecord[] {
  const embedded = ['items', 'tracks'].map((name) => elements(body, [name, 'items'])).find((page) => page !== null);
  return [{ path: [], value: body }, ...(embedded ?? [])];
}

function queueRecords(body: unknown): readonly BodyRecord[] | null {
  const queue = elements(body, ['queue']);
  const current = fieldOf(body, 'currently_playing');
  if (queue === null) return null;
  return isObject(current) ? [{ path: ['currently_playing'], value: current }, ...queue] : queue;
}
