import type { Capabilities, StreamName } from './types.ts';

/** What an id in a path can stand for; the answers before it show which one to ask for. */
export type ExampleKind = 'track' | 'album' | 'artist' | 'playlist';

/** Endpoints that Spotify opens and closes to an app together. */
export interface EndpointFamily {
  /** As the documentation writes it, such as `/tracks/{id}`; batches as `/tracks?ids`. */
  readonly name: string;
  /** The cheapest request of it. `{id}` in path or query is that of `example`. */
  readonly path: string;
  readonly query: Readonly<Record<string, string | number>>;
  readonly example: ExampleKind | null;
  /** All of them must have been granted. https://developer.spotify.com/documentation/web-api/concepts/scopes */
  readonly scopes: readonly string[];
  /** `any`: a token that stands for the app alone may be enough. */
  readonly token: 'user' | 'any';
  /** Streams, as the settings name them, that read less without it. */
  readonly streams: readonly string[];
  /** Streams, by the kind of their answers, that need not ask anything while it is closed. */
  readonly stops: readonly StreamName[];
  /** How streams do without it; null where they cannot. */
  readonly instead: string | null;
  /** The same under another name: one of the two is enough. */
  readonly twin: string | null;
}

type Written = Partial<EndpointFamily> & Pick<EndpointFamily, 'name'>;

const ONE = { limit: 1 };

function family({ name, ...facts }: Written): EndpointFamily {
  return {
    ...{
      name,
      path: name,
      query: {},
      example: null,
      scopes: [],
      token: 'user' as const,
      streams: [],
      stops: [],
      instead: null,
      twin: null,
    },
    ...facts,
  };
}

const mine = (name: string, stream: StreamName, ...scopes: readonly string[]): EndpointFamily =>
  family({ name, query: ONE, scopes, streams: [stream], stops: [stream] });

const playlistItems = (name: string, twin: string): EndpointFamily =>
  family({ name, twin, example: 'playlist', query: ONE, streams: ['playlists', 'watched_playlists'] });

function objects(kind: 'track' | 'album' | 'artist'): readonly EndpointFamily[] {
  const [stream, watched] = [`${kind}s` as const, `watched_${kind}s`];
  const both = { token: 'any', example: kind, streams: kind === 'track' ? [watched, 'enrichment'] : [watched] } as const;
  const instead = `they are asked for one by one, a request for each ${kind}`;
  return [
    family({ ...both, name: `/${stream}/{id}`, stops: [stream] }),
    family({ ...both, name: `/${stream}?ids`, path: `/${stream}`, query: { ids: '{id}' }, instead }),
  ];
}

/**
 * Every family that a stream reads, in the order of asking: the first ones show the ids that later ones need. What apps in development mode
 * lost in 2026: https://developer.spotify.com/documentation/web-api/references/changes/february-2026
 */
export const ENDPOINT_FAMILIES: readonly EndpointFamily[] = [
  family({ name: '/me', streams: ['profile'] }),
  family({ name: '/search', query: { q: 'a', type: 'track', ...ONE }, token: 'any', streams: ['watched_searches'], stops: ['search'] }),
  mine('/me/player/recently-played', 'recently_played', 'user-read-recently-played'),
  mine('/me/player/currently-playing', 'currently_playing', 'user-read-currently-playing'),
  mine('/me/tracks', 'saved_tracks', 'user-library-read'),
  mine('/me/albums', 'saved_albums', 'user-library-read'),
  mine('/me/shows', 'saved_shows', 'user-library-read'),
  mine('/me/episodes', 'saved_episodes', 'user-library-read', 'user-read-playback-position'),
  mine('/me/audiobooks', 'saved_audiobooks', 'user-library-read'),
  family({
    ...{ name: '/me/following', query: { type: 'artist', ...ONE }, scopes: ['user-follow-read'] },
    ...{ streams: ['followed_artists'], stops: ['followed_artists'] },
  }),
  mine('/me/top/tracks', 'top_tracks', 'user-top-read'),
  mine('/me/top/artists', 'top_artists', 'user-top-read'),
  family({ name: '/me/playlists', query: { limit: 50 }, scopes: ['playlist-read-private'], streams: ['playlists'] }),
  family({ name: '/playlists/{id}', example: 'playlist', query: { fields: 'snapshot_id' }, streams: ['playlists', 'watched_playlists'] }),
  playlistItems('/playlists/{id}/items', '/playlists/{id}/tracks'),
  playlistItems('/playlists/{id}/tracks', '/playlists/{id}/items'),
  ...objects('track'),
  ...objects('album'),
  family({ name: '/albums/{id}/tracks', example: 'album', query: ONE, token: 'any', streams: ['watched_albums'] }),
  ...objects('artist'),
  family({ name: '/artists/{id}/albums', example: 'artist', query: ONE, token: 'any', streams: ['watched_artists'] }),
  family({ name: '/browse/new-releases', query: ONE, token: 'any', streams: ['new_releases'], stops: ['new_releases'] }),
];

/** Whether what was found out about the app closes a stream of this kind, or opened it after `askedAt` (ISO 8601 UTC). */
export function foundOf(
  name: StreamName,
  known: Capabilities,
): { readonly closedSince: string | null; readonly answeredAt: string | null } {
  const family = ENDPOINT_FAMILIES.find(({ stops }) => stops.includes(name));
  if (family === undefined) return { closedSince: null, answeredAt: null };
  return { closedSince: known.unavailableSince[family.name] ?? null, answeredAt: known.answeredAt?.[family.name] ?? null };
}
