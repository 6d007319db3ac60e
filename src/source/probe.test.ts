import { describe, expect, it } from 'vitest';
import { ENDPOINT_FAMILIES } from './families.ts';
import { album, artist, playlist, track, user } from './fixtures/objects.ts';
import { probe } from './probe.ts';
import { type Asked, json, type Script, scriptedSpotify } from './scripted-spotify.ts';

const NOTHING: ReadonlySet<string> = new Set();
const refused = (status: number, message = 'Forbidden', headers: Readonly<Record<string, string>> = {}): Response =>
  json({ error: { status, message } }, status, headers);

const page = (items: readonly unknown[]): Response => json({ items, total: items.length, next: null });
const found = { ...track('t1'), album: album('a1'), artists: [artist('r1')] };

/** Answers everything; `instead` has the first word. */
const spotify =
  (instead: (asked: Asked) => Response | null = () => null): Script =>
  (asked) => {
    const other = instead(asked);
    if (other !== null) return other;
    if (asked.path === '/me') return json(user);
    if (asked.path === '/search') return json({ tracks: { items: [found] } });
    if (asked.path === '/me/playlists')
      return page([
        { ...playlist('theirs'), owner: { id: 'x' } },
        { ...playlist('p1'), owner: user },
      ]);
    return page([]);
  };

const statesOf = ({ families }: Awaited<ReturnType<typeof probe>>): Readonly<Record<string, string>> =>
  Object.fromEntries(families.filter(({ state }) => state !== 'open').map(({ family, state }) => [family, state]));

describe('a probe', () => {
  it('asks once for each family, with ids that the first answers show', async () => {
    const { api, asked } = scriptedSpotify(spotify());
    expect(statesOf(await probe(api, NOTHING))).toEqual({});
    expect(asked).toHaveLength(ENDPOINT_FAMILIES.length);
    expect(asked).toEqual(
      expect.arrayContaining(['/tracks/t1', '/tracks?ids=t1', '/albums/a1', '/artists/r1', '/playlists/p1/items?limit=1']),
    );
  });

  it('finds what is closed while others answer', async () => {
    const { api } = scriptedSpotify(
      spotify(({ path, query }) => {
        if (query.has('ids')) return refused(403);
        if (path === '/browse/new-releases') return refused(404, 'Service not found');
        return path === '/artists/r1/albums' ? refused(429, 'Too many requests') : null;
      }),
    );
    const { families, stopped } = await probe(api, NOTHING);
    expect(stopped).toBeNull();
    expect(statesOf({ families, stopped, clockAheadMs: 0 })).toEqual({
      '/tracks?ids': 'closed',
      '/albums?ids': 'closed',
      '/artists?ids': 'closed',
      '/artists/{id}/albums': 'closed',
      '/browse/new-releases': 'closed',
    });
    expect(families.find(({ family }) => family === '/tracks?ids')?.said).toContain('answered 403: Forbidden');
  });

  it('tells a missing permission from a closed endpoint', async () => {
    const { api } = scriptedSpotify(spotify(({ path }) => (path === '/me/following' ? refused(403, 'Insufficient client scope') : null)));
    expect(statesOf(await probe(api, NOTHING))).toEqual({ '/me/following': 'no_scope' });
  });

  it.each([
    ['a Retry-After beyond the cap', () => refused(429, 'Too many requests', { 'retry-after': '3600' }), NOTHING],
    ['a quota', () => json({ error: { status: 429, message: 'Too many requests', reason: 'QUOTA_EXCEEDED' } }, 429), NOTHING],
    ['a 429 of what answered at the last probe', () => refused(429), new Set(['/me/tracks'])],
    ['an app whose owner has no Premium', () => new Response('Active premium subscription required', { status: 403 }), NOTHING],
  ])('ends at %s, and asks nothing more', async (_, answer, answered) => {
    const { api, asked } = scriptedSpotify(spotify(({ path }) => (path === '/me/tracks' ? answer() : null)));
    const { stopped, families } = await probe(api, answered);
    expect(stopped?.message).toContain('GET /me/tracks');
    expect(families.find(({ family }) => family === '/me/albums')).toMatchObject({ state: 'not_asked' });
    expect(families.filter(({ state }) => state === 'closed')).toEqual([]);
    expect(asked.at(-1)).toContain('/me/tracks');
  });

  it('asks with a token of the app only for what is nobody’s', async () => {
    const { api, asked } = scriptedSpotify(spotify(), null);
    await probe(api, NOTHING);
    expect(asked.filter((one) => one.startsWith('/me') || one.startsWith('/playlists'))).toEqual([]);
    expect(asked).toContain('/tracks/t1');
  });

  it('says of no family that it is closed where nothing answers', async () => {
    const { api } = scriptedSpotify(() => refused(403), null);
    expect(Object.values(statesOf(await probe(api, NOTHING)))).not.toContain('closed');
  });

  it('finds how far the clocks differ, from the Date of an answer', async () => {
    const date = new Date('2026-03-01T11:58:01.000Z').toUTCString();
    const { api } = scriptedSpotify(spotify(({ path }) => (path === '/me' ? json(user, 200, { date }) : null)));
    expect((await probe(api, NOTHING)).clockAheadMs).toBe(120_000);
  });
});
