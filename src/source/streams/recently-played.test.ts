import { describe, expect, it } from 'vitest';
import { track } from '../fixtures/objects.ts';
import { type Asked, json, pass, type Script, scriptedSpotify } from '../scripted-spotify.ts';
import { recentlyPlayed } from './recently-played.ts';

const START = Date.UTC(2026, 1, 28);

/** Plays a minute apart, by their minute. */
const play = (minute: number): { played_at: string; track: unknown; context: null } => ({
  played_at: new Date(START + minute * 60_000).toISOString(),
  track: track(`t${minute}`),
  context: null,
});

const minutes = (from: number, to: number): readonly number[] => Array.from({ length: to - from }, (_, index) => from + index);

/** The last 50 of the plays, under cursors in milliseconds. */
function player(played: () => readonly number[], largest = 50): Script {
  return ({ query }: Asked) => {
    const limit = Math.min(largest, Number(query.get('limit') ?? 20));
    const before = Number(query.get('before') ?? Number.POSITIVE_INFINITY);
    const shown = [...played()]
      .sort((a, b) => b - a)
      .slice(0, 50)
      .map(play);
    const items = shown.filter(({ played_at }) => Date.parse(played_at) < before).slice(0, limit);
    const newest = items[0];
    const oldest = items.at(-1);
    if (newest === undefined || oldest === undefined) return json({ items: [], next: null, cursors: null, limit });
    const cursors = { after: String(Date.parse(newest.played_at)), before: String(Date.parse(oldest.played_at)) };
    return json({
      items,
      next: `http://spotify.test/v1/me/player/recently-played?before=${cursors.before}&limit=${limit}`,
      cursors,
      limit,
    });
  };
}

describe('a pass over the recent plays', () => {
  it('asks without a cursor and follows next until a page is empty, where nothing is known yet', async () => {
    const { api, asked } = scriptedSpotify(player(() => minutes(0, 80)));
    const { pages, state } = await pass(recentlyPlayed, api);
    expect(asked).toEqual(['/me/player/recently-played?limit=50', `/me/player/recently-played?limit=50&before=${START + 30 * 60_000}`]);
    expect(pages.map(({ walk }) => walk?.seq)).toEqual([0, 1]);
    expect(state).toEqual({ newestPlayedAt: START + 79 * 60_000 });
  });

  it('never asks after the newest known play, so that one that turns up late is read', async () => {
    const played = [...minutes(0, 60)];
    const { api, asked } = scriptedSpotify(player(() => played));
    const { state } = await pass(recentlyPlayed, api);
    played.push(59.5);
    const before = asked.length;
    const { pages, state: after } = await pass(recentlyPlayed, api, state);
    expect(asked.slice(before)).toEqual(['/me/player/recently-played?limit=50']);
    expect(new TextDecoder().decode(pages[0]?.body)).toContain(play(59.5).played_at);
    expect(after.newestPlayedAt).toBe(START + 59.5 * 60_000);
  });

  it('looks further back where 50 plays do not reach what is known', async () => {
    const { api, asked } = scriptedSpotify(player(() => minutes(0, 80)));
    await pass(recentlyPlayed, api, { newestPlayedAt: START + 10 * 60_000 });
    expect(asked).toHaveLength(2);
  });

  it('follows smaller pages than asked for up to 50 plays', async () => {
    const { api, asked } = scriptedSpotify(player(() => minutes(0, 80), 20));
    await pass(recentlyPlayed, api, { newestPlayedAt: START + 78 * 60_000 });
    expect(asked).toHaveLength(3);
  });

  it('of an account that never played ends at the first empty page', async () => {
    const { api, asked } = scriptedSpotify(player(() => []));
    const { pages, state } = await pass(recentlyPlayed, api);
    expect([asked.length, pages.length, state.newestPlayedAt]).toEqual([1, 1, null]);
  });

  it('keeps what is known where nothing is shown any more', async () => {
    const { api } = scriptedSpotify(player(() => []));
    expect((await pass(recentlyPlayed, api, { newestPlayedAt: 5 })).state).toEqual({ newestPlayedAt: 5 });
  });

  it('ends where the cursor stands still', async () => {
    const next = `http://spotify.test/v1/me/player/recently-played?before=${START}`;
    const { api, asked } = scriptedSpotify(() => json({ items: [play(0)], next, cursors: null }));
    await pass(recentlyPlayed, api);
    expect(asked).toHaveLength(2);
  });
});
