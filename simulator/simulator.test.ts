import { expect, test } from 'vitest';
import type { Mode } from './http/call.ts';
import { createTestClient, field, list } from './http/test-client.ts';
import { isShown } from './listener/play.ts';

const MODES: readonly Mode[] = ['development', 'extended'];
const DAY = 86_400_000;

/** Every name of a field in a JSON value, at any depth. */
function namesIn(value: unknown, names = new Set<string>()): ReadonlySet<string> {
  if (Array.isArray(value)) for (const item of value) namesIn(item, names);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) namesIn(inner, names.add(name));
  }
  return names;
}

test.each(MODES)('pages cover every list without holes (%s)', async (mode) => {
  const { get, walk, simulator } = await createTestClient(mode);
  const [truth] = simulator.truth().accounts;
  if (truth === undefined) throw new Error('no account');
  const ids = (items: readonly unknown[], path: string): readonly unknown[] => items.map((item) => field(item, path));
  expect(ids(await walk('/me/tracks?limit=50'), 'track.id')).toEqual(truth.saved.track.map((item) => item.id));
  expect(ids(await walk('/me/tracks?limit=7'), 'added_at')).toEqual(truth.saved.track.map((item) => item.addedAt));
  expect(ids(await walk('/me/albums'), 'album.id')).toEqual(truth.saved.album.map((item) => item.id));
  expect(ids(await walk('/me/episodes'), 'episode.id')).toEqual(truth.saved.episode.map((item) => item.id));
  expect(ids(await walk('/me/following?type=artist&limit=2'), 'id')).toEqual(truth.followed);
  const playlists = await walk('/me/playlists?limit=3');
  expect(playlists.filter((playlist) => playlist === null)).toHaveLength(2);
  expect(
    ids(
      playlists.filter((playlist) => playlist !== null),
      'snapshot_id',
    ),
  ).toEqual(truth.playlists.map((playlist) => playlist.snapshotId));
  expect(field((await get('/me/playlists')).body, 'total')).toBe(playlists.length);
});

test.each(MODES)('items of own playlists are the truth, in order, with nulls, local files and episodes (%s)', async (mode) => {
  const { walk, simulator } = await createTestClient(mode);
  const own = simulator.truth().accounts.flatMap((account) => account.playlists.filter((playlist) => playlist.isMember));
  const kinds = new Set<string>();
  for (const playlist of own) {
    const items = await walk(`/playlists/${playlist.id}/items?limit=50`);
    expect(items.map((item) => [field(item, 'item.uri') ?? null, field(item, 'added_at')])).toEqual(
      playlist.items.map((item) => [item.uri, item.addedAt]),
    );
    for (const item of playlist.items) kinds.add(item.kind);
  }
  expect(kinds).toEqual(new Set(['track', 'local', 'episode', 'unavailable']));
});

test('development mode lacks the fields that were removed in 2026, extended mode has them', async () => {
  const removed = ['popularity', 'available_markets', 'followers', 'label', 'album_group', 'publisher', 'country', 'product', 'email'];
  for (const mode of MODES) {
    const { get, simulator } = await createTestClient(mode);
    const track = simulator.world.tracks.find((one) => one.album.releasedDay < 15_000);
    const artist = track?.artists[0]?.id;
    const items = [`/albums/${track?.album.id}`, `/tracks/${track?.id}`, `/artists/${artist}`, `/artists/${artist}/albums`];
    const names = new Set<string>();
    for (const path of [...items, '/me', '/me/tracks', '/me/albums', '/me/shows', '/me/top/artists', '/me/player/recently-played']) {
      const { status, body } = await get(path);
      expect([path, status]).toEqual([path, 200]);
      for (const name of namesIn(body)) names.add(name);
    }
    expect(removed.filter((name) => names.has(name))).toEqual(mode === 'development' ? [] : removed);
    const { body } = await get(`/artists/${artist}`);
    expect(Object.hasOwn(Object(body), 'genres')).toBe(mode === 'extended');
    expect(['account_id', 'external_ids', 'isrc', 'upc'].filter((name) => !names.has(name))).toEqual([]);
  }
});

test('a playlist has its items under the new name, in extended mode under the old one as well', async () => {
  for (const mode of MODES) {
    const { get, simulator } = await createTestClient(mode);
    const playlist = simulator.truth().accounts[0]?.playlists.find((one) => one.isMember && one.items.length > 0);
    const { body } = await get(`/playlists/${playlist?.id}`);
    expect(field(body, 'items.total')).toBe(playlist?.items.length);
    expect(list(field(body, 'items.items'))[0]).toHaveProperty('item');
    expect(field(body, 'tracks.total')).toBe(mode === 'extended' ? playlist?.items.length : undefined);
    expect(Object.hasOwn(Object(list(field(body, 'items.items'))[0]), 'track')).toBe(mode === 'extended');
  }
});

test('recently-played shows the newest fifty showable plays and no more, however one pages', async () => {
  const { get, walk, simulator } = await createTestClient('development');
  const showable = () => simulator.truth().accounts[0]?.plays.filter((play) => play.isShowable) ?? [];
  const newest = showable().slice(-50).reverse();
  const first = (await get('/me/player/recently-played?limit=50')).body;
  expect(list(field(first, 'items')).map((item) => [field(item, 'played_at'), field(item, 'track.id')])).toEqual(
    newest.map((play) => [play.playedAt, play.itemId]),
  );
  expect((await get(String(field(first, 'next')))).body).toMatchObject({ items: [], next: null, cursors: null });
  const walked = await walk('/me/player/recently-played?limit=10');
  expect(walked.map((item) => field(item, 'played_at'))).toEqual(newest.map((play) => play.playedAt));
  const shown = showable().filter((play) => play.wasShown);
  expect(shown.map((play) => play.playedAt).reverse()).toEqual(newest.map((play) => play.playedAt));
});

test('the cursors of recently-played are exclusive', async () => {
  const { get } = await createTestClient('development');
  const all = list(field((await get('/me/player/recently-played?limit=50')).body, 'items')).map((item) => String(field(item, 'played_at')));
  const pivot = Date.parse(all[10] ?? '');
  const times = async (query: string) =>
    list(field((await get(`/me/player/recently-played?limit=50&${query}`)).body, 'items')).map((item) => field(item, 'played_at'));
  expect(await times(`after=${pivot}`)).toEqual(all.slice(0, 10));
  expect(await times(`before=${pivot}`)).toEqual(all.slice(11));
  expect((await get(`/me/player/recently-played?after=${pivot}&before=${pivot}`)).status).toBe(400);
});

test('new plays appear as the clock moves, each at its own time', async () => {
  const { get, clock, simulator } = await createTestClient('development');
  const before = simulator.truth().accounts[0]?.plays.length ?? 0;
  clock.advance(DAY);
  await get('/me');
  expect(simulator.requests().at(-1)).toMatchObject({ path: '/v1/me', status: 401 });
  const after = simulator.truth().accounts[0]?.plays ?? [];
  expect(after.length).toBeGreaterThan(before);
  expect(Math.max(...after.map((play) => Date.parse(play.playedAt)))).toBeLessThanOrEqual(clock.now().getTime());
});

test('the truth at a time is the same however the clock got there', async () => {
  const [stepped, jumped] = [await createTestClient('extended'), await createTestClient('extended')];
  for (let hours = 0; hours < 96; hours += 8) {
    stepped.clock.advance(8 * 3_600_000);
    await stepped.get('/me/tracks');
    stepped.simulator.truth();
  }
  jumped.clock.advance(200 * DAY);
  jumped.simulator.truth();
  jumped.clock.advance(-196 * DAY);
  expect(jumped.simulator.truth()).toEqual(stepped.simulator.truth());
});

test('the same snapshot_id means the same rows, but for items withdrawn; edits change it', async () => {
  const { clock, simulator } = await createTestClient('development');
  const seen = new Map<string, string>();
  for (let look = 0; look < 20; look++, clock.advance(3 * DAY)) {
    for (const { id, snapshotId, name, items } of simulator.truth().accounts[0]?.playlists ?? []) {
      const version = `${id} ${snapshotId}`;
      const rows = JSON.stringify([name, items.map((item) => [item.addedAt, item.addedBy])]);
      expect(rows).toBe(seen.get(version) ?? rows);
      seen.set(version, rows);
    }
  }
  const playlists = new Set([...seen.keys()].map((version) => version.split(' ')[0]));
  expect(seen.size).toBeGreaterThan(playlists.size * 2);
});

test('nothing of a world is worked out twice: asking again costs no more plays and no more changes', async () => {
  const { simulator, clock } = await createTestClient('development');
  const [listener] = simulator.listeners;
  const now = clock.now().getTime();
  expect(listener?.plays(0, now)[0]).toBe(listener?.plays(0, now)[0]);
  expect(listener?.recent(now, 1)[0]).toBe(listener?.plays(0, now).findLast(isShown));
});
