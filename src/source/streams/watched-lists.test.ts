import { describe, expect, it } from 'vitest';
import { album, playlist, track } from '../fixtures/objects.ts';
import { type Asked, json, NOON, offsetPage, pass, type Script, scriptedSpotify } from '../scripted-spotify.ts';
import { guarded } from './availability.ts';
import { newReleases } from './new-releases.ts';
import { watchedPlaylists } from './watched-playlists.ts';
import { watchedSearches } from './watched-searches.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const KNOWN = { unavailableSince: {}, playlistItemsPath: null };
const EDITORIAL = '37i9dQZF1DXcBWIGoYBM5M';

const paths = (asked: readonly string[]): readonly string[] => asked.map((one) => one.split('?')[0] ?? '');
const refused = (status: number, message = 'No'): Response => json({ error: { status, message } }, status);

interface Shelf {
  snapshot: string;
  readonly items: unknown[];
}

/** Playlists by id; `forbidden` ones show themselves but not their items. */
const shelves =
  (all: Readonly<Record<string, Shelf>>, forbidden: readonly string[] = []): Script =>
  (one: Asked) => {
    const [, , id = '', below] = one.path.split('/');
    const shelf = all[id];
    if (shelf === undefined) return refused(404);
    if (below === undefined) return json({ ...playlist(id), snapshot_id: shelf.snapshot });
    if (below === 'tracks' || forbidden.includes(id)) return refused(403);
    return offsetPage(shelf.items, one);
  };

const items = (count: number): unknown[] =>
  Array.from({ length: count }, (_, index) => ({ added_at: '2024-01-01T00:00:00Z', item: track(`t${index}`) }));

describe('watched playlists', () => {
  it('are walked between two readings of their version', async () => {
    const { api, asked } = scriptedSpotify(shelves({ p: { snapshot: '1', items: items(60) } }));
    const { pages } = await pass(watchedPlaylists(['p'], 24), api);
    expect(paths(asked)).toEqual(['/playlists/p', '/playlists/p/items', '/playlists/p/items', '/playlists/p']);
    expect(pages.map(({ stream, walk }) => `${stream} ${walk?.seq}`)).toEqual([
      'playlists 0',
      'playlist_items 1',
      'playlist_items 2',
      'playlists 3',
    ]);
  });

  it('are asked for nothing until their hours are over, then for their version, and weekly for all', async () => {
    const { api, asked, clock } = scriptedSpotify(shelves({ p: { snapshot: '1', items: items(60) } }));
    const stream = watchedPlaylists(['p'], 24);
    const { state } = await pass(stream, api);
    expect(stream.estimate(state, KNOWN, api.now()).requests).toBe(0);
    await pass(stream, api, state);
    expect(asked).toHaveLength(4);
    clock.advance(DAY_MS);
    expect(stream.estimate(state, KNOWN, api.now())).toMatchObject({ requests: 1, atMost: 6 });
    const daily = await pass(stream, api, state);
    expect(daily.pages.map(({ stream: name, walk }) => [name, walk])).toEqual([['playlists', null]]);
    expect(asked).toHaveLength(5);
    clock.advance(6 * DAY_MS);
    expect(stream.estimate(daily.state, KNOWN, api.now()).requests).toBe(4);
    await pass(stream, api, daily.state);
    expect(asked).toHaveLength(9);
  });

  it('are walked again when their version changes', async () => {
    const p = { snapshot: '1', items: items(3) };
    const { api, asked, clock } = scriptedSpotify(shelves({ p }));
    const { state } = await pass(watchedPlaylists(['p'], 24), api);
    p.snapshot = '2';
    clock.advance(DAY_MS);
    expect((await pass(watchedPlaylists(['p'], 24), api, state)).state.playlists.p?.snapshotId).toBe('2');
    expect(asked).toHaveLength(6);
  });

  it.each([
    [EDITORIAL, /Spotify makes it itself.*November 2024/, 'missing'],
    ['gone', /knows none of this id, or it is private/, 'missing'],
    ['theirs', /somebody else's.*development mode/, 'forbidden'],
  ])('that cannot be read are told once with the reason, and the rest is read: %s', async (id, why, code) => {
    const shelf = { snapshot: '1', items: items(3) };
    const { api, asked, clock } = scriptedSpotify(shelves({ theirs: shelf, mine: shelf }, ['theirs']));
    const stream = watchedPlaylists([id, 'mine'], 24);
    const { state } = await pass(stream, api);
    expect(state.playlists.mine?.snapshotId).toBe('1');
    expect(stream.notices(stream.initial, state)).toMatchObject([
      { code, message: expect.stringMatching(why), hint: expect.stringMatching(/\S/) },
    ]);
    clock.advance(DAY_MS);
    const before = asked.length;
    const again = await pass(stream, api, state);
    expect(paths(asked.slice(before))).toEqual(['/playlists/mine']);
    expect(stream.notices(state, again.state)).toEqual([]);
    clock.advance(30 * DAY_MS);
    await pass(stream, api, again.state);
    expect(paths(asked.slice(before + 1))).toContain(`/playlists/${id}`);
  });

  it('that are interrupted go on with those that are left', async () => {
    const shelf = { snapshot: '1', items: items(3) };
    const { api, asked } = scriptedSpotify(shelves({ p: shelf, q: shelf }));
    const { resumes } = await pass(watchedPlaylists(['p', 'q'], 24), api);
    const before = asked.length;
    await pass(watchedPlaylists(['p', 'q'], 24), api, resumes.at(-1));
    expect(paths(asked.slice(before))).toEqual(['/playlists/q', '/playlists/q/items', '/playlists/q']);
  });

  it('that change during the walk are due at once', async () => {
    const p = { snapshot: '1', items: items(60) };
    const script = shelves({ p });
    const { api } = scriptedSpotify((one) => {
      if (one.query.get('offset') === '50') p.snapshot = '2';
      return script(one);
    });
    expect((await pass(watchedPlaylists(['p'], 24), api)).state.playlists.p).toMatchObject({ snapshotId: null, checkedAt: null });
  });
});

/** Finds so many tracks and half as many albums. */
function finds(count: number, most = 50): Script {
  const found: Readonly<Record<string, readonly unknown[]>> = { tracks: items(count), albums: items(Math.floor(count / 2)) };
  return ({ query }) => {
    const [limit, offset] = [Number(query.get('limit')), Number(query.get('offset'))];
    if (limit > most) return refused(400, 'Invalid limit');
    const page = (all: readonly unknown[]): unknown => ({
      items: all.slice(offset, offset + limit),
      total: all.length,
      next: offset + limit < all.length ? 'http://spotify.test/v1/search?next' : null,
    });
    const types = (query.get('type') ?? '').split(',');
    return json(Object.fromEntries(types.map((type) => [`${type}s`, page(found[`${type}s`] ?? [])])));
  };
}

describe('watched searches', () => {
  const search = { q: 'year:1981 kraftwerk', types: ['track', 'album'], market: 'DE', pages: 3 };

  it('are read page by page until none of their types has more', async () => {
    const { api, asked } = scriptedSpotify(finds(80));
    const stream = watchedSearches([search], 24);
    const { pages, state } = await pass(stream, api);
    expect(asked.map((one) => one.replaceAll('+', ' '))).toEqual([
      '/search?q=year:1981 kraftwerk&type=track,album&limit=50&offset=0&market=DE',
      '/search?q=year:1981 kraftwerk&type=track,album&limit=50&offset=50&market=DE',
    ]);
    expect(pages.map(({ stream: name, walk }) => `${name} ${walk?.seq}`)).toEqual(['search 0', 'search 1']);
    expect(stream.estimate(state, KNOWN, api.now())).toMatchObject({ requests: 0, atMost: 0 });
    expect(stream.estimate(state, KNOWN, new Date(NOON.getTime() + 2 * DAY_MS))).toMatchObject({ requests: 2, atMost: 4 });
    await pass(stream, api, state);
    expect(asked).toHaveLength(2);
  });

  it('end after as many pages as are wanted', async () => {
    const { api, asked } = scriptedSpotify(finds(800));
    await pass(watchedSearches([search], 24), api);
    expect(asked).toHaveLength(3);
  });

  it('end at the thousandth result', async () => {
    const { api, asked } = scriptedSpotify(finds(5000));
    await pass(watchedSearches([{ ...search, pages: 100 }], 24), api);
    expect(asked).toHaveLength(20);
  });

  it('have pages of ten where fifty are refused, which is found out once', async () => {
    const { api, asked } = scriptedSpotify(finds(15, 10));
    await pass(
      watchedSearches(
        [
          { ...search, market: null },
          { ...search, q: 'other' },
        ],
        24,
      ),
      api,
    );
    expect(asked.map((one) => /limit=\d+&offset=\d+/.exec(one)?.[0])).toEqual([
      'limit=50&offset=0',
      'limit=10&offset=0',
      'limit=10&offset=10',
      'limit=10&offset=0',
      'limit=10&offset=10',
    ]);
  });

  it('that are interrupted go on with those that are left', async () => {
    const { api, asked } = scriptedSpotify(finds(10));
    const stream = watchedSearches([search, { ...search, q: 'other' }], 24);
    const { resumes } = await pass(stream, api);
    await pass(stream, api, resumes.at(-1));
    expect(asked).toHaveLength(3);
    expect(asked[2]).toContain('q=other');
  });

  it('without a page of anything are refused', async () => {
    const { api } = scriptedSpotify(() => json({}));
    await expect(pass(watchedSearches([search], 24), api)).rejects.toMatchObject({ code: 'bad_response' });
  });
});

describe('new releases', () => {
  const releases =
    (count: number): Script =>
    (one) => {
      const offset = Number(one.query.get('offset'));
      const all = Array.from({ length: count }, (_, index) => album(`a${index}`));
      const next = offset + 50 < count ? `http://spotify.test/v1${one.path}?offset=${offset + 50}&limit=50` : null;
      return json({ albums: { items: all.slice(offset, offset + 50), total: count, next } });
    };

  it('are walked to the end, again when their hours are over', async () => {
    const { api, asked, clock } = scriptedSpotify(releases(100));
    const stream = newReleases(24);
    const { state, pages } = await pass(stream, api);
    expect(asked).toEqual(['/browse/new-releases?limit=50&offset=0', '/browse/new-releases?limit=50&offset=50']);
    expect(pages.map(({ walk }) => walk?.seq)).toEqual([0, 1]);
    await pass(stream, api, state);
    expect(asked).toHaveLength(2);
    clock.advance(DAY_MS);
    expect(stream.estimate(state, KNOWN, api.now())).toMatchObject({ requests: 2, atMost: 3 });
  });

  it('are unavailable to apps in development mode', async () => {
    const { api } = scriptedSpotify(({ path }) => (path === '/me' ? json({ id: 'me' }) : refused(403)));
    const stream = guarded(newReleases(24));
    const { state } = await pass(stream, api);
    expect(stream.notices(stream.initial, state)).toMatchObject([
      { code: 'unavailable', message: expect.stringContaining('/browse/new-releases') },
    ]);
  });
});
