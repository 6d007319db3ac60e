import { beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_ID, CLIENT_SECRET, refreshTokenOf } from '../../simulator/http/tokens.ts';
import { createSimulator, type Simulator } from '../../simulator/simulator.ts';
import type { TruthAccount } from '../../simulator/truth.ts';
import { createVirtualClock, type VirtualClock } from '../kernel/clock.ts';
import { createSpotifyClient } from './client.ts';
import { checkBody } from './contract.ts';
import { fieldOf, numberOf, textOf } from './json.ts';
import { recordsOf } from './records.ts';
import { type Pass, pass, silent } from './scripted-spotify.ts';
import { ACCOUNT_STREAMS, OPT_IN_STREAMS } from './streams.ts';
import { createRefreshTokens } from './tokens.ts';
import type { AnyStream, Page, SpotifyClient } from './types.ts';
import { createWatchStreams } from './watch-streams.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const KNOWN = { unavailableSince: {}, playlistItemsPath: null };
const START = Date.parse('2026-03-02T19:00:00Z');
const ORIGIN = 'http://127.0.0.1:9';
const SPEC = { name: 'ada', displayName: 'Ada', joinedOn: '2025-11-01', country: 'DE', utcOffsetMinutes: 60, playsPerDay: 30 };

interface Setting {
  readonly simulator: Simulator;
  readonly clock: VirtualClock;
  readonly api: SpotifyClient;
  readonly streams: Readonly<Record<string, AnyStream>>;
  readonly watched: {
    readonly artists: readonly string[];
    readonly albums: readonly string[];
    readonly tracks: readonly string[];
    readonly playlists: readonly string[];
  };
}

function setting(mode: 'development' | 'extended'): Setting {
  const clock = createVirtualClock(new Date(START));
  const simulator = createSimulator({ seed: 'streams', mode, clock, artists: 60, accounts: [SPEC] });
  const fetch = (input: string | URL | Request, init?: RequestInit): Promise<Response> => simulator.app.fetch(new Request(input, init));
  const retry = { attempts: 3, baseMs: 500, maxWaitMs: 60_000 };
  const tokens = createRefreshTokens({
    accountsUrl: ORIGIN,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    refreshToken: refreshTokenOf('ada'),
    onNewRefreshToken: async () => undefined,
    ...{ fetch, clock, retry },
  });
  const api = createSpotifyClient({ apiUrl: `${ORIGIN}/v1`, account: 'ada', log: silent, ...{ tokens, clock, fetch, retry } });
  const { world } = simulator;
  const old = world.albums.filter((album) => album.releaseDate < '2020');
  const watched = {
    artists: world.artists.slice(0, 3).map(({ id }) => id),
    albums: old.slice(0, 21).map(({ id }) => id),
    tracks: old
      .flatMap(({ tracks }) => tracks)
      .slice(0, 51)
      .map(({ id }) => id),
    playlists: [...world.foreignPlaylists.slice(-2).map(({ id }) => id), '37i9dQZF1DXcBWIGoYBM5M'],
  };
  const searches = [{ q: 'a', types: ['track', 'album'], market: null, pages: 2 }];
  const watch = createWatchStreams({ ...watched, searches, newReleases: true, everyHours: 24 });
  return { simulator, clock, api, watched, streams: { ...ACCOUNT_STREAMS, ...OPT_IN_STREAMS, ...watch } };
}

interface Read extends Pass<unknown> {
  readonly requests: number;
  readonly notices: readonly string[];
}

/** One pass of every stream, each with what it asked for. */
async function readAll({ simulator, api, streams }: Setting, before: Readonly<Record<string, Read>> = {}): Promise<Record<string, Read>> {
  const read: Record<string, Read> = {};
  const asked = (): number => simulator.requests().filter(({ path }) => path.startsWith('/v1/')).length;
  for (const [name, stream] of Object.entries(streams)) {
    const state = before[name]?.state ?? stream.initial;
    const count = asked();
    const passed = await pass(stream, api, state);
    read[name] = { ...passed, requests: asked() - count, notices: stream.notices(state, passed.state).map(({ code }) => code) };
  }
  return read;
}

const bodyOf = (page: Page): unknown => (page.body.byteLength === 0 ? null : JSON.parse(new TextDecoder().decode(page.body)));
const recordsIn = (read: Read | undefined, stream: string): unknown[] =>
  (read?.pages ?? [])
    .filter((page) => page.stream === stream)
    .flatMap((page) => (recordsOf(page.stream, bodyOf(page)) ?? []).map(({ value }) => value));
const ids = (records: readonly unknown[], below?: string): string[] => [
  ...new Set(records.map((record) => textOf(below === undefined ? record : fieldOf(record, below), 'id') ?? '')),
];
const costs = (read: Record<string, Read>): Record<string, number> =>
  Object.fromEntries(Object.entries(read).map(([name, { requests }]) => [name, requests]));

const SAVED = ['track', 'album', 'show', 'episode', 'audiobook'] as const;
/** Pages of 50, and a second look at the first where there are several. */
const walk = (total: number): number => Math.max(1, Math.ceil(total / 50)) + (total > 50 ? 1 : 0);

describe.each(['development', 'extended'] as const)('a simulated account in %s mode', (mode) => {
  const given = setting(mode);
  const account = (): TruthAccount => given.simulator.truth().accounts[0] ?? expect.fail('no account');
  let first: Record<string, Read> = {};
  let atFirst: TruthAccount;

  beforeAll(async () => {
    atFirst = account();
    first = await readAll(given);
  });

  it.each(SAVED)('gives every saved %s', (kind) => {
    expect(ids(recordsIn(first[`saved_${kind}s`], `saved_${kind}s`), kind)).toEqual(atFirst.saved[kind].map(({ id }) => id));
    expect(first[`saved_${kind}s`]?.requests).toBe(walk(atFirst.saved[kind].length));
  });

  it('gives every artist that is followed', () => {
    expect(ids(recordsIn(first.followed_artists, 'followed_artists')).sort()).toEqual(atFirst.followed);
  });

  it('gives every item of every playlist that may be read', () => {
    const readable = atFirst.playlists.filter(({ isMember }) => isMember || mode === 'extended');
    expect(readable.length).toBeGreaterThan(3);
    for (const { id, items } of readable) {
      const pages = first.playlists?.pages.filter(({ stream, request }) => stream === 'playlist_items' && request.path.includes(id)) ?? [];
      expect(pages.flatMap((page) => recordsOf('playlist_items', bodyOf(page)) ?? [])).toHaveLength(items.length);
    }
  });

  it('gives the newest plays', () => {
    const shown = atFirst.plays
      .filter(({ isShowable }) => isShowable)
      .slice(-50)
      .map(({ playedAt }) => playedAt)
      .reverse();
    expect(recordsIn(first.recently_played, 'recently_played').map((record) => textOf(record, 'played_at'))).toEqual(shown);
  });

  it.each(['top_tracks', 'top_artists'])('gives the %s of three time ranges to their ends', (name) => {
    const pages = first[name]?.pages ?? [];
    const totals = pages.filter(({ request }) => request.query.offset === '0').map((page) => numberOf(bodyOf(page), 'total') ?? 0);
    expect(totals).toHaveLength(3);
    expect(recordsIn(first[name], name)).toHaveLength(totals.reduce((sum, total) => sum + total, 0));
  });

  it('gives every watched thing', () => {
    const { world } = given.simulator;
    expect(ids(recordsIn(first.watched_tracks, 'tracks')).sort()).toEqual([...given.watched.tracks].sort());
    expect(ids(recordsIn(first.watched_albums, 'albums')).sort()).toEqual([...given.watched.albums].sort());
    expect(ids(recordsIn(first.watched_artists, 'artists')).sort()).toEqual([...given.watched.artists].sort());
    const albums = world.artists
      .slice(0, 3)
      .flatMap((artist) => artist.albums)
      .filter(({ releaseDate }) => releaseDate < '2026-03-02');
    const listed = ids(recordsIn(first.watched_artists, 'artist_albums'));
    expect(albums.every(({ id }) => listed.includes(id))).toBe(true);
    expect(recordsIn(first.watched_searches, 'search').length).toBe(mode === 'extended' ? 200 : 40);
  });

  it('tells once what is out of reach', () => {
    const told = Object.fromEntries(
      Object.entries(first)
        .map(([name, { notices }]) => [name, notices])
        .filter(([, notices]) => notices?.length),
    );
    expect(told).toEqual(
      mode === 'extended'
        ? { watched_playlists: ['missing'] }
        : { watched_playlists: ['forbidden', 'forbidden', 'missing'], new_releases: ['unavailable'] },
    );
  });

  it('gives nothing that breaks a contract', () => {
    const pages = Object.values(first).flatMap((read) => read.pages);
    expect(pages.flatMap((page) => (page.body.byteLength === 0 ? [] : checkBody(page.stream, bodyOf(page)).violations))).toEqual([]);
  });

  it('costs the least in a second pass with nothing new, as foretold, and two days later what changed', async () => {
    const foretold = (before: Record<string, Read>): Record<string, number> =>
      Object.fromEntries(
        Object.entries(given.streams).map(([name, stream]) => [
          name,
          stream.estimate(before[name]?.state, KNOWN, given.clock.now()).requests,
        ]),
      );
    const expected = foretold(first);
    const second = await readAll(given, first);
    expect(costs(second)).toEqual({
      recently_played: 1,
      profile: 0,
      saved_tracks: 1,
      saved_albums: 1,
      saved_shows: 1,
      saved_episodes: 1,
      saved_audiobooks: 1,
      followed_artists: 1,
      top_tracks: 0,
      top_artists: 0,
      playlists: 1,
      currently_playing: 1,
      watched_tracks: 0,
      watched_albums: 0,
      watched_artists: 0,
      watched_playlists: 0,
      watched_searches: 0,
      new_releases: 0,
    });
    expect(expected).toEqual(costs(second));
    expect(Object.values(second).flatMap(({ notices }) => notices)).toEqual([]);

    given.clock.advance(2 * DAY_MS);
    const now = account();
    const bounds = Object.entries(given.streams).map(
      ([name, stream]) => [name, stream.estimate(second[name]?.state, KNOWN, given.clock.now()).atMost] as const,
    );
    const third = await readAll(given, second);
    expect(bounds.filter(([name, atMost]) => atMost !== null && (third[name]?.requests ?? 0) > atMost)).toEqual([]);
    for (const kind of SAVED) {
      const [before, after] = [atFirst.saved[kind], now.saved[kind]];
      const added = after.length - before.length;
      const isOnlyGrown = JSON.stringify(after.slice(added)) === JSON.stringify(before);
      // As far as the newest that is known; to the end where something was removed.
      expect([kind, third[`saved_${kind}s`]?.requests]).toEqual([kind, isOnlyGrown ? Math.ceil((added + 1) / 50) : walk(after.length)]);
    }
    const changed = now.playlists.filter(({ id, snapshotId, isMember }) => {
      return (isMember || mode === 'extended') && atFirst.playlists.find((old) => old.id === id)?.snapshotId !== snapshotId;
    });
    const walks = changed.reduce((sum, { items }) => sum + 2 + Math.max(1, Math.ceil(items.length / 50)), 0);
    expect(third.playlists?.requests).toBe(1 + walks);
    expect(third.followed_artists?.requests).toBe(1);
    expect(third.profile?.requests).toBe(1);
    expect([third.watched_tracks?.requests, third.watched_albums?.requests, third.watched_artists?.requests]).toEqual(
      // A batch and a single one, or one by one; no discography within the week.
      mode === 'extended' ? [2, 2, 1] : [51, 21, 3],
    );
    // Of three, those that may be read are asked for their version, and walked where it changed.
    const versions = given.simulator.world.foreignPlaylists
      .slice(-2)
      .map(({ entries }) => [START, START + 2 * DAY_MS].map((at) => entries.filter(({ addedAt }) => addedAt <= at).length));
    const asked = versions.reduce((sum, [before = 0, after = 0]) => sum + (before === after ? 1 : 2 + Math.ceil(after / 50)), 0);
    expect(third.watched_playlists?.requests).toBe(mode === 'extended' ? asked : 0);
    expect(third.new_releases?.requests).toBe(mode === 'extended' ? 2 : 0);
    expect(third.watched_searches?.requests).toBe(2);
  });
});
