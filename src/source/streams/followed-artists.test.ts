import { describe, expect, it } from 'vitest';
import { artist } from '../fixtures/objects.ts';
import { type Asked, json, pass, scriptedSpotify } from '../scripted-spotify.ts';
import { followedArtists } from './followed-artists.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const KNOWN = { unavailableSince: {}, playlistItemsPath: null };

const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => `a${String(index).padStart(3, '0')}`);

/** Like Spotify, the last page has a null `next`. */
function following(all: readonly string[], { query }: Asked): Response {
  const after = query.get('after') ?? '';
  const left = all.filter((id) => id > after);
  const page = left.slice(0, 50);
  const last = left.length > page.length ? (page.at(-1) ?? null) : null;
  const next = last === null ? null : `http://spotify.test/v1/me/following?type=artist&limit=50&after=${last}`;
  return json({ artists: { items: page.map(artist), total: all.length, next, cursors: { after: last } } });
}

describe('the artists that the account follows', () => {
  it('are walked by cursor to the end', async () => {
    const { api, asked } = scriptedSpotify((one) => following(ids(120), one));
    const { pages, state, resumes } = await pass(followedArtists, api);
    expect(asked).toEqual([
      '/me/following?type=artist&limit=50',
      '/me/following?type=artist&limit=50&after=a049',
      '/me/following?type=artist&limit=50&after=a099',
    ]);
    expect(pages.map(({ walk }) => walk?.seq)).toEqual([0, 1, 2]);
    expect(new Set(pages.map(({ walk }) => walk?.startedAt.getTime())).size).toBe(1);
    expect(state).toMatchObject({ total: 120, lastFullWalkAt: '2026-03-01T12:00:01.000Z' });
    expect(resumes.every((resume) => resume === followedArtists.initial)).toBe(true);
  });

  it.each([0, 1, 50])('are one request where they are %i', async (count) => {
    const { api, asked } = scriptedSpotify((one) => following(ids(count), one));
    expect((await pass(followedArtists, api)).state.total).toBe(count);
    expect(asked).toHaveLength(1);
  });

  it('cost one request where nothing changed, and a walk after seven days', async () => {
    const { api, asked, clock } = scriptedSpotify((one) => following(ids(120), one));
    const { state } = await pass(followedArtists, api);
    expect(followedArtists.estimate(state, KNOWN, api.now())).toMatchObject({ requests: 1, atMost: 4 });
    const again = await pass(followedArtists, api, state);
    expect(asked).toHaveLength(4);
    expect(again.state).toEqual(state);
    clock.advance(7 * DAY_MS);
    expect(followedArtists.estimate(state, KNOWN, api.now()).requests).toBe(3);
    await pass(followedArtists, api, state);
    expect(asked).toHaveLength(7);
  });

  it.each([
    ['one more', (all: string[]) => all.push('b')],
    ['another one in the place of one', (all: string[]) => all.splice(3, 1, 'a003b')],
  ])('are walked again when there is %s', async (_, change) => {
    const all = ids(120);
    const { api, asked } = scriptedSpotify((one) => following(all, one));
    const { state } = await pass(followedArtists, api);
    change(all);
    await pass(followedArtists, api, state);
    expect(asked).toHaveLength(6);
  });

  it('that change during the walk are not taken as read', async () => {
    const all = ids(120);
    const { api } = scriptedSpotify((one) => {
      if (one.query.get('after') === 'a099') all.push('b');
      return following(all, one);
    });
    expect((await pass(followedArtists, api)).state).toEqual(followedArtists.initial);
  });

  it('are not asked for in a circle', async () => {
    const { api, asked } = scriptedSpotify(() =>
      json({ artists: { items: [artist('x')], total: 9, next: 'http://h/?after=x', cursors: { after: 'x' } } }),
    );
    await expect(pass(followedArtists, api)).rejects.toMatchObject({ code: 'bad_response' });
    expect(asked).toHaveLength(2);
  });
});
