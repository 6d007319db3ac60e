import { isOut } from '../listener/taste.ts';
import type { Call, Json, Route } from './call.ts';
import { FIFTY, limitFrom, numberFrom, pageOf } from './paging.ts';
import { playlistById } from './playlist-view.ts';
import { refusal } from './refusal.ts';
import { fullArtist, fullTrack, simplifiedAlbum } from './render-music.ts';
import { simplifiedPlaylist } from './render-playlist.ts';
import { simplifiedAudiobook, simplifiedEpisode, simplifiedShow } from './render-spoken.ts';

interface Query {
  /** Words that must all occur in the name (or the artist's name), lower case. */
  readonly words: readonly string[];
  /** `artist:`, `album:`, `track:`, `year:`, `isrc:`, `upc:`, lower case. */
  readonly filters: Readonly<Record<string, string>>;
}

function queryOf(text: string): Query {
  const filters: Record<string, string> = {};
  const rest = text.replaceAll(/\b(artist|album|track|year|isrc|upc):("[^"]*"|\S+)/g, (_, name: string, value: string) => {
    filters[name] = value.replaceAll('"', '').toLowerCase();
    return '';
  });
  return {
    filters,
    words: rest
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== ''),
  };
}

const holds = (query: Query, ...texts: readonly string[]): boolean => {
  const all = texts.join(' ').toLowerCase();
  return query.words.every((word) => all.includes(word));
};

const namesOf = (artists: readonly { readonly name: string }[]): string =>
  artists
    .map((artist) => artist.name)
    .join(' ')
    .toLowerCase();

function yearFits(query: Query, releaseDate: string): boolean {
  const [first = '', last = first] = (query.filters.year ?? '').split('-');
  const year = releaseDate.slice(0, 4);
  return first === '' || (year >= first && year <= last);
}

type Kind = { readonly plural: string; readonly find: (call: Call, query: Query) => readonly (() => Json | null)[] };

const KINDS: Readonly<Record<string, Kind>> = {
  track: {
    plural: 'tracks',
    find: (call, query) =>
      call.world.tracks
        .filter(
          (track) =>
            isOut(track.album, call.now) &&
            yearFits(query, track.album.releaseDate) &&
            (query.filters.isrc === undefined || track.isrc?.toLowerCase() === query.filters.isrc) &&
            track.name.toLowerCase().includes(query.filters.track ?? '') &&
            track.album.name.toLowerCase().includes(query.filters.album ?? '') &&
            namesOf(track.artists).includes(query.filters.artist ?? '') &&
            holds(query, track.name, namesOf(track.artists)),
        )
        .map((track) => () => fullTrack(call, track)),
  },
  album: {
    plural: 'albums',
    find: (call, query) =>
      call.world.albums
        .filter(
          (album) =>
            isOut(album, call.now) &&
            yearFits(query, album.releaseDate) &&
            (query.filters.upc === undefined || album.upc === query.filters.upc) &&
            album.name.toLowerCase().includes(query.filters.album ?? '') &&
            namesOf(album.artists).includes(query.filters.artist ?? '') &&
            holds(query, album.name, namesOf(album.artists)),
        )
        .map((album) => () => simplifiedAlbum(call, album)),
  },
  artist: {
    plural: 'artists',
    find: (call, query) =>
      call.world.artists
        .filter((artist) => artist.name.toLowerCase().includes(query.filters.artist ?? '') && holds(query, artist.name))
        .map((artist) => () => fullArtist(call, artist)),
  },
  playlist: {
    plural: 'playlists',
    /** Every third is one that Spotify made: null. */
    find: (call, query) =>
      call.world.foreignPlaylists
        .filter((playlist) => holds(query, playlist.name))
        .map((playlist, index) => () => {
          const view = index % 3 === 2 ? null : playlistById(call.world, call.listeners, playlist.id, call.now);
          return view === null ? null : simplifiedPlaylist(call, view);
        }),
  },
  show: {
    plural: 'shows',
    find: (call, query) => call.world.shows.filter((show) => holds(query, show.name)).map((show) => () => simplifiedShow(call, show)),
  },
  episode: {
    plural: 'episodes',
    find: (call, query) =>
      call.world.shows
        .flatMap((show) => show.episodes)
        .filter((episode) => episode.releasedAt <= call.now && holds(query, episode.name))
        .map((episode) => () => simplifiedEpisode(call, episode)),
  },
  audiobook: {
    plural: 'audiobooks',
    find: (call, query) =>
      call.world.audiobooks.filter((book) => holds(query, book.name)).map((book) => () => simplifiedAudiobook(call, book)),
  },
};

/** One page object per type asked for; `limit` counts per type. */
function search(call: Call): Json {
  const text = call.url.searchParams.get('q') ?? '';
  if (text.trim() === '') throw refusal(400, 'No search query');
  const types = (call.url.searchParams.get('type') ?? '').split(',');
  const limit = limitFrom(call.url, call.mode === 'extended' ? FIFTY : { most: 10, usual: 5 });
  const offset = numberFrom(call.url, 'offset', 0, 0, 1000);
  const query = queryOf(text);
  const pages = types.map((type) => {
    const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
    if (kind === undefined) throw refusal(400, `Bad search type field ${type}`);
    const found = kind.find(call, query).slice(0, 1000);
    return [kind.plural, pageOf(call, { path: '/search', limit, offset }, found, (render) => render())];
  });
  return Object.fromEntries(pages);
}

export const searchRoutes: readonly Route[] = [{ path: '/search', answer: search }];
