import { InMemoryCachingStrategy, SpotifyApi } from '@spotify/web-api-ts-sdk';
import * as oauth from 'oauth4webapi';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CLIENT_ID, CLIENT_SECRET } from '../simulator/http/tokens.ts';
import { type SimulatorServer, serve } from '../simulator/server.ts';
import { createSimulator, type Simulator } from '../simulator/simulator.ts';
import type { TruthAccount } from '../simulator/truth.ts';
import { createVirtualClock } from '../src/kernel/clock.ts';

const DAY_MS = 86_400_000;
const MODES = ['development', 'extended'] as const;
const REDIRECT = 'http://127.0.0.1:8421/callback';
const SCOPES = ['user-library-read', 'playlist-read-private', 'playlist-read-collaborative', 'user-top-read', 'user-read-recently-played'];
const ADA = { name: 'ada', displayName: 'Ada Löwe', joinedOn: '2025-09-01', country: 'DE', utcOffsetMinutes: 60, playsPerDay: 30 };

let server: SimulatorServer;
let simulator: Simulator;
const clock = createVirtualClock(new Date('2026-03-20T19:00:00Z'));

async function start(mode: (typeof MODES)[number]): Promise<void> {
  simulator = createSimulator({ seed: 'foreign', mode, clock, artists: 60, accounts: [ADA], refreshAnswers: { pkce: 'new' } });
  server = await serve(simulator, { port: 0 });
}

beforeEach(() => clock.set(new Date('2026-03-20T19:00:00Z')));

afterEach(async () => {
  vi.unstubAllGlobals();
  await server.close();
});

function truthOf(): TruthAccount {
  const [account] = simulator.truth().accounts;
  if (account === undefined) throw new Error('the simulator has no account');
  return account;
}

/** Where a browser that allows everything is sent. */
async function consent(authorizeUrl: URL): Promise<URL> {
  authorizeUrl.searchParams.set('auto', '1');
  const response = await fetch(authorizeUrl, { redirect: 'manual' });
  return new URL(response.headers.get('location') ?? 'none:');
}

const HOSTS = /^https:\/\/(api|accounts)\.spotify\.com/;

/** The SDK knows Spotify's hosts only. */
const realFetch = globalThis.fetch;
const rewriting: typeof fetch = (input, init) => realFetch(String(input).replace(HOSTS, server.url), init);

/** The SDK's own login with PKCE: a browser of which only the address bar exists. */
async function sdkLogin(): Promise<SpotifyApi> {
  const location = { search: '', href: REDIRECT };
  vi.stubGlobal('fetch', rewriting);
  vi.stubGlobal('window', { location, crypto: globalThis.crypto, history: { replaceState: () => undefined } });
  vi.stubGlobal('document', { title: '' });
  let sent: (target: URL) => void = () => undefined;
  const target = new Promise<URL>((resolve) => {
    sent = resolve;
  });
  const redirectionStrategy = {
    redirect: async (url: string | URL) => sent(new URL(String(url).replace(HOSTS, server.url))),
    onReturnFromRedirect: async () => undefined,
  };
  const cachingStrategy = new InMemoryCachingStrategy();
  const sdk = SpotifyApi.withUserAuthorization(CLIENT_ID, REDIRECT, SCOPES, { fetch: rewriting, redirectionStrategy, cachingStrategy });
  expect((await sdk.authenticate()).authenticated).toBe(false);
  const back = await consent(await target);
  location.search = back.search;
  location.href = back.href;
  expect((await sdk.authenticate()).authenticated).toBe(true);
  return sdk;
}

interface SdkPage<T> {
  readonly items: readonly T[];
  readonly total: number;
  readonly next: string | null;
}

/** Pages as the SDK makes one do it: by offset, as long as there is a next one. */
async function paged<T>(size: number, ask: (offset: number) => Promise<SdkPage<T>>): Promise<readonly T[]> {
  const items: T[] = [];
  for (let offset = 0; ; offset += size) {
    const page = await ask(offset);
    items.push(...page.items);
    if (page.next === null) {
      expect(items).toHaveLength(page.total);
      return items;
    }
  }
}

test.each(MODES)('the official SDK logs in and finds the truth in saved tracks, playlists, tops and recent plays (%s)', async (mode) => {
  await start(mode);
  const sdk = await sdkLogin();
  const truth = truthOf();
  expect((await sdk.currentUser.profile()).id).toBe(truth.userId);

  const saved = await paged(50, (offset) => sdk.currentUser.tracks.savedTracks(50, offset));
  expect(saved.map(({ added_at, track }) => ({ id: track.id, addedAt: added_at }))).toEqual(truth.saved.track);

  const playlists = await paged(3, (offset) => sdk.currentUser.playlists.playlists(3, offset));
  expect(playlists.flatMap((playlist) => playlist?.snapshot_id ?? [])).toEqual(truth.playlists.map((playlist) => playlist.snapshotId));

  const recent = await sdk.player.getRecentlyPlayedTracks(50);
  const shown = truth.plays.filter((play) => play.isShowable).slice(-50);
  expect(recent.items.map(({ played_at, track }) => [played_at, track.id])).toEqual(
    shown.map((play) => [play.playedAt, play.itemId]).reverse(),
  );

  const top = await paged(20, (offset) => sdk.currentUser.topItems('tracks', 'medium_term', 20, offset));
  const today = Math.floor(clock.now().getTime() / DAY_MS) * DAY_MS;
  const isCounted = (at: number): boolean => at > today - 182 * DAY_MS && at <= today;
  const times = new Map<string, number>();
  for (const play of truth.plays) {
    if (play.isShowable && isCounted(Date.parse(play.playedAt))) times.set(play.itemId, (times.get(play.itemId) ?? 0) + 1);
  }
  const counts = top.map(({ id }) => times.get(id) ?? 0);
  expect(counts).toEqual([...counts].sort((a, b) => b - a));
  expect(counts[0]).toBe(Math.max(...times.values()));
});

test.each(MODES)('the official SDK searches and gets the track it looks for (%s)', async (mode) => {
  await start(mode);
  const sdk = await sdkLogin();
  const [id, track] = Object.entries(simulator.truth().tracks).find(([, one]) => one.isrc !== null) ?? [];
  const found = await sdk.search(`isrc:${track?.isrc}`, ['track', 'artist'], undefined, 10);
  expect(found.tracks.items.map((item) => item.id)).toContain(id);
  for (const item of found.tracks.items) expect(item.external_ids).toMatchObject({ isrc: track?.isrc });
});

test('the official SDK reads the items of own and foreign playlists where its endpoint still exists', async () => {
  await start('extended');
  const sdk = await sdkLogin();
  const all = truthOf().playlists;
  expect(all.some((playlist) => playlist.isMember) && all.some((playlist) => !playlist.isMember)).toBe(true);
  for (const playlist of all) {
    const items = await paged(50, (offset) => sdk.playlists.getPlaylistItems(playlist.id, undefined, undefined, 50, offset));
    expect(items.map((item) => [item.track?.uri ?? null, item.added_at])).toEqual(playlist.items.map((item) => [item.uri, item.addedAt]));
  }
});

test('the official SDK is refused the items of playlists in development mode', async () => {
  await start('development');
  const sdk = await sdkLogin();
  const own = truthOf().playlists.find((playlist) => playlist.isMember);
  await expect(sdk.playlists.getPlaylistItems(own?.id ?? '')).rejects.toThrow('Bad OAuth request');
});

test('the official SDK reads with an app token of its own what needs no user', async () => {
  await start('extended');
  vi.stubGlobal('fetch', rewriting);
  const sdk = SpotifyApi.withClientCredentials(CLIENT_ID, CLIENT_SECRET, [], { fetch: rewriting });
  const id = Object.keys(simulator.truth().tracks)[0] ?? '';
  expect((await sdk.tracks.get(id)).id).toBe(id);
  await expect(sdk.currentUser.profile()).rejects.toThrow();
});

const INSECURE = { [oauth.allowInsecureRequests]: true };
const serverOf = (): oauth.AuthorizationServer => ({
  issuer: server.url,
  authorization_endpoint: `${server.url}/authorize`,
  token_endpoint: `${server.url}/api/token`,
});

async function oauthLogin(client: oauth.Client, authentication: oauth.ClientAuth): Promise<oauth.TokenEndpointResponse> {
  const [verifier, state] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState()];
  const url = new URL(serverOf().authorization_endpoint ?? '');
  const challenge = await oauth.calculatePKCECodeChallenge(verifier);
  const query = { client_id: CLIENT_ID, response_type: 'code', redirect_uri: REDIRECT, scope: SCOPES.join(' '), state };
  for (const [name, value] of Object.entries({ ...query, code_challenge: challenge, code_challenge_method: 'S256' })) {
    url.searchParams.set(name, value);
  }
  const given = oauth.validateAuthResponse(serverOf(), client, await consent(url), state);
  const response = await oauth.authorizationCodeGrantRequest(serverOf(), client, authentication, given, REDIRECT, verifier, INSECURE);
  return oauth.processAuthorizationCodeResponse(serverOf(), client, response);
}

async function oauthRefresh(client: oauth.Client, authentication: oauth.ClientAuth, token: string | undefined) {
  const response = await oauth.refreshTokenGrantRequest(serverOf(), client, authentication, token ?? '', INSECURE);
  return oauth.processRefreshTokenResponse(serverOf(), client, response);
}

test('a strict OAuth library logs in with PKCE, refreshes, and is told when the login is over', async () => {
  await start('development');
  const client: oauth.Client = { client_id: CLIENT_ID };
  const login = await oauthLogin(client, oauth.None());
  expect(login.scope?.split(' ').sort()).toEqual([...SCOPES].sort());
  const refreshed = await oauthRefresh(client, oauth.None(), login.refresh_token);
  expect(refreshed.refresh_token).not.toBe(login.refresh_token);
  const me = await fetch(`${server.url}/v1/me`, { headers: { authorization: `Bearer ${refreshed.access_token}` } });
  expect(await me.json()).toMatchObject({ id: truthOf().userId, account_id: truthOf().accountId });
  await expect(oauthRefresh(client, oauth.None(), login.refresh_token)).rejects.toMatchObject({
    error: 'invalid_grant',
    error_description: 'Refresh token revoked',
  });
  clock.set(new Date('2026-09-20T19:00:00Z'));
  await expect(oauthRefresh(client, oauth.None(), refreshed.refresh_token)).rejects.toMatchObject({
    error: 'invalid_grant',
    error_description: 'Refresh token expired',
  });
});

test('a strict OAuth library logs in with a secret and keeps its refresh token', async () => {
  await start('development');
  const client: oauth.Client = { client_id: CLIENT_ID };
  const secret = oauth.ClientSecretBasic(CLIENT_SECRET);
  const login = await oauthLogin(client, secret);
  const refreshed = await oauthRefresh(client, secret, login.refresh_token);
  expect(refreshed).not.toHaveProperty('refresh_token');
  expect((await oauthRefresh(client, secret, login.refresh_token)).scope).toBe(login.scope);
  await expect(oauthLogin(client, oauth.ClientSecretBasic('wrong'))).rejects.toMatchObject({ error: 'invalid_client' });
});
