import type { AccountSpec } from '../listener/account.ts';
import type { Simulator } from '../simulator.ts';
import type { Truth, TruthAccount } from '../truth.ts';
import type { World } from '../world/world.ts';

/** One who has listened for a year, and one who joined a moment ago: their lists are empty. */
export const ACCOUNTS: readonly AccountSpec[] = [
  { name: 'ada', displayName: 'Ada Löwe', joinedOn: '2025-03-01', country: 'DE', utcOffsetMinutes: 60, playsPerDay: 30 },
  { name: 'newcomer', displayName: 'Nobody Yet', joinedOn: '2026-03-20', country: 'JP', utcOffsetMinutes: 540, playsPerDay: 0 },
];

export const START = new Date('2026-03-20T19:00:00Z');

/** One request that is judged. */
export interface Ask {
  /** The path of the document, names of parameters left out. */
  readonly path: string;
  /** What is sent, below `/v1`. */
  readonly sent: string;
  readonly account: string;
  readonly at: Date;
}

/** Requests for every path the simulator serves: first, middle and last pages, empty lists, nulls, local files, episodes, markets, silence. */
export function createAsks(simulator: Simulator): readonly Ask[] {
  const { world } = simulator;
  const truth = simulator.truth();
  const [ada] = truth.accounts;
  if (ada === undefined) return [];
  return [...listAsks(), ...objectAsks(world, truth), ...playlistAsks(world, ada), ...searchAsks(world, truth), ...playerAsks(ada)];
}

const ask = (path: string, sent: string, account = 'ada', at = START): Ask => ({ path, sent, account, at });

const SAVED = ['tracks', 'albums', 'shows', 'episodes', 'audiobooks'];
const RANGES = ['short_term', 'medium_term', 'long_term'];

function listAsks(): readonly Ask[] {
  const paths = [
    ...SAVED.map((what) => `/me/${what}`),
    ...['artists', 'tracks'].map((what) => `/me/top/${what}`),
    '/me/playlists',
    '/me/player/recently-played',
    '/me/following',
  ];
  const pages = ['limit=50', 'limit=3', 'limit=2&offset=1', 'limit=50&offset=5000'];
  const type = (path: string): string => (path === '/me/following' ? '&type=artist' : '');
  return [
    ...paths.flatMap((path) => [
      ...pages.map((page) => ask(path, `${path}?${page}${type(path)}`)),
      ask(path, `${path}?limit=20${type(path)}`, 'newcomer'),
    ]),
    ...RANGES.flatMap((range) => ['artists', 'tracks'].map((what) => ask(`/me/top/${what}`, `/me/top/${what}?time_range=${range}`))),
    ask('/me/tracks', '/me/tracks?market=DE'),
    ask('/me', '/me'),
    ask('/me', '/me', 'newcomer'),
    ask('/markets', '/markets'),
    ask('/browse/new-releases', '/browse/new-releases?limit=50'),
  ];
}

function objectAsks(world: World, { tracks, albums, artists }: Truth): readonly Ask[] {
  const out = (things: Readonly<Record<string, unknown>>): readonly string[] => Object.keys(things).slice(0, 12);
  const ids: Readonly<Record<string, readonly string[]>> = {
    tracks: out(tracks),
    albums: out(albums),
    artists: [...out(artists), world.artists.at(-1)?.id ?? ''],
    shows: world.shows.slice(0, 4).map((show) => show.id),
    episodes: world.shows.slice(0, 4).flatMap((show) => show.episodes[0]?.id ?? []),
    audiobooks: world.audiobooks.slice(0, 4).map((book) => book.id),
    chapters: world.audiobooks.slice(0, 4).flatMap((book) => book.chapters[0]?.id ?? []),
    'audio-features': out(tracks),
  };
  const objects = Object.entries(ids).flatMap(([name, known]) => [
    ...known.map((id) => ask(`/${name}/{}`, `/${name}/${id}`)),
    ask(`/${name}`, `/${name}?ids=${known.slice(0, 5).join(',')}`),
    ask(`/${name}`, `/${name}?ids=${known[0]},unknown`),
  ]);
  const below = [
    ['albums', 'tracks'],
    ['artists', 'albums'],
    ['artists', 'top-tracks'],
    ['shows', 'episodes'],
    ['audiobooks', 'chapters'],
  ] as const;
  const lists = below.flatMap(([name, list]) =>
    (ids[name] ?? []).flatMap((id) => ['', '?limit=2&offset=1'].map((page) => ask(`/${name}/{}/${list}`, `/${name}/${id}/${list}${page}`))),
  );
  return [...objects, ...lists, ...out(tracks).map((id) => ask('/tracks/{}', `/tracks/${id}?market=JP`)), ...relinked(world)];
}

/** Tracks that the listener's market knows under another id, or not at all. */
function relinked(world: World): readonly Ask[] {
  const old = world.tracks.filter((track) => track.album.releaseDate < '2015');
  return old.slice(0, 40).map((track) => ask('/tracks/{}', `/tracks/${track.id}?market=DE`));
}

function playlistAsks(world: World, ada: TruthAccount): readonly Ask[] {
  const own = ada.playlists.filter((playlist) => playlist.isMember).map((playlist) => playlist.id);
  const foreign = world.foreignPlaylists.slice(0, 2).map((playlist) => playlist.id);
  const pages = [
    '?limit=50',
    '?limit=50&offset=50',
    '?limit=2&offset=1',
    '?limit=50&additional_types=track,episode',
    '?limit=50&offset=9000',
  ];
  return [...own, ...foreign].flatMap((id) => [
    ask('/playlists/{}', `/playlists/${id}`),
    ...['items', 'tracks'].flatMap((list) => pages.map((page) => ask(`/playlists/{}/${list}`, `/playlists/${id}/${list}${page}`))),
  ]);
}

function searchAsks(world: World, { tracks }: Truth): readonly Ask[] {
  const all = 'album,artist,playlist,track,show,episode,audiobook';
  const isrc = Object.values(tracks).find((track) => track.isrc !== null)?.isrc;
  const queries = ['a', 'the', 'zzzzzz', `isrc:${isrc}`, world.foreignPlaylists[0]?.name ?? ''];
  return [
    ...queries.map((query) => ask('/search', `/search?q=${encodeURIComponent(query)}&type=${all}&limit=10`)),
    ask('/search', '/search?q=a&type=track&limit=5&offset=5'),
    ask('/me/library/contains', '/me/library/contains?uris=spotify:track:none,spotify:artist:none'),
  ];
}

/** The player while each kind of thing plays, and in the dead of night. */
function playerAsks(ada: TruthAccount): readonly Ask[] {
  const during = (['track', 'episode', 'local', 'chapter'] as const).flatMap((kind) => {
    const play = ada.plays.findLast((one) => one.kind === kind && one.msPlayed > 2000);
    return play === undefined ? [] : [new Date(Date.parse(play.startedAt) + 1000)];
  });
  const paths = ['', '/currently-playing', '/queue', '/devices'].map((path) => `/me/player${path}`);
  return [...during, new Date('2026-03-20T03:30:00Z')].flatMap((at) =>
    paths.flatMap((path) => ['', '?additional_types=track,episode'].map((query) => ask(path, `${path}${query}`, 'ada', at))),
  );
}
