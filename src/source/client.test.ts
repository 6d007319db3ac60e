import { describe, expect, it } from 'vitest';
import { type Clock, createVirtualClock, type VirtualClock } from '../kernel/clock.ts';
import { PipelineError } from '../kernel/errors.ts';
import { createSpotifyClient } from './client.ts';
import { fixedTokens, json, NOON, type Script, scriptedFetch, scriptedSpotify, silent } from './scripted-spotify.ts';
import type { TokenProvider } from './tokens.ts';

const failure = (promise: Promise<unknown>): Promise<PipelineError> =>
  promise.then(
    () => expect.fail('expected an error'),
    (error: unknown) => (error instanceof PipelineError ? error : expect.fail(`expected a PipelineError, not ${String(error)}`)),
  );

/** Answers in turn; the last one again and again. */
function inTurn(...answers: readonly (() => Response)[]): Script {
  let turn = 0;
  return () => {
    const answer = answers[Math.min(turn, answers.length - 1)];
    turn += 1;
    return answer?.() ?? expect.fail('no answer');
  };
}

describe('an answer', () => {
  it('keeps the bytes as received, the ETag, and the Date header as its time', async () => {
    const text = '{ "a" : 1.0,\r\n"b":"é" }';
    const { api } = scriptedSpotify(() => new Response(text, { headers: { etag: '"v1"', date: 'Sun, 01 Mar 2026 08:00:00 GMT' } }));
    const answer = await api.get({ path: '/me', query: { limit: 5 } });
    expect(new TextDecoder().decode(answer.body)).toBe(text);
    expect(answer).toMatchObject({ status: 200, etag: '"v1"', request: { method: 'GET', path: '/me', query: { limit: '5' } } });
    expect(answer.observedAt.toISOString()).toBe('2026-03-01T08:00:00.000Z');
    expect(answer.json()).toEqual({ a: 1, b: 'é' });
  });

  it('is observed at the clock where the Date header is absent or no date', async () => {
    const { api } = scriptedSpotify(
      inTurn(
        () => json({}),
        () => json({}, 200, { date: 'yesterday' }),
      ),
    );
    expect((await api.get({ path: '/me' })).observedAt.toISOString()).toBe('2026-03-01T12:00:01.000Z');
    expect((await api.get({ path: '/me' })).observedAt.toISOString()).toBe('2026-03-01T12:00:02.000Z');
  });

  it.each([204, 304])('with status %i has no body and resolves', async (status) => {
    const { api } = scriptedSpotify(() => new Response(null, { status }));
    const answer = await api.get({ path: '/me/player' });
    expect([answer.status, answer.body.byteLength, answer.json()]).toEqual([status, 0, null]);
  });

  it('that is no JSON resolves, and says so when it is parsed', async () => {
    const { api } = scriptedSpotify(() => new Response('<html>'));
    const answer = await api.get({ path: '/me' });
    expect(() => answer.json()).toThrowError(expect.objectContaining({ code: 'bad_response' }));
  });
});

it('asks for JSON with the token as bearer', async () => {
  const headers: Headers[] = [];
  const api = clientWith({
    fetch: scriptedFetch(
      () => json({}),
      (asked) => headers.push(asked.headers),
    ),
    clock: createVirtualClock(NOON),
  });
  await api.get({ path: '/me' });
  expect([headers[0]?.get('authorization'), headers[0]?.get('accept')]).toEqual(['Bearer token-1', 'application/json']);
});

describe('an answer that refuses', () => {
  it.each([
    [403, 'forbidden'],
    [404, 'missing'],
    [400, 'bad_response'],
    [302, 'bad_response'],
  ])('with %i becomes %s at once, with the status in the message', async (status, code) => {
    const { api, asked } = scriptedSpotify(() => json({ error: { status, message: 'No such thing' } }, status));
    const error = await failure(api.get({ path: '/playlists/1' }));
    expect(error).toMatchObject({ code, retryable: false });
    expect(error.message).toBe(`GET /playlists/1 answered ${status}: No such thing`);
    expect(asked).toHaveLength(1);
  });

  it('may do so in plain text, of which 200 characters are kept', async () => {
    const { api } = scriptedSpotify(() => new Response(`Active premium subscription required ${'x'.repeat(500)}`, { status: 403 }));
    const error = await failure(api.get({ path: '/me' }));
    expect(error.message).toHaveLength('GET /me answered 403: '.length + 200);
    expect(error.hint).toContain('Premium');
  });

  it('because the user is not on the list of the app says where the list is', async () => {
    const { api } = scriptedSpotify(() => new Response('User not registered in the Developer Dashboard', { status: 403 }));
    expect((await failure(api.get({ path: '/me' }))).hint).toContain('User Management');
  });

  it('never shows the token, even where the answer repeats it', async () => {
    const { api } = scriptedSpotify(() => new Response('bad token token-1 given', { status: 403 }));
    expect((await failure(api.get({ path: '/me' }))).message).toBe('GET /me answered 403: bad token [hidden] given');
  });
});

describe('401', () => {
  const refused = (): Response => json({ error: { status: 401, message: 'Access token missing' } }, 401);
  const counting = (): { tokens: TokenProvider; invalidated: string[] } => {
    const invalidated: string[] = [];
    const tokens: TokenProvider = {
      accessToken: async () => `token-${invalidated.length + 1}`,
      invalidate: (token) => invalidated.push(token),
    };
    return { tokens, invalidated };
  };

  it('is asked once more with a fresh token', async () => {
    const { tokens, invalidated } = counting();
    const api = clientWith({ tokens, fetch: scriptedFetch(inTurn(refused, () => json({ id: 'x' }))) });
    expect((await api.get({ path: '/me' })).json()).toEqual({ id: 'x' });
    expect(invalidated).toEqual(['token-1']);
  });

  it('twice in a row needs a login', async () => {
    const { tokens, invalidated } = counting();
    const api = clientWith({ tokens, fetch: scriptedFetch(refused) });
    expect(await failure(api.get({ path: '/me' }))).toMatchObject({
      code: 'login_needed',
      message: 'GET /me answered 401: Access token missing',
    });
    expect(invalidated).toEqual(['token-1']);
  });
});

describe('429', () => {
  const limited = (headers: Readonly<Record<string, string>>): Response =>
    json({ error: { status: 429, message: 'API rate limit exceeded' } }, 429, headers);

  it('is sat out as long as Retry-After says', async () => {
    const { api, clock, asked } = scriptedSpotify(
      inTurn(
        () => limited({ 'retry-after': '7' }),
        () => json({}),
      ),
    );
    await api.get({ path: '/me' });
    expect(asked).toHaveLength(2);
    // A second for each request, seven for the wait.
    expect(clock.now().getTime() - NOON.getTime()).toBe(9000);
  });

  it('with a Retry-After above the cap fails at once and says when to come back', async () => {
    const { api, clock, asked } = scriptedSpotify(() => limited({ 'retry-after': '79892' }));
    const error = await failure(api.get({ path: '/me' }));
    expect(error).toMatchObject({ code: 'rate_limited', retryable: true });
    expect(error.retryAt?.getTime()).toBe(clock.now().getTime() + 79_892_000);
    expect(asked).toHaveLength(1);
  });

  it('without Retry-After is tried again with growing waits', async () => {
    const clock = createVirtualClock(NOON);
    const times: number[] = [];
    const api = clientWith({
      clock,
      random: () => 0.999_999,
      fetch: scriptedFetch(
        () => limited({}),
        () => times.push(clock.now().getTime() - NOON.getTime()),
      ),
    });
    expect((await failure(api.get({ path: '/me' }))).retryAt).toBeNull();
    expect(times).toEqual([0, 499, 1498, 3497]);
  });

  it('for a used-up quota is not tried again', async () => {
    const body = { error: { status: 429, message: 'Too many requests', reason: 'QUOTA_EXCEEDED' } };
    const { api, asked, clock } = scriptedSpotify(() => json(body, 429, { 'retry-after': '5' }));
    const error = await failure(api.get({ path: '/me' }));
    expect(error).toMatchObject({ code: 'quota_exceeded', retryable: false });
    expect(error.retryAt?.getTime()).toBe(clock.now().getTime() + 5000);
    expect(asked).toHaveLength(1);
  });
});

describe('a failure on the way', () => {
  it.each([500, 502, 503, 504])('with status %i is tried again and then upstream', async (status) => {
    const { api, asked } = scriptedSpotify(() => new Response('oops', { status }));
    expect(await failure(api.get({ path: '/me' }))).toMatchObject({ code: 'upstream', message: `GET /me answered ${status}: oops` });
    expect(asked).toHaveLength(4);
  });

  it('of the network is tried again and told with its cause', async () => {
    const { api, asked } = scriptedSpotify(() => {
      throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') });
    });
    expect(await failure(api.get({ path: '/me' }))).toMatchObject({
      code: 'network',
      message: 'GET /me: fetch failed: connect ECONNREFUSED',
    });
    expect(asked).toHaveLength(4);
  });

  it('a body shorter than its content-length is cut off, and tried again', async () => {
    const { api } = scriptedSpotify(
      inTurn(
        () => new Response('{"items":[', { headers: { 'content-length': '400' } }),
        () => json({ items: [] }),
      ),
    );
    expect((await api.get({ path: '/me' })).json()).toEqual({ items: [] });
  });

  it('the content-length of a packed answer is not that of its body', async () => {
    const { api, asked } = scriptedSpotify(() => new Response('{}', { headers: { 'content-length': '22', 'content-encoding': 'gzip' } }));
    expect((await api.get({ path: '/me' })).json()).toEqual({});
    expect(asked).toHaveLength(1);
  });

  it('an answer that does not come in time is given up and tried again', async () => {
    const wallClock = createVirtualClock(NOON);
    const signals: (AbortSignal | null | undefined)[] = [];
    const hang: typeof fetch = (_, init) => {
      signals.push(init?.signal);
      return new Promise(() => undefined);
    };
    const api = clientWith({ fetch: hang, wallClock, timeoutMs: 30_000 });
    expect(await failure(api.get({ path: '/me' }))).toMatchObject({ code: 'network', message: 'GET /me: no complete answer within 30 s' });
    expect(signals.map((signal) => signal?.aborted)).toEqual([true, true, true, true]);
    expect(wallClock.now().getTime() - NOON.getTime()).toBe(120_000);
  });

  it('a signal ends the request under way and nothing is tried again', async () => {
    const stop = new AbortController();
    let requests = 0;
    const hang: typeof fetch = (_, init) => {
      requests += 1;
      return new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
        stop.abort();
      });
    };
    expect(await failure(clientWith({ fetch: hang }).get({ path: '/me' }, stop.signal))).toMatchObject({ code: 'cancelled' });
    expect(requests).toBe(1);
  });
});

interface Parts {
  readonly fetch: typeof fetch;
  readonly tokens?: TokenProvider;
  readonly clock?: VirtualClock;
  readonly wallClock?: Clock;
  readonly timeoutMs?: number;
  readonly random?: () => number;
}

const clientWith = (parts: Parts) =>
  createSpotifyClient({
    apiUrl: 'http://spotify.test/v1/',
    tokens: fixedTokens(),
    clock: createVirtualClock(NOON),
    account: 'me',
    retry: { attempts: 4, baseMs: 500, maxWaitMs: 60_000 },
    log: silent,
    random: () => 0,
    ...parts,
  });
