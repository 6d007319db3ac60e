import { describe, expect, it } from 'vitest';
import { album, artist, episode, playlist, savedTrack, track, user } from './fixtures/objects.ts';
import { identify } from './identify.ts';
import { isObject } from './json.ts';
import { recognise } from './recognise.ts';

const told = (body: unknown, fileName?: string): string => {
  const found = recognise(body, fileName === undefined ? {} : { fileName });
  return found.kind === 'stream' ? found.stream : found.kind;
};

const without = (body: unknown, ...names: readonly string[]): unknown =>
  isObject(body) ? Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name))) : body;

const empty = (path: string): unknown => ({ href: `https://api.spotify.com/v1${path}`, items: [], total: 0 });

describe('by its own address, even where the page is empty,', () => {
  it.each([
    ['/me/tracks?offset=0&limit=20', 'saved_tracks'],
    ['/me/albums', 'saved_albums'],
    ['/me/shows', 'saved_shows'],
    ['/me/episodes', 'saved_episodes'],
    ['/me/audiobooks', 'saved_audiobooks'],
    ['/me/top/artists?time_range=long_term', 'top_artists'],
    ['/me/top/tracks', 'top_tracks'],
    ['/me/player/recently-played?limit=50', 'recently_played'],
    ['/me/playlists', 'my_playlists'],
    ['/users/somebody/playlists', 'my_playlists'],
    ['/playlists/37i9/tracks?offset=100', 'playlist_items'],
    ['/playlists/37i9/items', 'playlist_items'],
    ['/users/some%20body/playlists/37i9/tracks', 'playlist_items'],
    ['/albums/1a/tracks', 'album_tracks'],
    ['/artists/1a/albums?include_groups=single', 'artist_albums'],
    ['/shows/1a/episodes', 'show_episodes'],
    ['/audiobooks/1a/chapters', 'no_table'],
  ])('%s is %s', (path, expected) => {
    expect(told(empty(path))).toBe(expected);
  });

  it.each([
    ['artists', '/me/following?type=artist', 'followed_artists'],
    ['albums', '/browse/new-releases', 'new_releases'],
    ['albums', '/search?query=x&type=album', 'search'],
    ['playlists', '/browse/featured-playlists', 'search'],
    ['playlists', '/browse/categories/party/playlists', 'search'],
    ['categories', '/browse/categories', 'no_table'],
  ])('wrapped in %s, %s is %s', (name, path, expected) => {
    expect(told({ [name]: empty(path) })).toBe(expected);
  });

  it('wins over the shape of the elements', () => {
    expect(told({ href: 'https://api.spotify.com/v1/me/top/tracks', items: [savedTrack('a')] })).toBe('top_tracks');
  });
});

describe('by its shape', () => {
  const bare = { track: without(track('a'), 'href'), album: without(album('a'), 'href'), artist: without(artist('a'), 'href') };
  it.each([
    ['plays', { items: [{ played_at: '2020-01-01T00:00:00Z', track: track('a') }] }, 'recently_played'],
    ['saved tracks', { items: [null, savedTrack('a')] }, 'saved_tracks'],
    ['saved albums', { items: [{ added_at: '2020-01-01T00:00:00Z', album: album('a') }] }, 'saved_albums'],
    ['playlist items', { items: [{ added_at: null, added_by: { id: '' }, track: null }] }, 'playlist_items'],
    ['playlist items under the new name', { items: [{ added_at: null, item: track('a') }] }, 'playlist_items'],
    ['tracks with their albums', { items: [track('a')] }, 'top_tracks'],
    ['tracks without albums', { items: [without(track('a'), 'album')] }, 'album_tracks'],
    ['artists', { items: [artist('a')] }, 'top_artists'],
    ['albums', { items: [album('a')] }, 'artist_albums'],
    ['playlists', { items: [playlist('a')] }, 'my_playlists'],
    ['episodes', { items: [episode('a')] }, 'show_episodes'],
    ['a batch of tracks, or top tracks', { tracks: [track('a')] }, 'tracks'],
    ['recommendations', { tracks: [track('a')], seeds: [] }, 'tracks'],
    ['related artists', { artists: [artist('a')] }, 'artists'],
    ['an empty batch', { albums: [] }, 'albums'],
    ['pages of a search', { tracks: { items: [track('a')] }, artists: { items: [] } }, 'search'],
    ['followed artists', { artists: { items: [artist('a')], cursors: { after: null } } }, 'followed_artists'],
    ['a track', bare.track, 'tracks'],
    ['a track known by its URI alone', without(bare.track, 'type'), 'tracks'],
    ['an album', bare.album, 'albums'],
    ['an artist', bare.artist, 'artists'],
    ['a playlist', without(playlist('a'), 'href'), 'playlists'],
    ['an old playlist known by its URI alone', { id: 'x', uri: 'spotify:user:me:playlist:x' }, 'playlists'],
    ['the own profile', user, 'profile'],
    ['what plays now', { is_playing: true, item: track('a') }, 'currently_playing'],
    ['the queue', { currently_playing: null, queue: [] }, 'queue'],
  ])('%s', (_, body, expected) => {
    expect(told(body)).toBe(expected);
  });

  it('a cut-down list of tracks is of a playlist where the file says so', () => {
    const body = { items: [{ added_at: '2020-01-01T00:00:00Z', track: { id: 'a' } }] };
    expect([told(body), told(body, 'Playlist_top50.json')]).toEqual(['saved_tracks', 'playlist_items']);
  });
});

it.each([
  ["another user's profile", { ...user, account_id: undefined }],
  ['audio features', { audio_features: [null] }],
  ['audio features', { danceability: 0.5, energy: 0.5, type: 'audio_features' }],
  ['audio analysis', { bars: [], beats: [] }],
  ['devices', { devices: [] }],
  ['markets', { markets: ['AD'] }],
  ['genre seeds', { genres: ['acoustic'] }],
  ['library check', [true, false]],
  ['cover images', [{ url: 'http://images.test/1', width: null, height: null }]],
  ['player without an item', { is_playing: false, item: null }],
])('there is no table for %s', (what, body) => {
  expect(recognise(body, {})).toEqual({ kind: 'no_table', what });
});

it.each([
  ['an access token', { access_token: 'x', token_type: 'Bearer' }],
  ['an access token', { items: [], session: { access_token: 'x' } }],
  ['a refresh token', [{ refresh_token: 'x' }]],
  ['a client secret', { client_id: 'x', client_secret: 'y' }],
])('what holds %s is a secret', (what, body) => {
  expect(recognise(body, {})).toEqual({ kind: 'secret', what });
});

it.each([
  [{ error: 'invalid_client' }, 'an error answer'],
  [{ error: { status: 404, message: 'Not found' } }, 'an error answer'],
  [{ items: [], total: 0 }, 'an empty page that does not say which list it is of'],
  [{ items: [null] }, 'a page of nothing but null that does not say which list it is of'],
  [{ items: [{ x: 1 }] }, 'a page whose elements look like none of the Web API'],
  [[], 'an empty list that does not say of what'],
  [[savedTrack('a')], 'a list without the answer around it'],
  [{ hello: 'there' }, 'looks like no answer of the Web API'],
  ['text', 'no JSON object'],
  [null, 'no JSON object'],
])('%j stays unknown: %s', (body, why) => {
  expect(recognise(body, {})).toEqual({ kind: 'unknown', why });
});

describe('an answer says of its request', () => {
  it('path and query, the old spelling of a playlist brought to the new', () => {
    const href = 'https://api.spotify.com/v1/users/caf%C3%A9/playlists/21TH/tracks?offset=100&limit=100';
    expect(identify('playlist_items', { href, items: [], offset: 0 })).toEqual({
      path: '/playlists/21TH/tracks',
      query: { offset: '100', limit: '100' },
    });
  });

  it('offset and limit of the page where its address has none', () => {
    const body = { href: 'http://127.0.0.1:9000/v1/me/top/artists?time_range=long_term', items: [], offset: 50, limit: 50 };
    expect(identify('top_artists', body)).toEqual({
      path: '/me/top/artists',
      query: { time_range: 'long_term', offset: '50', limit: '50' },
    });
  });

  it('what stands on the page that it wraps', () => {
    const body = { artists: { href: 'https://api.spotify.com/v1/me/following?type=artist', items: [] } };
    expect(identify('followed_artists', body)).toEqual({ path: '/me/following', query: { type: 'artist' } });
  });

  it('which object it is, by its id where it has no address', () => {
    expect(identify('albums', without(album('1a'), 'href'))).toEqual({ path: '/albums/1a', query: {} });
  });

  it('nothing, where it holds no address', () => {
    expect(identify('tracks', { tracks: [track('a')] })).toEqual({ path: '', query: {} });
    expect(identify('saved_tracks', { href: 'me/tracks', items: [] })).toEqual({ path: '', query: {} });
  });
});
