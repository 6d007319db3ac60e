import { describe, expect, it } from 'vitest';
import { album, track } from '../fixtures/objects.ts';
import { json, NOON, pass, type Script, scriptedSpotify } from '../scripted-spotify.ts';
import { enrichedTracks, tracksLeft } from './enriched-tracks.ts';
import { NOTHING_WATCHED } from './watch-state.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const KNOWN = { unavailableSince: {}, playlistItemsPath: null };
const IDS = Array.from({ length: 120 }, (_, n) => `track${n}`);
const REFUSED = json({ error: { status: 403, message: 'Forbidden' } }, 403);
const idOf = (path: string): string => path.slice('/tracks/'.length);

/** An app that may ask for several. */
const extended: Script = ({ path, query }) => {
  const ids = query.get('ids');
  return ids === null ? json(track(idOf(path))) : json({ tracks: ids.split(',').map((id) => (id === 'track1' ? null : track(id))) });
};
/** One that may not. */
const development: Script = ({ path, query }) => {
  if (query.has('ids')) return REFUSED.clone();
  return idOf(path) === 'track1' ? json({ error: { status: 404, message: 'Not found' } }, 404) : json(track(idOf(path)));
};

describe('tracks to be described', () => {
  it('are asked for fifty at once where the app may, no more requests than the budget', async () => {
    const { api, asked } = scriptedSpotify(extended);
    const stream = enrichedTracks(IDS, 2);
    expect(stream.estimate(stream.initial, KNOWN, NOON)).toMatchObject({ requests: 2, atMost: 2 });
    await pass(stream, api);
    expect(asked).toEqual([`/tracks?ids=${IDS.slice(0, 50).join(',')}`, `/tracks?ids=${IDS.slice(50, 100).join(',')}`]);
  });

  it('are asked for one by one elsewhere, the refusal counted', async () => {
    const { api, asked } = scriptedSpotify(development);
    const { state } = await pass(enrichedTracks(IDS, 4), api);
    expect(asked.slice(1)).toEqual(['/tracks/track0', '/tracks/track1', '/tracks/track2']);
    expect(enrichedTracks(IDS, 4).estimate(state, KNOWN, NOON)).toMatchObject({ requests: 4, atMost: 4 });
  });

  it('that do not exist are left alone for ninety days, in a batch or alone', async () => {
    for (const script of [extended, development]) {
      const { api, clock, asked } = scriptedSpotify(script);
      const { state } = await pass(enrichedTracks(['track0', 'track1'], 9), api);
      const before = asked.length;
      await pass(enrichedTracks(['track1'], 9), api, state);
      expect(asked.length).toBe(before);
      expect(tracksLeft(['track1', 'track2'], state, api.now())).toMatchObject({ left: 1 });
      clock.advance(90 * DAY_MS);
      await pass(enrichedTracks(['track1'], 9), api, state);
      expect(asked.slice(before)).toEqual(['/tracks/track1']);
    }
  });

  it('that are answered under another id are not asked for at once again', async () => {
    const { api, asked } = scriptedSpotify(() => json({ ...track('other'), album: album('other') }));
    const { state } = await pass(enrichedTracks(['track0'], 9), api);
    await pass(enrichedTracks(['track0'], 9), api, state);
    expect(asked).toEqual(['/tracks/track0']);
  });

  it.each([429, 500])('are not marked by a %i', async (status) => {
    const { api } = scriptedSpotify(() =>
      json({ error: { status, message: 'no' } }, status, status === 429 ? { 'retry-after': '7200' } : {}),
    );
    const resumes: unknown[] = [];
    const reading = async (): Promise<void> => {
      for await (const { resume } of enrichedTracks(['track0'], 9).pages(NOTHING_WATCHED, api, KNOWN)) resumes.push(resume);
    };
    await expect(reading()).rejects.toMatchObject({ code: status === 429 ? 'rate_limited' : 'upstream' });
    expect(resumes).toEqual([]);
  });

  it('cost nothing where there are none', async () => {
    const { api, asked } = scriptedSpotify(extended);
    const stream = enrichedTracks([], 9);
    expect(stream.estimate(stream.initial, KNOWN, NOON)).toMatchObject({ requests: 0, atMost: 0 });
    await pass(stream, api);
    expect(asked).toEqual([]);
  });
});
