import { describe, expect, it } from 'vitest';
import { savedTrack, user } from '../fixtures/objects.ts';
import { json, offsetPage, pass, type Script, scriptedSpotify } from '../scripted-spotify.ts';
import { guardedStream } from './any-stream.ts';
import { guarded } from './availability.ts';
import { playlistItems } from './playlists.ts';
import { profile } from './profile.ts';
import { savedTracks } from './saved-items.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const KNOWN = { unavailableSince: {}, playlistItemsPath: null };
const refused = (status: number, message = 'Forbidden'): Response => json({ error: { status, message } }, status);

/** A Spotify that knows the profile; the library answers as it is told. */
const library =
  (answer: Script): Script =>
  (one) =>
    one.path === '/me' ? json(user) : answer(one);

const stream = guarded(savedTracks);

describe('a stream that this app may not read, while others answer', () => {
  it.each([
    ['403', () => refused(403)],
    ['404', () => refused(404, 'Service not found')],
    ['429 from the first call', () => refused(429, 'Too many requests')],
  ])('after a %s ends without an error, is told once, and is asked again after seven days', async (_, answer) => {
    const { api, asked, clock } = scriptedSpotify(library(answer));
    const { state, pages } = await pass(stream, api);
    expect(pages.map((page) => page.stream)).toEqual(['profile']);
    expect(state.unavailable).toMatchObject({
      since: expect.stringMatching(/^2026-03-01T12:00/),
      why: expect.stringContaining('GET /me/tracks'),
    });
    expect(stream.notices(stream.initial, state)).toMatchObject([
      { code: 'unavailable', message: expect.stringContaining('saved_tracks') },
    ]);
    expect(stream.estimate(state, KNOWN, api.now())).toMatchObject({ requests: 0, atMost: 0 });

    const before = asked.length;
    const soon = await pass(stream, api, state);
    expect(asked.length).toBe(before);
    expect(stream.notices(state, soon.state)).toEqual([]);

    clock.advance(7 * DAY_MS);
    const later = await pass(stream, api, soon.state);
    expect(asked.length).toBeGreaterThan(before);
    expect(later.state.unavailable?.since).toBe(state.unavailable?.since);
    expect(stream.notices(soon.state, later.state)).toEqual([]);
  });

  it('found closed by a probe is not asked for, and is told once', async () => {
    const { api, asked } = scriptedSpotify(library(() => refused(403)));
    const known = { ...KNOWN, unavailableSince: { '/me/tracks': '2026-02-27T12:00:00.000Z' } };
    expect(stream.estimate(stream.initial, known, api.now())).toMatchObject({ requests: 0, atMost: 0 });
    const { state } = await pass(stream, api, stream.initial, known);
    expect(asked).toEqual([]);
    expect(state.unavailable?.since).toBe('2026-02-27T12:00:00.000Z');
    expect(stream.notices(stream.initial, state)).toMatchObject([{ code: 'unavailable' }]);
    const again = await pass(stream, api, state, known);
    expect(stream.notices(state, again.state)).toEqual([]);
  });

  it('found open by a later probe is asked for at once', async () => {
    let isOpen = false;
    const { api } = scriptedSpotify(library((one) => (isOpen ? offsetPage([savedTrack('a')], one) : refused(403))));
    const { state } = await pass(stream, api);
    isOpen = true;
    const open = (at: string) => ({ ...KNOWN, answeredAt: { '/me/tracks': at } });
    expect((await pass(stream, api, state, open('2026-03-01T11:00:00.000Z'))).state.unavailable).not.toBeNull();
    expect((await pass(stream, api, state, open('2026-03-01T13:00:00.000Z'))).state).toMatchObject({
      unavailable: null,
      hasAnswered: true,
    });
  });

  it('is read again when it opens', async () => {
    let isOpen = false;
    const { api, clock } = scriptedSpotify(library((one) => (isOpen ? offsetPage([savedTrack('a')], one) : refused(403))));
    const { state } = await pass(stream, api);
    isOpen = true;
    clock.advance(7 * DAY_MS);
    expect((await pass(stream, api, state)).state).toMatchObject({ unavailable: null, hasAnswered: true, inner: { total: 1 } });
  });

  it('is told though the account was asked for on the way', async () => {
    const { api } = scriptedSpotify(library(() => refused(403)));
    expect((await pass(guarded(playlistItems), api)).state).toMatchObject({
      unavailable: { why: expect.stringContaining('/me/playlists') },
    });
  });
});

describe('a refusal is thrown as it is', () => {
  it('where the profile is refused too', async () => {
    const { api } = scriptedSpotify(() => new Response('Active premium subscription required for the owner of the app.', { status: 403 }));
    await expect(pass(stream, api)).rejects.toMatchObject({ code: 'forbidden', message: expect.stringContaining('/me/tracks') });
    await expect(pass(guarded(profile), api)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('where the login lacks the permission', async () => {
    const { api, asked } = scriptedSpotify(library(() => refused(403, 'Insufficient client scope')));
    await expect(pass(stream, api)).rejects.toMatchObject({ code: 'forbidden' });
    expect(asked).toHaveLength(1);
  });

  it('where it comes in the middle of a walk', async () => {
    const all = Array.from({ length: 60 }, (_, index) => savedTrack(`t${index}`));
    const { api } = scriptedSpotify(library((one) => (one.query.get('offset') === '50' ? refused(403) : offsetPage(all, one))));
    await expect(pass(stream, api)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it.each([
    ['that names a long pause', { 'retry-after': '3600' }, stream.initial],
    ['of a stream that answered before', {}, { ...stream.initial, hasAnswered: true }],
  ])('where it is a 429 %s', async (_, headers, state) => {
    const { api, asked } = scriptedSpotify(library(() => json({ error: { status: 429 } }, 429, headers)));
    await expect(pass(stream, api, state)).rejects.toMatchObject({ code: 'rate_limited' });
    expect(asked).not.toContain('/me');
  });

  it('where it is the quota', async () => {
    const { api } = scriptedSpotify(library(() => json({ error: { status: 429, reason: 'QUOTA_EXCEEDED' } }, 429)));
    await expect(pass(stream, api)).rejects.toMatchObject({ code: 'quota_exceeded' });
  });
});

it('a stream without the type of its state takes what it cannot read for its initial state', async () => {
  const { api, asked } = scriptedSpotify((one) => offsetPage([savedTrack('a')], one));
  const any = guardedStream(savedTracks);
  const { state } = await pass(any, api, { some: 'thing else' });
  expect(state).toMatchObject({ inner: { total: 1 } });
  expect(any.estimate(state, KNOWN, api.now()).requests).toBe(1);
  expect(any.notices('nonsense', state)).toEqual([]);
  expect(asked).toHaveLength(1);
});
