import { describe, expect, it } from 'vitest';
import { track, user } from '../fixtures/objects.ts';
import { json, NOON, offsetPage, pass, scriptedSpotify } from '../scripted-spotify.ts';
import { currentlyPlaying } from './currently-playing.ts';
import { profile } from './profile.ts';
import { topTracks } from './top-items.ts';

const KNOWN = { unavailableSince: {}, playlistItemsPath: null };
const MIDNIGHT = new Date('2026-03-02T00:00:00Z');

const tracks = (count: number): unknown[] => Array.from({ length: count }, (_, index) => track(`t${index}`));

describe('the profile', () => {
  it('is read once per UTC day', async () => {
    const { api, asked, clock } = scriptedSpotify(() => json(user));
    const { state, pages } = await pass(profile, api);
    expect(pages.map(({ stream, walk }) => [stream, walk])).toEqual([['profile', null]]);
    expect(profile.estimate(state, KNOWN, api.now()).requests).toBe(0);
    await pass(profile, api, state);
    expect(asked).toHaveLength(1);
    clock.set(MIDNIGHT);
    expect(profile.estimate(state, KNOWN, api.now()).requests).toBe(1);
    await pass(profile, api, state);
    expect(asked).toHaveLength(2);
  });
});

describe('the top items', () => {
  it('are a walk for each time range', async () => {
    const { api, asked } = scriptedSpotify((one) => offsetPage(tracks(one.query.get('time_range') === 'long_term' ? 60 : 3), one));
    const { pages, state } = await pass(topTracks, api);
    expect(asked).toEqual([
      '/me/top/tracks?limit=50&offset=0&time_range=short_term',
      '/me/top/tracks?limit=50&offset=0&time_range=medium_term',
      '/me/top/tracks?limit=50&offset=0&time_range=long_term',
      '/me/top/tracks?limit=50&offset=50&time_range=long_term',
    ]);
    expect(pages.map(({ walk }) => walk?.seq)).toEqual([0, 0, 0, 1]);
    expect(new Set(pages.map(({ walk }) => walk?.startedAt.getTime())).size).toBe(3);
    expect(topTracks.estimate(state, KNOWN, api.now()).requests).toBe(0);
    await pass(topTracks, api, state);
    expect(asked).toHaveLength(4);
    expect(topTracks.estimate(state, KNOWN, MIDNIGHT)).toMatchObject({ requests: 4, atMost: 7 });
  });

  it('that are interrupted go on with the ranges that are left', async () => {
    const { api, asked } = scriptedSpotify((one) => offsetPage(tracks(3), one));
    const { resumes } = await pass(topTracks, api);
    await pass(topTracks, api, resumes.at(-1));
    expect(asked.at(-1)).toContain('long_term');
    expect(asked).toHaveLength(4);
  });

  it('end at the first empty page, though each names a next one', async () => {
    const { api, asked } = scriptedSpotify(({ path, query }) => {
      const offset = Number(query.get('offset'));
      return json({
        items: tracks(offset < 50 ? 50 : 0),
        total: 1000,
        next: `http://spotify.test/v1${path}?offset=${offset + 50}&limit=50`,
      });
    });
    await pass(topTracks, api);
    expect(asked).toHaveLength(6);
  });
});

describe('what plays now', () => {
  it('is asked for each time, episodes too', async () => {
    const { api, asked } = scriptedSpotify(() => json({ item: track('a'), timestamp: NOON.getTime(), progress_ms: 5 }));
    const { state } = await pass(currentlyPlaying, api);
    await pass(currentlyPlaying, api, state);
    expect(asked).toEqual(Array.from({ length: 2 }, () => '/me/player/currently-playing?additional_types=track,episode'));
  });

  it('may be nothing: a page without a body', async () => {
    const { api } = scriptedSpotify(() => new Response(null, { status: 204 }));
    const { pages } = await pass(currentlyPlaying, api);
    expect(pages.map(({ status, body, walk }) => [status, body.byteLength, walk])).toEqual([[204, 0, null]]);
  });
});
