import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { album, artist, track } from '../fixtures/objects.ts';
import { type Asked, json, NOON, offsetPage, pass, type Script, scriptedSpotify } from '../scripted-spotify.ts';
import { guarded } from './availability.ts';
import { watchedAlbums, watchedArtists, watchedTracks } from './watched-objects.ts';

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
const KNOWN = { unavailableSince: {}, playlistItemsPath: null };

const refused = (status: number, headers: Readonly<Record<string, string>> = {}): Response =>
  json({ error: { status, message: 'No' } }, status, headers);
const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => `i${index}`);

const paths = (asked: readonly string[]): readonly string[] => asked.map((one) => one.split('?')[0] ?? '');

interface Shop {
  /** How a batch is answered; as asked for unless said otherwise. */
  readonly batch?: () => Response;
  /** These do not exist. */
  readonly missing?: readonly string[];
  /** Most that a page of albums may hold. */
  readonly most?: number;
  readonly albums?: number;
  readonly tracks?: number;
}

const MAKE: Readonly<Record<string, (id: string, shop: Shop) => unknown>> = {
  tracks: track,
  artists: artist,
  albums: (id, { tracks = 3 }) => ({ ...album(id), tracks: { items: list(tracks).slice(0, 50), total: tracks } }),
};
const list = (count: number): unknown[] => ids(count).map((id) => track(id));

/** Objects one by one and in batches, with the lists below them. */
const shop =
  (of: Shop = {}): Script =>
  (one: Asked) => {
    const [, family = '', id, below] = one.path.split('/');
    const make = (each: string): unknown => (of.missing?.includes(each) === true ? null : (MAKE[family]?.(each, of) ?? null));
    if (id === undefined) return of.batch?.() ?? json({ [family]: (one.query.get('ids') ?? '').split(',').map(make) });
    if (below === 'tracks') return offsetPage(list(of.tracks ?? 3), one);
    if (below === 'albums') {
      if (Number(one.query.get('limit')) > (of.most ?? 50)) return json({ error: { status: 400, message: 'Invalid limit' } }, 400);
      return offsetPage(ids(of.albums ?? 3).map(album), one);
    }
    const found = make(id);
    return found === null ? refused(404) : json(found);
  };

describe('watched tracks', () => {
  it('are asked for fifty at a time, and again when their hours are over', async () => {
    const { api, asked, clock } = scriptedSpotify(shop());
    const stream = watchedTracks(ids(51), 24);
    expect(stream.estimate(stream.initial, KNOWN, NOON)).toMatchObject({ requests: 2, atMost: 52 });
    const { pages, state } = await pass(stream, api);
    expect(asked.map((one) => one.split('=')[0])).toEqual(['/tracks?ids', '/tracks/i50']);
    expect(pages.map(({ stream: name, walk }) => [name, walk])).toEqual([
      ['tracks', null],
      ['tracks', null],
    ]);
    expect(stream.estimate(state, KNOWN, api.now())).toMatchObject({ requests: 0, atMost: 0 });
    await pass(stream, api, state);
    expect(asked).toHaveLength(2);
    clock.advance(DAY_MS - 10_000);
    expect(stream.estimate(state, KNOWN, api.now()).requests).toBe(2);
    await pass(stream, api, state);
    expect(asked).toHaveLength(4);
  });

  it.each([
    ['403', () => refused(403)],
    ['404', () => refused(404)],
    ['429 from the first call', () => refused(429)],
  ])('are asked for one by one where batches are answered with %s, for thirty days', async (_, batch) => {
    const { api, asked, clock } = scriptedSpotify(shop({ batch }));
    const stream = watchedTracks(ids(3), 24);
    const { state, pages } = await pass(stream, api);
    expect(asked.slice(-3)).toEqual(['/tracks/i0', '/tracks/i1', '/tracks/i2']);
    expect(pages).toHaveLength(3);
    expect(state.batchUnavailableSince).toMatch(/^2026-03-01/);
    clock.advance(DAY_MS);
    expect(stream.estimate(state, KNOWN, api.now()).requests).toBe(3);
    const before = asked.length;
    const again = await pass(stream, api, state);
    expect(asked.slice(before)).toEqual(['/tracks/i0', '/tracks/i1', '/tracks/i2']);
    clock.advance(30 * DAY_MS);
    const later = asked.length;
    await pass(stream, api, again.state);
    expect(asked[later]).toBe('/tracks?ids=i0,i1,i2');
  });

  it('are asked for one by one where the app is known to have no batches', async () => {
    const { api, asked } = scriptedSpotify(shop());
    const known = { ...KNOWN, unavailableSince: { '/tracks?ids': NOON.toISOString() } };
    for await (const { page } of watchedTracks(ids(2), 24).pages(watchedTracks([], 24).initial, api, known))
      expect(page.stream).toBe('tracks');
    expect(asked).toEqual(['/tracks/i0', '/tracks/i1']);
  });

  it('that wait for a rate limit end the pass: batches have answered before', async () => {
    const { api, asked } = scriptedSpotify(shop({ batch: () => refused(429) }));
    const stream = watchedTracks(ids(3), 24);
    await expect(pass(stream, api, { ...stream.initial, hasBatched: true })).rejects.toMatchObject({ code: 'rate_limited' });
    expect(asked.every((one) => one.startsWith('/tracks?ids'))).toBe(true);
  });

  it('go on with the next one after an interruption', async () => {
    const { api, asked } = scriptedSpotify(shop({ batch: () => refused(403) }));
    const stream = watchedTracks(ids(3), 24);
    const { resumes } = await pass(stream, api);
    const before = asked.length;
    await pass(stream, api, resumes[1]);
    expect(asked.slice(before)).toEqual(['/tracks/i2']);
  });

  it.each([
    ['in a batch', undefined],
    ['by itself', () => refused(403)],
  ])('that do not exist are told once, %s', async (_, batch) => {
    const { api, asked } = scriptedSpotify(shop({ missing: ['i1'], ...(batch === undefined ? {} : { batch }) }));
    const stream = watchedTracks(ids(3), 24);
    const { state } = await pass(stream, api);
    expect(stream.notices(stream.initial, state)).toMatchObject([{ code: 'missing', message: expect.stringContaining('track i1') }]);
    const before = asked.length;
    expect(stream.notices(state, (await pass(stream, api, state)).state)).toEqual([]);
    expect(asked).toHaveLength(before);
  });

  it('that left the list are forgotten', async () => {
    const { api } = scriptedSpotify(shop());
    const { state } = await pass(watchedTracks(ids(3), 24), api);
    expect(Object.keys((await pass(watchedTracks(['i1'], 24), api, state)).state.seen)).toEqual(['i1']);
  });

  it('are unavailable where neither way answers while the profile does', async () => {
    const { api } = scriptedSpotify((one) => (one.path === '/me' ? json({ id: 'me' }) : refused(403)));
    const stream = guarded(watchedTracks(ids(3), 24));
    const { state } = await pass(stream, api);
    expect(stream.notices(stream.initial, state)).toMatchObject([{ code: 'unavailable' }]);
  });

  it('of which a batch gives another number than was asked for are handed over and refused', async () => {
    const { api } = scriptedSpotify(() => json({ tracks: [track('i0')] }));
    const stream = watchedTracks(ids(2), 24);
    const answers = stream.pages(stream.initial, api, KNOWN);
    expect(await answers.next()).toMatchObject({ done: false, value: { resume: { seen: {} } } });
    await expect(answers.next()).rejects.toMatchObject({ code: 'bad_response', message: expect.stringContaining('2 objects and gave 1') });
  });
});

it('watched artists are all read with their discographies, however often a pass is interrupted', () =>
  fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.integer({ min: 0, max: 99 }).map(String), { minLength: 1, maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 6 }),
      fc.boolean(),
      fc.constantFrom(10, 50),
      async (artists, stops, hasBatches, most) => {
        const { api } = scriptedSpotify(shop({ albums: 12, most, ...(hasBatches ? {} : { batch: () => refused(403) }) }));
        const stream = watchedArtists(artists, 24);
        const landed: string[] = [];
        let state = stream.initial;
        for (const stop of [...stops, Number.POSITIVE_INFINITY]) {
          const pages = stream.pages(state, api, KNOWN);
          for (let count = 0; count < stop; count += 1) {
            const next = await pages.next();
            if (next.done === true) {
              state = next.value;
              break;
            }
            const { page } = next.value;
            landed.push(...(page.request.query.ids ?? page.request.path.replace('/artists/', '')).split(','));
            state = next.value.resume;
          }
        }
        const ends = artists.flatMap((id) => [id, `${id}/albums`]);
        expect(ends.filter((end) => !landed.includes(end))).toEqual([]);
        expect(artists.filter((id) => (state.seen[id]?.readAt ?? null) === null || (state.seen[id]?.walkedAt ?? null) === null)).toEqual(
          [],
        );
        // An object is read once, whatever was interrupted after it.
        expect(landed.filter((end) => artists.includes(end))).toHaveLength(artists.length);
      },
    ),
    { numRuns: 60 },
  ));

describe('watched albums', () => {
  it('are asked for twenty at a time', async () => {
    const { api, asked } = scriptedSpotify(shop());
    await pass(watchedAlbums(ids(40), 24), api);
    expect(asked).toHaveLength(2);
  });

  it('with more tracks than they show are read to the end, weekly', async () => {
    const { api, asked, clock } = scriptedSpotify(shop({ tracks: 120 }));
    const stream = watchedAlbums(['a'], 24);
    const { pages, state } = await pass(stream, api);
    expect(asked).toEqual(['/albums/a', '/albums/a/tracks?limit=50&offset=50', '/albums/a/tracks?limit=50&offset=100']);
    expect(pages.map(({ stream: name, walk }) => `${name} ${walk?.seq ?? '-'}`)).toEqual(['albums -', 'album_tracks 0', 'album_tracks 1']);
    clock.advance(DAY_MS);
    expect(stream.estimate(state, KNOWN, api.now())).toMatchObject({ requests: 1 });
    const again = await pass(stream, api, state);
    expect(asked).toHaveLength(4);
    clock.advance(7 * DAY_MS);
    expect(stream.estimate(again.state, KNOWN, api.now())).toMatchObject({ requests: 3, atMost: 5 });
    await pass(stream, api, again.state);
    expect(asked).toHaveLength(7);
  });

  it('that are interrupted before their further tracks go on with those', async () => {
    const { api, asked } = scriptedSpotify(shop({ tracks: 120 }));
    const stream = watchedAlbums(['a', 'b'], 24);
    const { resumes } = await pass(stream, api);
    const before = asked.length;
    expect(stream.estimate(resumes[0] ?? stream.initial, KNOWN, api.now()).requests).toBe(4);
    await pass(stream, api, resumes[0]);
    expect(paths(asked.slice(before))).toEqual(['/albums/a/tracks', '/albums/a/tracks', '/albums/b/tracks', '/albums/b/tracks']);
  });
});

describe('watched artists', () => {
  it('are read with their discographies, those weekly', async () => {
    const { api, asked, clock } = scriptedSpotify(shop({ albums: 60 }));
    const stream = watchedArtists(['a', 'b'], 24);
    const { pages, state } = await pass(stream, api);
    expect(asked).toEqual([
      '/artists?ids=a,b',
      ...['a', 'b'].flatMap((id) => [
        `/artists/${id}/albums?limit=50&offset=0&include_groups=album,single,compilation`,
        `/artists/${id}/albums?limit=50&offset=50&include_groups=album,single,compilation`,
      ]),
    ]);
    expect(pages.map(({ stream: name, walk }) => `${name} ${walk?.seq ?? '-'}`)).toEqual([
      'artists -',
      ...['a', 'b'].flatMap(() => ['artist_albums 0', 'artist_albums 1']),
    ]);
    clock.advance(DAY_MS);
    expect(stream.estimate(state, KNOWN, api.now()).requests).toBe(1);
    const daily = await pass(stream, api, state);
    expect(asked).toHaveLength(6);
    clock.advance(6 * DAY_MS);
    expect(stream.estimate(daily.state, KNOWN, api.now()).requests).toBe(5);
    await pass(stream, api, daily.state);
    expect(asked).toHaveLength(11);
  });

  it('have pages of ten where fifty are refused, which is found out once', async () => {
    const { api, asked } = scriptedSpotify(shop({ albums: 12, most: 10 }));
    const { state } = await pass(watchedArtists(['a', 'b'], 24), api);
    const limits = asked.slice(1).map((one) => /\/artists\/(.)\/albums\?limit=(\d+)&offset=(\d+)/.exec(one)?.slice(1).join(' '));
    expect(limits).toEqual(['a 50 0', 'a 10 0', 'a 10 10', 'b 10 0', 'b 10 10']);
    expect(state.smallPagesSince).toMatch(/^2026-03-01/);
  });

  it('that are interrupted go on with the discographies that are left', async () => {
    const { api, asked } = scriptedSpotify(shop());
    const stream = watchedArtists(['a', 'b'], 24);
    const { resumes } = await pass(stream, api);
    const before = asked.length;
    await pass(stream, api, resumes.at(-1));
    expect(paths(asked.slice(before))).toEqual(['/artists/b/albums']);
  });

  it('whose discographies are refused are read themselves; it is told once, and tried again after seven days', async () => {
    const script = shop();
    const { api, asked, clock } = scriptedSpotify((one) => (one.path.endsWith('/albums') ? refused(403) : script(one)));
    const stream = watchedArtists(['a', 'b'], 24);
    const { state } = await pass(stream, api);
    expect(paths(asked)).toEqual(['/artists', '/artists/a/albums']);
    expect(stream.notices(stream.initial, state)).toMatchObject([{ code: 'forbidden', message: expect.stringContaining('artist') }]);
    clock.advance(DAY_MS);
    expect(stream.estimate(state, KNOWN, api.now()).requests).toBe(1);
    const daily = await pass(stream, api, state);
    expect(paths(asked.slice(2))).toEqual(['/artists']);
    expect(stream.notices(state, daily.state)).toEqual([]);
    clock.advance(7 * DAY_MS);
    await pass(stream, api, daily.state);
    expect(paths(asked.slice(3))).toEqual(['/artists', '/artists/a/albums']);
  });

  it('whose discography is gone do not keep the others from theirs', async () => {
    const script = shop();
    const { api, asked } = scriptedSpotify((one) => (one.path === '/artists/a/albums' ? refused(404) : script(one)));
    const stream = watchedArtists(['a', 'b'], 24);
    const { state } = await pass(stream, api);
    expect(paths(asked)).toEqual(['/artists', '/artists/a/albums', '/artists/b/albums']);
    expect(stream.notices(stream.initial, state)).toMatchObject([{ code: 'missing', message: expect.stringContaining('artist a') }]);
  });

  it('that do not exist have no discography', async () => {
    const { api, asked } = scriptedSpotify(shop({ missing: ['a'] }));
    await pass(watchedArtists(['a'], 24), api);
    expect(asked).toEqual(['/artists/a']);
  });
});
