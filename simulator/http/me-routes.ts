import type { SavedKind } from '../listener/library.ts';
import { secondText } from '../world/calendar.ts';
import type { Call, Json, Route } from './call.ts';
import { addressOf, FIFTY, limitFrom, requestedPage } from './paging.ts';
import { type PlaylistView, playlistsOf } from './playlist-view.ts';
import { refusal } from './refusal.ts';
import { extended, fullAlbum, fullArtist, fullTrack, head } from './render-music.ts';
import { simplifiedPlaylist } from './render-playlist.ts';
import { fullAudiobook, fullEpisode, simplifiedShow } from './render-spoken.ts';

/** Positions in `/me/playlists` at which a playlist made by Spotify stands, as null. */
const EDITORIAL_POSITIONS = [1, 4];

function profile(call: Call): Json {
  const { account } = call.listener();
  return {
    account_id: account.accountId,
    display_name: account.displayName,
    ...head(call, 'user', account.userId),
    images: [],
    ...extended(call, () => ({
      ...(call.may('user-read-email') ? { email: `${account.name}@example.com` } : {}),
      ...(call.may('user-read-private') ? subscription(account.country) : {}),
      followers: { href: null, total: 7 },
    })),
  };
}

const subscription = (country: string): Json => ({
  country,
  explicit_content: { filter_enabled: false, filter_locked: false },
  product: 'premium',
});

/** A route of the person's own collection: newest first, each with `added_at`. */
function savedRoute<T>(
  path: string,
  what: SavedKind,
  find: (call: Call, id: string) => T | undefined,
  render: (call: Call, thing: T) => Json,
): Route {
  return {
    path,
    scopes: what === 'episode' ? ['user-library-read', 'user-read-playback-position'] : ['user-library-read'],
    answer: (call) => {
      const saved = [...call.listener().library(call.now).saved[what]].reverse();
      const things = saved.flatMap(([id, at]) => {
        const thing = find(call, id);
        return thing === undefined ? [] : [{ thing, at }];
      });
      return requestedPage(call, things, ({ thing, at }) => ({ added_at: secondText(at), [what]: render(call, thing) }));
    },
  };
}

/** Ordered by id, so that `after` means the same on every page although artists come and go between two of them. */
function following(call: Call): Json {
  if (call.url.searchParams.get('type') !== 'artist') throw refusal(400, 'Missing parameter type');
  const limit = limitFrom(call.url, FIFTY);
  const after = call.url.searchParams.get('after') ?? '';
  const ids = [...call.listener().library(call.now).followed.keys()].sort();
  const left = ids.filter((id) => id > after);
  const page = left.slice(0, limit);
  const last = left.length > limit ? (page.at(-1) ?? null) : null;
  return {
    artists: {
      href: addressOf(call, { limit }),
      limit,
      next: last === null ? null : addressOf(call, { limit, after: last }),
      cursors: { after: last },
      total: ids.length,
      items: page.flatMap((id) => {
        const artist = call.world.find.artist.get(id);
        return artist === undefined ? [] : [fullArtist(call, artist)];
      }),
    },
  };
}

function myPlaylists(call: Call): Json {
  const all = playlistsOf(call.world, call.listener(), call.now);
  const views: (PlaylistView | null)[] = all.filter((view) => !view.collaborative || call.may('playlist-read-collaborative'));
  for (const position of EDITORIAL_POSITIONS) if (position <= views.length) views.splice(position, 0, null);
  return requestedPage(call, views, (view) => (view === null ? null : simplifiedPlaylist(call, view)));
}

/** Which of up to 40 URIs stand in the person's collection. */
function contains(call: Call): readonly boolean[] {
  const uris = (call.url.searchParams.get('uris') ?? '').split(',').filter((uri) => uri !== '');
  if (uris.length === 0 || uris.length > 40) throw refusal(400, 'Invalid uris');
  const library = call.listener().library(call.now);
  return uris.map((uri) => {
    const [, type = '', id = ''] = uri.split(':');
    if (type === 'artist') return library.followed.has(id);
    if (type === 'playlist') return library.shelves.some((shelf) => ('own' in shelf ? shelf.own.id : shelf.foreign) === id);
    return Object.hasOwn(library.saved, type) && library.saved[type as SavedKind].has(id);
  });
}

export const meRoutes: readonly Route[] = [
  { path: '/me', answer: profile },
  savedRoute('/me/tracks', 'track', (call, id) => call.world.find.track.get(id), fullTrack),
  savedRoute('/me/albums', 'album', (call, id) => call.world.find.album.get(id), fullAlbum),
  savedRoute('/me/shows', 'show', (call, id) => call.world.find.show.get(id), simplifiedShow),
  savedRoute('/me/episodes', 'episode', (call, id) => call.world.find.episode.get(id), fullEpisode),
  savedRoute('/me/audiobooks', 'audiobook', (call, id) => call.world.find.audiobook.get(id), fullAudiobook),
  { path: '/me/following', scopes: ['user-follow-read'], answer: following },
  { path: '/me/playlists', scopes: ['playlist-read-private'], answer: myPlaylists },
  { path: '/me/library/contains', scopes: ['user-library-read', 'user-follow-read', 'playlist-read-private'], answer: contains },
];
