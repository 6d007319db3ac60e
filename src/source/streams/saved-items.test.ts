import { describe, expect, it } from 'vitest';
import { savedTrack } from '../fixtures/objects.ts';
import { json, NOON, offsetPage, pass, scriptedSpotify } from '../scripted-spotify.ts';
import { savedAlbums, savedAudiobooks, savedEpisodes, savedShows, savedTracks } from './saved-items.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** A library, newest first. */
const library = (size: number): unknown[] =>
  Array.from({ length: size }, (_, index) =>
    savedTrack(`t${size - index}`, new Date(Date.UTC(2024, 0, 1) + (size - index) * 60_000).toISOString()),
  );

describe('a walk over the library', () => {
  it('reads every page and then the first again, all with the time of the first answer', async () => {
    const all = library(120);
    const { api, asked } = scriptedSpotify((one) => offsetPage(all, one));
    const { pages, state } = await pass(savedTracks, api);
    expect(asked).toEqual([
      '/me/tracks?limit=50&offset=0',
      '/me/tracks?limit=50&offset=50',
      '/me/tracks?limit=50&offset=100',
      '/me/tracks?limit=1&offset=0',
    ]);
    expect(pages.map(({ walk }) => walk?.seq)).toEqual([0, 1, 2, 3]);
    expect(new Set(pages.map(({ walk }) => walk?.startedAt.toISOString()))).toEqual(new Set(['2026-03-01T12:00:01.000Z']));
    expect(pages.every((page) => page.stream === 'saved_tracks' && page.account === 'me' && page.status === 200)).toBe(true);
    expect(state).toEqual({ newestAddedAt: '2024-01-01T02:00:00.000Z', total: 120, lastFullWalkAt: '2026-03-01T12:00:01.000Z' });
  });

  it.each([0, 1, 50])('of %i tracks is one page that is not asked again', async (size) => {
    const { api, asked } = scriptedSpotify((one) => offsetPage(library(size), one));
    const { pages, state } = await pass(savedTracks, api);
    expect(asked).toHaveLength(1);
    expect(pages).toHaveLength(1);
    expect(state).toMatchObject({ total: size, lastFullWalkAt: '2026-03-01T12:00:01.000Z' });
  });

  it('that is interrupted starts anew: what may be stored meanwhile is the old state', async () => {
    const { api } = scriptedSpotify((one) => offsetPage(library(120), one));
    expect((await pass(savedTracks, api)).resumes).toEqual(Array.from({ length: 4 }, () => savedTracks.initial));
  });

  it('during which a track is added does not count as a look at the whole', async () => {
    const all = library(120);
    const { api, asked } = scriptedSpotify((one) => {
      if (one.query.get('offset') === '100') all.unshift(savedTrack('new', '2026-03-01T12:00:00Z'));
      return offsetPage(all, one);
    });
    expect((await pass(savedTracks, api)).state).toEqual(savedTracks.initial);
    expect(asked).toHaveLength(4);
  });

  it('during which one track replaces another is told by the newest added_at', async () => {
    const all = library(120);
    const { api } = scriptedSpotify((one) => {
      if (one.query.get('limit') === '1') all.splice(0, 2, savedTrack('new', '2026-03-01T12:00:00Z'), savedTrack('t119'));
      return offsetPage(all, one);
    });
    expect((await pass(savedTracks, api)).state).toEqual(savedTracks.initial);
  });

  it('ends at an empty page, though its next leads on', async () => {
    const { api, asked } = scriptedSpotify(({ path }) => json({ items: [], total: 3, next: `http://spotify.test/v1${path}?offset=50` }));
    expect((await pass(savedTracks, api)).state).toEqual(savedTracks.initial);
    expect(asked).toHaveLength(1);
  });

  it('does not follow a next that leads back', async () => {
    const { api, asked } = scriptedSpotify(({ path }) =>
      json({ items: [savedTrack('a')], total: 9, next: `http://spotify.test/v1${path}?offset=0` }),
    );
    await expect(pass(savedTracks, api)).rejects.toMatchObject({ code: 'bad_response' });
    expect(asked).toHaveLength(1);
  });

  it('asks on from where smaller pages than asked for end', async () => {
    const all = library(30);
    const { api, asked } = scriptedSpotify((one) => {
      one.query.set('limit', String(Math.min(20, Number(one.query.get('limit')))));
      return offsetPage(all, one);
    });
    expect((await pass(savedTracks, api)).state).toMatchObject({ total: 30, newestAddedAt: '2024-01-01T00:30:00.000Z' });
    expect(asked).toEqual(['/me/tracks?limit=50&offset=0', '/me/tracks?limit=20&offset=20', '/me/tracks?limit=1&offset=0']);
  });

  it('hands over an answer before it finds that it is no list', async () => {
    const { api } = scriptedSpotify(() => new Response('<html>'));
    const answers = savedTracks.pages(savedTracks.initial, api, { unavailableSince: {}, playlistItemsPath: null });
    const first = await answers.next();
    expect(first.done === true ? null : new TextDecoder().decode(first.value.page.body)).toBe('<html>');
    await expect(answers.next()).rejects.toMatchObject({ code: 'bad_response' });
  });

  it('sits out a 429 and goes on where it was', async () => {
    let isLimited = false;
    const { api, clock, asked } = scriptedSpotify((one) => {
      isLimited = one.query.get('offset') === '50' && !isLimited;
      return isLimited ? new Response('slow down', { status: 429, headers: { 'retry-after': '30' } }) : offsetPage(library(60), one);
    });
    expect((await pass(savedTracks, api)).state).toMatchObject({ total: 60 });
    expect(asked).toHaveLength(4);
    expect(clock.now().getTime() - NOON.getTime()).toBe(34_000);
  });
});

describe('a later pass', () => {
  const first = async (all: unknown[]) => {
    const scripted = scriptedSpotify((one) => offsetPage(all, one));
    return { ...scripted, state: (await pass(savedTracks, scripted.api)).state, before: scripted.asked.length };
  };

  it('over an unchanged library ends after its first page and keeps the state', async () => {
    const { api, state, asked, before } = await first(library(120));
    const again = await pass(savedTracks, api, state);
    expect(asked.length - before).toBe(1);
    expect(again.pages.map(({ walk }) => walk?.seq)).toEqual([0]);
    expect(again.state).toEqual(state);
  });

  it('walks again after seven days, though nothing changed', async () => {
    const { api, state, asked, before, clock } = await first(library(120));
    clock.set(new Date(Date.parse(state.lastFullWalkAt ?? '') + 7 * DAY_MS - 1001));
    await pass(savedTracks, api, state);
    expect(asked.length - before).toBe(1);
    await pass(savedTracks, api, state);
    expect(asked.length - before).toBe(5);
  });

  const added = (count: number): unknown[] =>
    Array.from({ length: count }, (_, index) => savedTrack(`n${index}`, new Date(Date.UTC(2026, 1, 28) - index * 1000).toISOString()));

  it.each([
    [1, 1],
    [49, 1],
    [50, 2],
    [60, 2],
  ])('over a library with %i new tracks reads %i pages, to the newest one that it knows', async (count, pages) => {
    const all = library(120);
    const { api, state, asked, before } = await first(all);
    all.unshift(...added(count));
    const again = await pass(savedTracks, api, state);
    expect(asked.length - before).toBe(pages);
    expect(again.state).toEqual({ newestAddedAt: '2026-02-28T00:00:00.000Z', total: 120 + count, lastFullWalkAt: state.lastFullWalkAt });
    expect((await pass(savedTracks, api, again.state)).pages).toHaveLength(1);
  });

  it.each<[string, (all: unknown[]) => void]>([
    ['was removed', (all) => all.splice(70, 1)],
    ['was removed and another one added', (all) => all.splice(70, 1) && all.unshift(...added(1))],
    ['that was the newest was removed', (all) => all.splice(0, 1)],
    ['of the same moment as the newest was added', (all) => all.splice(1, 0, savedTrack('twin', '2024-01-01T02:00:00.000Z'))],
  ])('walks again when a track %s', async (_, change) => {
    const all = library(120);
    const { api, state, asked, before } = await first(all);
    change(all);
    const again = await pass(savedTracks, api, state);
    expect(asked.length - before).toBe(4);
    expect(again.state.total).toBe(all.length);
  });
});

describe('what a pass costs', () => {
  const known = { unavailableSince: {}, playlistItemsPath: null };
  const state = { newestAddedAt: '2024-01-01T02:00:00Z', total: 120, lastFullWalkAt: NOON.toISOString() };

  it('is one request where nothing changed, and one page of growth at most', () => {
    expect(savedTracks.estimate(state, known, NOON)).toMatchObject({ requests: 1, atMost: 5 });
  });

  it('is a whole walk where one is due', () => {
    expect(savedTracks.estimate(state, known, new Date(NOON.getTime() + 7 * DAY_MS)).requests).toBe(4);
  });

  it('is not known before the first', () => {
    expect(savedTracks.estimate(savedTracks.initial, known, NOON)).toMatchObject({ requests: 1, atMost: null });
  });
});

it.each([
  [savedAlbums, '/me/albums'],
  [savedShows, '/me/shows'],
  [savedEpisodes, '/me/episodes'],
  [savedAudiobooks, '/me/audiobooks'],
])('every kind of the library is walked alike: $name', async (stream, path) => {
  const { api, asked } = scriptedSpotify((one) => offsetPage(library(60), one));
  const { pages, state } = await pass(stream, api);
  expect(asked).toEqual([`${path}?limit=50&offset=0`, `${path}?limit=50&offset=50`, `${path}?limit=1&offset=0`]);
  expect(new Set(pages.map((page) => page.stream))).toEqual(new Set([stream.name]));
  expect(state.total).toBe(60);
});
