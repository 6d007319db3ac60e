import { expect, test } from 'vitest';
import { serve } from '../server.ts';
import { marketsOf } from '../world/markets.ts';
import { BASIC, createTestClient, field, list } from './test-client.ts';
import { CLIENT_ID, issueToken, refreshTokenOf } from './tokens.ts';

const error = (status: number, message: string) => ({ error: { status, message } });

test('tokens: client credentials, refresh with Basic, refresh as a PKCE client', async () => {
  const { token } = await createTestClient('development');
  const app = await token({ grant_type: 'client_credentials' });
  expect(app.body).toEqual({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 3600 });
  const refresh = { grant_type: 'refresh_token', refresh_token: refreshTokenOf('ada') };
  expect((await token(refresh)).body).not.toHaveProperty('refresh_token');
  expect((await token({ ...refresh, client_id: CLIENT_ID }, null)).body).toMatchObject({ refresh_token: refreshTokenOf('ada') });
});

test('tokens: wrong secrets and dead refresh tokens are refused as documented', async () => {
  const { token, clock } = await createTestClient('development', { refreshTokensEndAt: new Date('2026-03-21T00:00:00Z') });
  const refresh = { grant_type: 'refresh_token', refresh_token: refreshTokenOf('ada') };
  expect(await token(refresh, Buffer.from('a:b').toString('base64'))).toMatchObject({ status: 400, body: { error: 'invalid_client' } });
  expect(await token({ ...refresh, refresh_token: 'nobody' })).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  clock.advance(86_400_000);
  expect(await token(refresh)).toMatchObject({ status: 400, body: { error: 'invalid_grant', error_description: 'Refresh token expired' } });
});

test('an access token lives for an hour of the virtual clock', async () => {
  const { get, clock } = await createTestClient('development');
  clock.advance(3_599_999);
  expect((await get('/me')).status).toBe(200);
  clock.advance(1);
  expect(await get('/me')).toMatchObject({ status: 401, body: error(401, 'The access token expired') });
});

test('forged, missing and userless tokens get 401', async () => {
  const { simulator, clock } = await createTestClient('development');
  const ask = async (authorization?: string) => {
    const headers = authorization === undefined ? {} : { authorization };
    return (await simulator.app.fetch(new Request('http://127.0.0.1:9/v1/me', { headers }))).status;
  };
  expect(await ask()).toBe(401);
  expect(await ask('Bearer nonsense')).toBe(401);
  expect(await ask(`Bearer ${issueToken('another seed', 'ada', clock.now().getTime())}`)).toBe(401);
  expect(await ask(`Bearer ${issueToken('test', null, clock.now().getTime())}`)).toBe(401);
});

test('answers carry the virtual date and their type', async () => {
  const { get } = await createTestClient('development');
  const { headers } = await get('/me');
  expect(headers.get('date')).toBe('Fri, 20 Mar 2026 19:00:00 GMT');
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
});

test('limits outside the documented range are refused', async () => {
  const development = await createTestClient('development');
  const artist = development.simulator.world.artists[0]?.id;
  for (const path of [
    '/me/tracks?limit=0',
    '/me/tracks?limit=51',
    '/me/tracks?limit=x',
    `/artists/${artist}/albums?limit=11`,
    '/search?q=a&type=track&limit=11',
  ]) {
    expect(await development.get(path)).toMatchObject({ status: 400, body: error(400, 'Invalid limit') });
  }
  const extended = await createTestClient('extended');
  expect((await extended.get(`/artists/${artist}/albums?limit=50`)).status).toBe(200);
});

test('removed endpoints answer 403 in development mode and work in extended mode', async () => {
  const development = await createTestClient('development');
  const { tracks, artists } = development.simulator.world;
  const paths = [
    `/tracks?ids=${tracks[0]?.id},unknown`,
    `/artists?ids=${artists[0]?.id}`,
    '/browse/new-releases',
    '/markets',
    `/artists/${artists[0]?.id}/top-tracks`,
  ];
  const extended = await createTestClient('extended');
  for (const path of paths) {
    expect((await development.get(path)).status).toBe(403);
    expect((await extended.get(path)).status).toBe(200);
  }
  expect((await development.get('/browse/categories')).status).toBe(403);
  expect(list(field((await extended.get(paths[0] ?? '')).body, 'tracks'))[1]).toBeNull();
});

test('unknown ids, unreleased albums and editorial playlists answer 404', async () => {
  const { get, simulator } = await createTestClient('extended');
  const unreleased = simulator.world.albums.find((album) => album.releaseDate > '2027');
  for (const path of [
    '/tracks/unknown',
    '/playlists/37i9dQZF1DXcBWIGoYBM5M',
    '/playlists/37i9dQZF1DXcBWIGoYBM5M/items',
    `/albums/${unreleased?.id}`,
    '/nothing',
  ]) {
    expect((await get(path)).status).toBe(404);
  }
});

test("in development mode another person's playlist shows itself but not its items", async () => {
  const development = await createTestClient('development');
  const id = development.simulator.world.foreignPlaylists[0]?.id;
  expect((await development.get(`/playlists/${id}/items`)).status).toBe(403);
  const { status, body } = await development.get(`/playlists/${id}`);
  expect(status).toBe(200);
  expect(body).not.toHaveProperty('items');
  const extended = await createTestClient('extended');
  const page = (await extended.get(`/playlists/${id}/tracks`)).body;
  expect(list(field(page, 'items'))[0]).toHaveProperty('track');
});

test('a collaborative playlist of somebody else can be read by its collaborator', async () => {
  const { get, simulator } = await createTestClient('development');
  const account = simulator.truth().accounts[0];
  const shared = account?.playlists.find((playlist) => playlist.isMember && playlist.ownerId !== account.userId);
  expect((await get(`/playlists/${shared?.id}/items`)).status).toBe(200);
});

test('fields picks parts of a playlist', async () => {
  const { get, simulator } = await createTestClient('development');
  const playlist = simulator.truth().accounts[0]?.playlists.find((one) => one.isMember);
  const { body } = await get(`/playlists/${playlist?.id}?fields=name,snapshot_id,items(total,items.item.uri)`);
  expect(Object.keys(body as object)).toEqual(['name', 'snapshot_id', 'items']);
  expect(field(body, 'snapshot_id')).toBe(playlist?.snapshotId);
  expect(Object.keys(field(body, 'items') as object)).toEqual(['total', 'items']);
  expect((await get(`/playlists/${playlist?.id}?fields=items(total`)).status).toBe(400);
});

test('search pages each type on its own and honours filters', async () => {
  const { get, simulator } = await createTestClient('development');
  const track = simulator.world.tracks.find((one) => one.isrc !== null && one.album.releaseDate < '2020');
  const { body } = await get(`/search?q=${encodeURIComponent(`isrc:${track?.isrc}`)}&type=track,artist&limit=10`);
  expect(list(field(body, 'tracks.items')).map((item) => field(item, 'external_ids.isrc'))).toContain(track?.isrc);
  expect(field(body, 'artists.limit')).toBe(10);
  expect((await get('/search?q=a&type=nonsense')).status).toBe(400);
});

test('the player shows what plays at its time, and answers 204 in the dead of night', async () => {
  const { get, clock, simulator } = await createTestClient('development');
  const play = simulator.truth().accounts[0]?.plays.findLast((one) => one.kind === 'track' && one.msPlayed > 1000);
  clock.set(new Date(Date.parse(play?.startedAt ?? '') + 500));
  const { body } = await get('/me/player/currently-playing');
  expect([field(body, 'item.id'), field(body, 'progress_ms'), field(body, 'is_playing')]).toEqual([play?.itemId, 500, true]);
  expect(field((await get('/me/player')).body, 'device.is_active')).toBe(true);
  clock.set(new Date('2026-03-20T03:30:00Z'));
  expect(await get('/me/player/currently-playing')).toMatchObject({ status: 204, body: null });
});

test('with a market, a track that is not available there answers as another id of its recording', async () => {
  const { get, simulator } = await createTestClient('extended');
  const elsewhere = simulator.world.tracks.find((track) => {
    const same = track.isrc === null ? [] : (simulator.world.find.isrc.get(track.isrc) ?? []);
    const isHere = (one: typeof track) => marketsOf(one.album.id).includes('DE') && one.album.releaseDate < '2020';
    return track.album.releaseDate < '2020' && !isHere(track) && same.some(isHere);
  });
  const plain = (await get(`/tracks/${elsewhere?.id}`)).body;
  expect([field(plain, 'id'), field(plain, 'linked_from')]).toEqual([elsewhere?.id, undefined]);
  const linked = (await get(`/tracks/${elsewhere?.id}?market=US`)).body;
  expect(field(linked, 'id')).not.toBe(elsewhere?.id);
  expect(linked).toMatchObject({ is_playable: true, linked_from: { id: elsewhere?.id }, external_ids: { isrc: elsewhere?.isrc } });
});

test('with etags on, an unchanged answer is a 304 without a body', async () => {
  const { get, simulator, clock } = await createTestClient('development', { etags: true });
  const etag = (await get('/me')).headers.get('etag') ?? '';
  const headers = { authorization: `Bearer ${issueToken('test', 'ada', clock.now().getTime())}`, 'if-none-match': etag };
  const again = await simulator.app.fetch(new Request('http://127.0.0.1:9/v1/me', { headers }));
  expect([again.status, await again.text(), etag !== '']).toEqual([304, '', true]);
});

test('popularity wanders by a few points from week to week and stays between 0 and 100', async () => {
  const { simulator, token, clock } = await createTestClient('extended');
  const ids = simulator.world.tracks.filter((track) => track.album.releaseDate < '2020').map((track) => track.id);
  const refresh = { grant_type: 'refresh_token', refresh_token: refreshTokenOf('ada') };
  const look = async (): Promise<readonly number[]> => {
    const access = field((await token(refresh)).body, 'access_token');
    const headers = { authorization: `Bearer ${String(access)}` };
    const url = `http://127.0.0.1:9/v1/tracks?ids=${ids.slice(0, 50).join(',')}`;
    const body = await (await simulator.app.fetch(new Request(url, { headers }))).json();
    return list(field(body, 'tracks')).map((track) => Number(field(track, 'popularity')));
  };
  const before = await look();
  expect(await look()).toEqual(before);
  clock.advance(7 * 86_400_000);
  const after = await look();
  expect(after).not.toEqual(before);
  for (const [i, value] of after.entries()) {
    expect(Math.abs(value - (before[i] ?? Number.NaN))).toBeLessThanOrEqual(4);
    expect(value).toBeGreaterThanOrEqual(0);
    expect(value).toBeLessThanOrEqual(100);
  }
});

test('library/contains says what is saved and followed', async () => {
  const { get, simulator } = await createTestClient('development');
  const account = simulator.truth().accounts[0];
  const uris = [`spotify:track:${account?.saved.track[0]?.id}`, `spotify:artist:${account?.followed[0]}`, 'spotify:album:none'];
  expect((await get(`/me/library/contains?uris=${uris.join(',')}`)).body).toEqual([true, true, false]);
});

test('every further endpoint answers', async () => {
  const { get, simulator } = await createTestClient('development');
  const { shows, audiobooks, tracks } = simulator.world;
  const paths = ['/me/audiobooks', '/me/top/tracks?time_range=short_term', '/me/top/artists?time_range=long_term', '/me/player/queue'];
  const things = [
    `/shows/${shows[0]?.id}`,
    `/shows/${shows[0]?.id}/episodes`,
    `/episodes/${shows[0]?.episodes[0]?.id}`,
    `/albums/${tracks[0]?.album.id}/tracks`,
  ];
  const books = [
    `/audiobooks/${audiobooks[0]?.id}`,
    `/audiobooks/${audiobooks[0]?.id}/chapters`,
    `/chapters/${audiobooks[0]?.chapters[0]?.id}`,
  ];
  for (const path of [...paths, ...things, ...books]) expect([path, (await get(path)).status]).toEqual([path, 200]);
});

test('faults hit as often as they are told, then things are well again', async () => {
  const { get, simulator, clock } = await createTestClient('development');
  const { faults } = simulator;
  faults.set([{ match: '/me/tracks', kind: 'rate_limit', retryAfterSeconds: 7, times: 2, after: 1 }]);
  const statuses: number[] = [];
  for (let i = 0; i < 4; i++) statuses.push((await get('/me/tracks')).status);
  expect(statuses).toEqual([200, 429, 429, 200]);
  faults.set([{ match: '/me', kind: 'quota' }]);
  expect((await get('/me')).body).toEqual({ error: { status: 429, message: 'Too many requests', reason: 'QUOTA_EXCEEDED' } });
  faults.set([
    { match: '/me', kind: 'field_gone', field: 'display_name' },
    { match: '/me', kind: 'slow', ms: 5000 },
  ]);
  expect((await get('/me')).body).not.toHaveProperty('display_name');
  const before = clock.now().getTime();
  expect((await get('/me')).status).toBe(200);
  expect(clock.now().getTime() - before).toBe(5000);
  faults.set([{ match: '/me', kind: 'plain_text' }]);
  await expect(get('/me')).rejects.toThrow(SyntaxError);
  expect(simulator.requests().at(-1)).toMatchObject({ status: 403, fault: 'plain_text', account: 'ada' });
});

test('over a real port: the same answers, movable clock, and a body that is cut off', async () => {
  const { simulator } = await createTestClient('development');
  const server = await serve(simulator, { port: 0 });
  const headers = { authorization: `Basic ${BASIC}`, 'content-type': 'application/x-www-form-urlencoded' };
  const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshTokenOf('ada') }).toString();
  const token = field(await (await fetch(`${server.url}/api/token`, { method: 'POST', headers, body: form })).json(), 'access_token');
  const bearer = { authorization: `Bearer ${String(token)}` };
  const page = await fetch(`${server.url}/v1/me/tracks?limit=50`, { headers: bearer });
  expect(page.headers.get('date')).toBe('Fri, 20 Mar 2026 19:00:00 GMT');
  expect(String(field(await page.json(), 'next'))).toMatch(new RegExp(`^${server.url}/v1/me/tracks\\?`));
  await fetch(`${server.url}/_sim/faults`, { method: 'POST', body: JSON.stringify([{ match: '/me/tracks', kind: 'cut_off' }]) });
  await expect(fetch(`${server.url}/v1/me/tracks`, { headers: bearer }).then((reply) => reply.json())).rejects.toThrow();
  const moved = await fetch(`${server.url}/_sim/clock`, { method: 'POST', body: JSON.stringify({ advanceMs: 3_600_000 }) });
  expect(await moved.json()).toEqual({ now: '2026-03-20T20:00:00.000Z' });
  expect((await fetch(`${server.url}/v1/me`, { headers: bearer })).status).toBe(401);
  expect(field(await (await fetch(`${server.url}/_sim/truth`)).json(), 'now')).toBe('2026-03-20T20:00:00.000Z');
  expect(list(field(await (await fetch(`${server.url}/_sim/requests`)).json(), 'requests'))).toHaveLength(5);
  await server.close();
});
