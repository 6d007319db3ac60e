import { describe, expect, it } from 'vitest';
import { episode, playlist, track, user } from '../fixtures/objects.ts';
import { type Asked, json, NOON, offsetPage, pass, type Script, scriptedSpotify } from '../scripted-spotify.ts';
import { playlistItems } from './playlists.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

interface Shelf {
  readonly id: string;
  snapshot: string;
  readonly owner: string;
  readonly collaborative?: boolean;
  /** The list shows that there are contents, as it does for every playlist with extended quota. */
  readonly isShown?: boolean;
  /** Spotify refuses the contents. */
  readonly refusal?: 403 | 404;
  readonly items: unknown[];
}

const items = (count: number): unknown[] =>
  Array.from({ length: count }, (_, index) => ({ added_at: '2024-01-01T00:00:00Z', added_by: { id: 'me' }, item: track(`t${index}`) }));

const own = (id: string, count = 3): Shelf => ({ id, snapshot: `${id}-1`, owner: 'me', items: items(count) });

const simplified = (shelf: Shelf): unknown => ({
  ...playlist(shelf.id),
  owner: { id: shelf.owner },
  collaborative: shelf.collaborative ?? false,
  snapshot_id: shelf.snapshot,
  ...(shelf.owner === 'me' || shelf.isShown === true ? { items: { total: shelf.items.length } } : {}),
});

/** `spelling`: the only name of the items' path that this Spotify knows. */
function playlists(
  shelves: readonly (Shelf | null)[],
  spelling = 'items',
  also: Script = () => json({ error: { status: 404 } }, 404),
): Script {
  return (one: Asked) => {
    if (one.path === '/me') return json(user);
    if (one.path === '/me/playlists')
      return offsetPage(
        shelves.map((shelf) => shelf && simplified(shelf)),
        one,
      );
    const [, , id, tail] = one.path.split('/');
    const shelf = shelves.find((each) => each?.id === id);
    if (shelf === undefined || shelf === null) return also(one);
    if (tail === undefined) return shelf.refusal === 404 ? also(one) : json(simplified(shelf));
    if (shelf.refusal !== undefined || tail !== spelling)
      return json({ error: { status: 403, message: 'Forbidden' } }, shelf.refusal ?? 403);
    return offsetPage(shelf.items, one);
  };
}

/** Without queries, to see the order of things. */
const paths = (asked: readonly string[]): readonly string[] => asked.map((one) => one.split('?')[0] ?? '');

describe('a pass over the playlists', () => {
  it('asks who the user is, lists the playlists, and walks each between two readings of its version', async () => {
    const { api, asked } = scriptedSpotify(playlists([own('p', 60), own('q', 0)]));
    const { pages, state } = await pass(playlistItems, api);
    expect(paths(asked)).toEqual([
      '/me',
      '/me/playlists',
      '/playlists/p',
      '/playlists/p/items',
      '/playlists/p/items',
      '/playlists/p',
      '/playlists/q',
      '/playlists/q/items',
      '/playlists/q',
    ]);
    expect(asked[2]).toContain('fields=collaborative,');
    expect(asked[2]).not.toMatch(/items|tracks/);
    expect(asked[4]).toBe('/playlists/p/items?limit=50&offset=50&additional_types=track,episode');
    expect(pages.map(({ stream, walk }) => `${stream} ${walk?.seq ?? '-'}`)).toEqual([
      'profile -',
      'my_playlists 0',
      'playlists 0',
      'playlist_items 1',
      'playlist_items 2',
      'playlists 3',
      'playlists 0',
      'playlist_items 1',
      'playlists 2',
    ]);
    expect(new Set(pages.slice(2, 6).map(({ walk }) => walk?.startedAt.toISOString()))).toEqual(new Set(['2026-03-01T12:00:03.000Z']));
    expect(state).toMatchObject({
      userId: 'me',
      itemsPath: 'items',
      playlists: { p: { snapshotId: 'p-1', total: 60 }, q: { snapshotId: 'q-1', total: 0 } },
    });
  });

  it('walks again what changed, and leaves the rest', async () => {
    const shelves = [own('p'), own('q')];
    const { api, asked } = scriptedSpotify(playlists(shelves));
    const { state } = await pass(playlistItems, api);
    const changed = shelves[1];
    if (changed !== undefined) changed.snapshot = 'q-2';
    const before = asked.length;
    const again = await pass(playlistItems, api, state);
    expect(paths(asked.slice(before))).toEqual(['/me/playlists', '/playlists/q', '/playlists/q/items', '/playlists/q']);
    expect(again.state.playlists.q?.snapshotId).toBe('q-2');
  });

  it('looks again at a list of several pages only where it is not the one known', async () => {
    const shelves: Shelf[] = Array.from({ length: 60 }, (_, index) => ({ ...own(`p${index}`), owner: 'another' }));
    const { api, asked, clock } = scriptedSpotify(playlists(shelves));
    const first = await pass(playlistItems, api);
    expect(paths(asked)).toEqual(['/me', '/me/playlists', '/me/playlists', '/me/playlists']);
    const cost = (now: Date): number =>
      playlistItems.estimate(first.state, { unavailableSince: {}, playlistItemsPath: null }, now).requests;
    expect([cost(clock.now()), (await pass(playlistItems, api, first.state)).pages.length]).toEqual([2, 2]);
    const other = shelves[55];
    if (other !== undefined) other.snapshot = 'another version';
    const changed = await pass(playlistItems, api, first.state);
    expect(changed.pages).toHaveLength(3);
    expect((await pass(playlistItems, api, changed.state)).pages).toHaveLength(2);
    clock.advance(7 * DAY_MS);
    expect([cost(clock.now()), (await pass(playlistItems, api, changed.state)).pages.length]).toEqual([3, 3]);
  });

  it('walks everything again after seven days', async () => {
    const { api, asked, clock } = scriptedSpotify(playlists([own('p')]));
    const { state } = await pass(playlistItems, api);
    clock.advance(7 * DAY_MS);
    const before = asked.length;
    await pass(playlistItems, api, state);
    expect(asked.length - before).toBe(4);
  });

  it('forgets a playlist that left the list', async () => {
    const shelves = [own('p'), own('q')];
    const { api } = scriptedSpotify(playlists(shelves));
    const { state } = await pass(playlistItems, api);
    shelves.pop();
    expect(Object.keys((await pass(playlistItems, api, state)).state.playlists)).toEqual(['p']);
  });

  it('that is interrupted goes on with the playlists that are left', async () => {
    const { api, asked } = scriptedSpotify(playlists([own('p'), own('q')]));
    const { resumes } = await pass(playlistItems, api);
    const midway = resumes.at(-1) ?? expect.fail('nothing was yielded');
    expect(Object.keys(midway.playlists)).toEqual(['p']);
    const before = asked.length;
    await pass(playlistItems, api, midway);
    expect(paths(asked.slice(before))).toEqual(['/me/playlists', '/playlists/q', '/playlists/q/items', '/playlists/q']);
  });

  it('passes over null entries of the list, and takes one that is listed twice once', async () => {
    const p = own('p');
    const { api, asked } = scriptedSpotify(playlists([null, p, null, p]));
    await pass(playlistItems, api);
    expect(paths(asked)).toEqual(['/me', '/me/playlists', '/playlists/p', '/playlists/p/items', '/playlists/p']);
  });

  it('of an account without playlists is two requests', async () => {
    const { api, asked } = scriptedSpotify(playlists([]));
    expect((await pass(playlistItems, api)).state.playlists).toEqual({});
    expect(asked).toHaveLength(2);
  });

  it('reads null items, episodes and local files like any other', async () => {
    const mixed = [
      { added_at: null, item: null },
      { added_at: null, item: episode('e') },
      { added_at: null, is_local: true, item: { ...track('l'), id: null } },
    ];
    const { api } = scriptedSpotify(playlists([{ ...own('p'), items: mixed }]));
    expect((await pass(playlistItems, api)).state.playlists.p).toMatchObject({ snapshotId: 'p-1', total: 3 });
  });
});

describe('a playlist that changes during its walk', () => {
  it('by its version is not taken as read', async () => {
    const p = own('p', 60);
    const script = playlists([p]);
    const { api } = scriptedSpotify((one) => {
      if (one.query.get('offset') === '50') p.snapshot = 'p-2';
      return script(one);
    });
    const { state } = await pass(playlistItems, api);
    expect(state.playlists.p).toEqual({ snapshotId: null, lastFullWalkAt: null, total: null, unreadableSince: null, refusal: null });
  });

  it('by its length is not taken as read, though the version lags behind', async () => {
    const p = own('p', 60);
    const script = playlists([p]);
    const { api } = scriptedSpotify((one) => {
      if (one.query.get('offset') === '50') p.items.pop();
      return script(one);
    });
    expect((await pass(playlistItems, api)).state.playlists.p?.snapshotId).toBeNull();
  });
});

describe('the items of a playlist', () => {
  it('are asked for as tracks where items is refused, and from then on at once', async () => {
    const { api, asked } = scriptedSpotify(playlists([own('p'), own('q')], 'tracks'));
    const { state } = await pass(playlistItems, api);
    expect(paths(asked).filter((one) => /items|tracks/.test(one))).toEqual([
      '/playlists/p/items',
      '/playlists/p/tracks',
      '/playlists/q/tracks',
    ]);
    expect(state.itemsPath).toBe('tracks');
    expect(state.playlists.q?.snapshotId).toBe('q-1');
  });

  it("of somebody else's are not asked for where the list shows no contents", async () => {
    const { api, asked } = scriptedSpotify(playlists([{ ...own('p'), owner: 'somebody' }]));
    await pass(playlistItems, api);
    expect(paths(asked)).toEqual(['/me', '/me/playlists']);
  });

  it.each([
    ['collaborative', { collaborative: true }],
    ['shown by the list', { isShown: true }],
  ])("of somebody else's are read where they are %s", async (_, change) => {
    const { api } = scriptedSpotify(playlists([{ ...own('p'), owner: 'somebody', ...change }]));
    expect((await pass(playlistItems, api)).state.playlists.p?.snapshotId).toBe('p-1');
  });

  it.each([403, 404] as const)('that are refused with %i mark that playlist alone, for thirty days', async (refusal) => {
    const { api, asked, clock } = scriptedSpotify(playlists([{ ...own('p'), owner: 'somebody', isShown: true, refusal }, own('q')]));
    const { state } = await pass(playlistItems, api);
    expect(state.playlists.p?.unreadableSince).toMatch(/^2026-03-01T12:00:0/);
    expect(state.playlists.q?.snapshotId).toBe('q-1');
    const told = playlistItems.notices(playlistItems.initial, state);
    expect(told.map(({ code, message }) => `${code} ${message}`)).toEqual([
      expect.stringMatching(refusal === 403 ? /^forbidden playlist p .*somebody else's/ : /^missing playlist p .*knows none of this id/),
    ]);
    const before = asked.length;
    const again = await pass(playlistItems, api, state);
    expect(playlistItems.notices(state, again.state)).toEqual([]);
    expect(paths(asked.slice(before))).toEqual(['/me/playlists']);
    clock.advance(30 * DAY_MS);
    const later = asked.length;
    await pass(playlistItems, api, state);
    expect(paths(asked.slice(later))).toContain('/playlists/p');
  });

  it('that stay unread because the quota is used up end the pass', async () => {
    const script = playlists([own('p'), own('q')]);
    const { api } = scriptedSpotify((one) =>
      one.path === '/playlists/q/items'
        ? json({ error: { status: 429, message: 'Too many', reason: 'QUOTA_EXCEEDED' } }, 429)
        : script(one),
    );
    await expect(pass(playlistItems, api)).rejects.toMatchObject({ code: 'quota_exceeded' });
  });
});

describe('what a pass costs', () => {
  const known = { unavailableSince: {}, playlistItemsPath: null };

  it('is the list alone where nothing changed, and every walk at most', async () => {
    const { api, asked } = scriptedSpotify(playlists([own('p', 60), own('q', 0)]));
    const { state } = await pass(playlistItems, api);
    const before = asked.length;
    expect(playlistItems.estimate(state, known, api.now())).toMatchObject({ requests: 1, atMost: 3 + 5 + 4 });
    await pass(playlistItems, api, state);
    expect(asked.length - before).toBe(1);
  });

  it('holds the walks that are due after seven days', async () => {
    const { api, asked, clock } = scriptedSpotify(playlists([own('p', 60), own('q', 0)]));
    const { state } = await pass(playlistItems, api);
    clock.advance(7 * DAY_MS);
    const before = asked.length;
    expect(playlistItems.estimate(state, known, api.now()).requests).toBe(1 + 4 + 3);
    await pass(playlistItems, api, state);
    expect(asked.length - before).toBe(8);
  });

  it('is not known before the first', () => {
    expect(playlistItems.estimate(playlistItems.initial, known, NOON)).toMatchObject({ requests: 2, atMost: null });
  });
});
