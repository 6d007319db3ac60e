import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { SimulatorOptions } from '../simulator.ts';
import { endOfLogin } from './authorisations.ts';
import type { Mode } from './call.ts';
import { ALL_SCOPES, packScopes, scopesFrom, unpackScopes } from './scopes.ts';
import { BASIC, createTestClient, field, list, type Reply } from './test-client.ts';
import { CLIENT_ID, refreshTokenOf } from './tokens.ts';

const ORIGIN = 'http://127.0.0.1:9';
const REDIRECT = 'http://127.0.0.1:8421/callback';
const VERIFIER = 'a-verifier.of~at_least-forty-three-characters-0123456789';
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');
const PLAIN = { client_id: CLIENT_ID, response_type: 'code', redirect_uri: REDIRECT };
const PKCE = { ...PLAIN, code_challenge_method: 'S256', code_challenge: CHALLENGE };
const MINUTE = 60_000;

async function open(options: Partial<SimulatorOptions> = {}, mode: Mode = 'development') {
  const client = await createTestClient(mode, options);
  const { fetch } = client.simulator.app;
  const authorize = (query: Readonly<Record<string, string>>) => fetch(new Request(`${ORIGIN}/authorize?${new URLSearchParams(query)}`));
  const answered = async (query: Readonly<Record<string, string>>) => {
    const response = await authorize({ ...query, auto: '1' });
    return new URL(response.headers.get('location') ?? 'none:').searchParams;
  };
  const redeem = (code: string | null, more: Readonly<Record<string, string>> = { code_verifier: VERIFIER }, basic: string | null = null) =>
    client.token({ grant_type: 'authorization_code', code: code ?? '', redirect_uri: REDIRECT, client_id: CLIENT_ID, ...more }, basic);
  const login = async (scope: string) => redeem((await answered({ ...PKCE, scope })).get('code'));
  const refresh = (token: unknown, basic: string | null = null) =>
    client.token({ grant_type: 'refresh_token', refresh_token: String(token), client_id: CLIENT_ID }, basic);
  const ask = async (path: string, login: Reply) => {
    const headers = { authorization: `Bearer ${String(field(login.body, 'access_token'))}` };
    const response = await fetch(new Request(`${ORIGIN}/v1${path}`, { headers }));
    return { status: response.status, body: response.status === 204 ? null : await response.json() };
  };
  const revoke = (account: string) => fetch(new Request(`${ORIGIN}/_sim/revoke`, { method: 'POST', body: JSON.stringify({ account }) }));
  return { ...client, fetch, authorize, answered, redeem, login, refresh, ask, revoke };
}

const refused = (error: string, description: unknown = expect.any(String)) => ({
  status: 400,
  body: { error, error_description: description },
});

test('the page names the app, the account and the scopes, escapes what it was sent and redirects nowhere', async () => {
  const { authorize } = await open();
  const response = await authorize({ ...PKCE, scope: 'user-top-read user-library-read', state: '"><script>alert(1)</script>' });
  const html = await response.text();
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  for (const text of ['<html lang="en">', 'Allow Tonearm?', 'Ada Löwe', 'user-top-read', 'user-library-read', '<legend>', '>Deny<']) {
    expect(html).toContain(text);
  }
  expect(html).not.toContain('<script');
});

test('the form of the page gives a code to whoever allows it, and access_denied to whoever does not', async () => {
  const { fetch, redeem } = await open();
  const answer = async (decision: string) => {
    const body = new URLSearchParams({ ...PKCE, state: 's', account: 'ada', decision });
    const response = await fetch(new Request(`${ORIGIN}/authorize`, { method: 'POST', body }));
    return { status: response.status, location: new URL(response.headers.get('location') ?? 'none:') };
  };
  const denied = await answer('deny');
  expect([denied.status, denied.location.href]).toEqual([303, `${REDIRECT}?error=access_denied&state=s`]);
  const allowed = await answer('allow');
  expect(allowed.location.searchParams.get('state')).toBe('s');
  expect((await redeem(allowed.location.searchParams.get('code'))).status).toBe(200);
});

test('a login with PKCE gives tokens of the account and the scopes asked for', async () => {
  const { answered, redeem, ask } = await open();
  const given = await answered({ ...PKCE, scope: 'user-library-read user-top-read', state: 'xyz', account: 'ada' });
  expect(given.get('state')).toBe('xyz');
  const login = await redeem(given.get('code'));
  expect(login).toMatchObject({
    status: 200,
    body: { token_type: 'Bearer', expires_in: 3600, scope: 'user-library-read user-top-read', refresh_token: expect.any(String) },
  });
  expect((await ask('/me', login)).body).toMatchObject({ display_name: 'Ada Löwe' });
});

test('a login without PKCE needs the secret', async () => {
  const { answered, redeem } = await open();
  const code = async () => (await answered(PLAIN)).get('code');
  expect((await redeem(await code(), {}, BASIC)).status).toBe(200);
  expect(await redeem(await code(), {})).toMatchObject(refused('invalid_grant'));
  expect(await redeem(await code())).toMatchObject(refused('invalid_grant'));
});

test('a code is good once, for ten minutes, with its verifier and its redirect URI alone', async () => {
  const { answered, redeem, clock } = await open();
  const code = async () => (await answered(PKCE)).get('code');
  const used = await code();
  expect((await redeem(used)).status).toBe(200);
  expect(await redeem(used)).toMatchObject(refused('invalid_grant', 'Invalid authorization code'));
  expect(await redeem('never given')).toMatchObject(refused('invalid_grant', 'Invalid authorization code'));
  expect(await redeem(await code(), { code_verifier: `${VERIFIER}x` })).toMatchObject(
    refused('invalid_grant', 'code_verifier was incorrect'),
  );
  expect(await redeem(await code(), {})).toMatchObject(refused('invalid_request', 'code_verifier required'));
  expect(await redeem(await code(), { code_verifier: VERIFIER, redirect_uri: `${REDIRECT}/` })).toMatchObject(
    refused('invalid_grant', 'Invalid redirect URI'),
  );
  const [early, late] = [await code(), await code()];
  clock.advance(10 * MINUTE - 1);
  expect((await redeem(early)).status).toBe(200);
  clock.advance(1);
  expect(await redeem(late)).toMatchObject(refused('invalid_grant', 'Authorization code expired'));
});

test('redirect URIs: HTTPS and loopback numbers only; a refused one is a page, never a redirect', async () => {
  const { authorize } = await open();
  const status = async (redirectUri: string) => {
    const response = await authorize({ ...PKCE, redirect_uri: redirectUri, auto: '1' });
    return [response.status, response.headers.has('location'), (await response.text()).includes('INVALID_CLIENT: Insecure redirect URI')];
  };
  for (const uri of ['https://example.com/cb', 'http://127.0.0.1:1/cb', 'http://[::1]:8000']) {
    expect([uri, ...(await status(uri))]).toEqual([uri, 302, true, false]);
  }
  for (const uri of [
    'http://localhost:8421/callback',
    'https://localhost/cb',
    'http://192.168.0.2/cb',
    'http://example.com',
    'http://127.0.0.1.example.com/',
    'javascript:alert(1)',
    'https://example.com/#part',
    '',
  ]) {
    expect([uri, ...(await status(uri))]).toEqual([uri, 400, false, true]);
  }
});

test('a registered redirect URI has to match exactly, but for the port of a loopback literal registered without one', async () => {
  const { authorize } = await open({ redirectUris: ['http://127.0.0.1/callback', 'https://example.com/cb'] });
  const status = async (redirectUri: string) => (await authorize({ ...PKCE, redirect_uri: redirectUri, auto: '1' })).status;
  for (const uri of ['http://127.0.0.1:5000/callback', 'http://127.0.0.1/callback', 'https://example.com/cb']) {
    expect([uri, await status(uri)]).toEqual([uri, 302]);
  }
  for (const uri of [
    'http://127.0.0.1:5000/Callback',
    'https://example.com/cb/',
    'https://example.com:444/cb',
    'http://[::1]:5000/callback',
  ]) {
    expect([uri, await status(uri)]).toEqual([uri, 400]);
  }
});

test('what else is wrong with a request for a login comes back as error, with the state', async () => {
  const { answered } = await open();
  const errorOf = async (query: Readonly<Record<string, string>>) => {
    const given = await answered({ ...PKCE, state: 's', ...query });
    return [given.get('error'), given.get('state'), given.get('code')];
  };
  expect(await errorOf({ response_type: 'token' })).toEqual(['unsupported_response_type', 's', null]);
  expect(await errorOf({ scope: 'user-read-minds' })).toEqual(['invalid_scope', 's', null]);
  expect(await errorOf({ code_challenge_method: 'plain' })).toEqual(['invalid_request', 's', null]);
  expect(await errorOf({ account: 'nobody' })).toEqual(['access_denied', 's', null]);
});

test('an unknown client gets a page', async () => {
  const { authorize } = await open();
  const response = await authorize({ ...PKCE, client_id: 'somebody', auto: '1' });
  expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('INVALID_CLIENT: Invalid client')]);
});

test('errors of the token endpoint, with and without description', async () => {
  const asks: readonly (readonly [Record<string, string>, string])[] = [
    [{}, 'unsupported_grant_type'],
    [{ grant_type: 'password' }, 'unsupported_grant_type'],
    [{ grant_type: 'refresh_token' }, 'invalid_request'],
    [{ grant_type: 'authorization_code' }, 'invalid_request'],
    [{ grant_type: 'authorization_code', code: 'x' }, 'invalid_request'],
    [{ grant_type: 'refresh_token', refresh_token: 'AQ-sim.ada.0.0.0.0.0' }, 'invalid_grant'],
  ];
  const [wordy, terse] = [await open(), await open({ describesErrors: false })];
  for (const [form, error] of asks) {
    expect(await wordy.token(form)).toMatchObject(refused(error));
    expect((await terse.token(form)).body).toEqual({ error });
  }
  expect((await terse.token({ grant_type: 'refresh_token', refresh_token: refreshTokenOf('ada'), client_id: 'x' }, null)).body).toEqual({
    error: 'invalid_client',
  });
});

test('a refresh keeps account and scopes, and gives each kind of client the refresh token it is told to', async () => {
  const { login, refresh, ask } = await open({ refreshAnswers: { confidential: 'same', pkce: 'new' } });
  const token = field((await login('user-top-read')).body, 'refresh_token');
  expect((await refresh(token, BASIC)).body).toMatchObject({ refresh_token: token, scope: 'user-top-read' });
  const renewed = await refresh(token);
  const next = field(renewed.body, 'refresh_token');
  expect([typeof next, next === token]).toEqual(['string', false]);
  expect((await ask('/me/top/tracks', renewed)).status).toBe(200);
  expect(await refresh(token)).toMatchObject(refused('invalid_grant', 'Refresh token revoked'));
  expect((await refresh(next)).status).toBe(200);
});

test('by default a client with a secret gets no refresh token and one with PKCE the same', async () => {
  const { login, refresh } = await open();
  const token = field((await login('')).body, 'refresh_token');
  expect((await refresh(token, BASIC)).body).not.toHaveProperty('refresh_token');
  expect((await refresh(token)).body).toMatchObject({ refresh_token: token });
});

test('a refresh token ends six months after the login, however often it was replaced', async () => {
  const { login, refresh, clock } = await open({ refreshAnswers: { pkce: 'new' } });
  let token = field((await login('')).body, 'refresh_token');
  clock.set(new Date('2026-07-01T00:00:00Z'));
  token = field((await refresh(token)).body, 'refresh_token');
  clock.set(new Date('2026-09-20T18:59:59.999Z'));
  token = field((await refresh(token)).body, 'refresh_token');
  clock.set(new Date('2026-09-20T19:00:00Z'));
  expect(await refresh(token)).toMatchObject(refused('invalid_grant', 'Refresh token expired'));
});

test('six months are calendar months, cut to the last day of a shorter one', () => {
  const end = (from: string) => new Date(endOfLogin(Date.parse(from))).toISOString();
  expect(end('2026-06-18T10:00:00Z')).toBe('2026-12-18T10:00:00.000Z');
  expect(end('2026-08-31T23:59:59Z')).toBe('2027-02-28T23:59:59.000Z');
  expect(end('2027-08-30T00:00:00Z')).toBe('2028-02-29T00:00:00.000Z');
  expect(end('2026-12-31T00:00:00Z')).toBe('2027-06-30T00:00:00.000Z');
});

test('a revoked account has to log in again; its access token lives out its hour', async () => {
  const { login, refresh, ask, revoke } = await open();
  const before = await login('');
  expect((await revoke('ada')).status).toBe(204);
  expect((await revoke('nobody')).status).toBe(404);
  for (const token of [field(before.body, 'refresh_token'), refreshTokenOf('ada')]) {
    expect(await refresh(token)).toMatchObject(refused('invalid_grant', 'Refresh token revoked'));
  }
  expect((await ask('/me', before)).status).toBe(200);
  expect((await refresh(field((await login('')).body, 'refresh_token'))).status).toBe(200);
});

test('endpoints that need a scope answer 403 without it, and with it they answer', async () => {
  const { login, ask } = await open({}, 'extended');
  const needs: Readonly<Record<string, string>> = {
    '/me/tracks': 'user-library-read',
    '/me/episodes': 'user-library-read user-read-playback-position',
    '/me/following?type=artist': 'user-follow-read',
    '/me/playlists': 'playlist-read-private',
    '/me/top/artists': 'user-top-read',
    '/me/player/recently-played': 'user-read-recently-played',
    '/me/player/devices': 'user-read-playback-state',
    '/me/player/queue': 'user-read-playback-state user-read-currently-playing',
  };
  const nothing = await login('');
  for (const [path, scope] of Object.entries(needs)) {
    expect(await ask(path, nothing)).toEqual({ status: 403, body: { error: { status: 403, message: 'Insufficient client scope' } } });
    expect([path, (await ask(path, await login(scope))).status]).toEqual([path, 200]);
  }
  expect((await ask('/me', nothing)).status).toBe(200);
});

test('scopes decide on parts of an answer: country, email, collaborative playlists, resume points', async () => {
  const { login, ask, simulator } = await open({}, 'extended');
  const names = async (path: string, scope: string) => Object.keys(Object((await ask(path, await login(scope))).body));
  expect(await names('/me', '')).not.toEqual(expect.arrayContaining(['country']));
  expect(await names('/me', 'user-read-private')).toEqual(expect.arrayContaining(['country', 'product']));
  expect(await names('/me', 'user-read-private')).not.toContain('email');
  expect(await names('/me', 'user-read-email')).toContain('email');
  const collaborative = async (scope: string) =>
    list(field((await ask('/me/playlists?limit=50', await login(scope))).body, 'items')).filter((item) => field(item, 'collaborative'));
  expect(await collaborative('playlist-read-private')).toEqual([]);
  expect(await collaborative('playlist-read-private playlist-read-collaborative')).not.toEqual([]);
  const episode = `/episodes/${simulator.world.shows[0]?.episodes[0]?.id}`;
  expect(await names(episode, '')).not.toContain('resume_point');
  expect(await names(episode, 'user-read-playback-position')).toContain('resume_point');
});

test('a list of scopes is packed into a token and read again; one that does not exist is noticed', () => {
  for (const scope of ALL_SCOPES) expect(unpackScopes(packScopes([scope]))).toEqual([scope]);
  expect(unpackScopes(packScopes(ALL_SCOPES))).toEqual(ALL_SCOPES);
  expect(scopesFrom(' streaming  user-top-read streaming ')).toEqual(['user-top-read', 'streaming']);
  expect(scopesFrom('user-top-read nonsense')).toBeNull();
});
