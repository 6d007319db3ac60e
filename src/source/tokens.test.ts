import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../kernel/clock.ts';
import type { PipelineError } from '../kernel/errors.ts';
import { type Asked, json, NOON, type Script, scriptedFetch } from './scripted-spotify.ts';
import { createClientCredentialsTokens, createRefreshTokens } from './tokens.ts';

const idle = new AbortController().signal;

function accounts(script: Script) {
  const asked: Asked[] = [];
  const kept: string[] = [];
  const clock = createVirtualClock(NOON);
  const options = {
    accountsUrl: 'http://accounts.test/',
    clientId: 'app',
    fetch: scriptedFetch(script, (one) => asked.push(one)),
    clock,
    retry: { attempts: 3, baseMs: 100, maxWaitMs: 60_000 },
    random: () => 0,
    onNewRefreshToken: async (token: string): Promise<void> => {
      kept.push(token);
    },
  };
  return { options, asked, kept, clock };
}

/** A fresh access token for each request. */
function granting(extra: Readonly<Record<string, unknown>> = {}): Script {
  let number = 0;
  return () => {
    number += 1;
    return json({ access_token: `access-${number}`, token_type: 'Bearer', expires_in: 3600, ...extra });
  };
}

const form = (asked: Asked | undefined): Readonly<Record<string, string>> => Object.fromEntries(new URLSearchParams(asked?.body ?? ''));
const failure = (promise: Promise<unknown>): Promise<PipelineError> =>
  promise.then(
    () => expect.fail('expected an error'),
    (error) => error,
  );

describe('a request for a token', () => {
  it('of the app carries id and secret as Basic and no more', async () => {
    const { options, asked } = accounts(granting());
    expect(await createClientCredentialsTokens({ ...options, clientSecret: 's3cret' }).accessToken(idle)).toBe('access-1');
    expect(asked[0]).toMatchObject({ path: '/api/token' });
    expect(asked[0]?.headers.get('authorization')).toBe(`Basic ${btoa('app:s3cret')}`);
    expect(form(asked[0])).toEqual({ grant_type: 'client_credentials' });
  });

  it('of a client with a secret carries the refresh token in the form', async () => {
    const { options, asked } = accounts(granting());
    await createRefreshTokens({ ...options, clientSecret: 's3cret', refreshToken: 'r1' }).accessToken(idle);
    expect(asked[0]?.headers.get('authorization')).toBe(`Basic ${btoa('app:s3cret')}`);
    expect(form(asked[0])).toEqual({ grant_type: 'refresh_token', refresh_token: 'r1' });
  });

  it('of a PKCE client has the client id in the form and no authorization', async () => {
    const { options, asked } = accounts(granting());
    await createRefreshTokens({ ...options, clientSecret: null, refreshToken: 'r1' }).accessToken(idle);
    expect(asked[0]?.headers.get('authorization')).toBeNull();
    expect(form(asked[0])).toEqual({ grant_type: 'refresh_token', refresh_token: 'r1', client_id: 'app' });
  });
});

describe('a token', () => {
  it('is kept until a minute before its end', async () => {
    const { options, asked, clock } = accounts(granting());
    const tokens = createRefreshTokens({ ...options, clientSecret: null, refreshToken: 'r1' });
    await tokens.accessToken(idle);
    clock.advance(3_539_999);
    expect(await tokens.accessToken(idle)).toBe('access-1');
    clock.advance(1);
    expect(await tokens.accessToken(idle)).toBe('access-2');
    expect(asked).toHaveLength(2);
  });

  it('is asked for once where many want it', async () => {
    const { options, asked } = accounts(granting());
    const tokens = createRefreshTokens({ ...options, clientSecret: null, refreshToken: 'r1' });
    expect(new Set(await Promise.all(Array.from({ length: 20 }, () => tokens.accessToken(idle))))).toEqual(new Set(['access-1']));
    expect(asked).toHaveLength(1);
  });

  it('is replaced once it is refused, and not when an older one is', async () => {
    const { options, asked } = accounts(granting());
    const tokens = createRefreshTokens({ ...options, clientSecret: null, refreshToken: 'r1' });
    tokens.invalidate(await tokens.accessToken(idle));
    expect(await tokens.accessToken(idle)).toBe('access-2');
    tokens.invalidate('access-1');
    expect(await tokens.accessToken(idle)).toBe('access-2');
    expect(asked).toHaveLength(2);
  });

  it('of one who stops waiting still arrives for the others', async () => {
    let release: (response: Response) => void = () => undefined;
    const { options, kept } = accounts(
      () =>
        new Promise((resolve) => {
          release = resolve;
        }),
    );
    const tokens = createRefreshTokens({ ...options, clientSecret: null, refreshToken: 'r1' });
    const stop = new AbortController();
    const stopped = failure(tokens.accessToken(stop.signal));
    const other = tokens.accessToken(idle);
    stop.abort();
    expect(await stopped).toMatchObject({ code: 'cancelled' });
    release(json({ access_token: 'a', expires_in: 3600, refresh_token: 'r2' }));
    expect(await other).toBe('a');
    expect(kept).toEqual(['r2']);
  });
});

describe('a refresh token', () => {
  it('that comes with an answer is handed over before the access token is used, and is the next one sent', async () => {
    const { options, asked, kept, clock } = accounts(granting({ refresh_token: 'r2' }));
    const tokens = createRefreshTokens({ ...options, clientSecret: null, refreshToken: 'r1' });
    await tokens.accessToken(idle);
    expect(kept).toEqual(['r2']);
    clock.advance(3_600_000);
    await tokens.accessToken(idle);
    expect(asked.map((one) => form(one).refresh_token)).toEqual(['r1', 'r2']);
    expect(kept).toEqual(['r2']);
  });

  it('stays in force where the answer has none', async () => {
    const { options, asked, kept, clock } = accounts(granting());
    const tokens = createRefreshTokens({ ...options, clientSecret: null, refreshToken: 'r1' });
    await tokens.accessToken(idle);
    clock.advance(3_600_000);
    await tokens.accessToken(idle);
    expect(asked.map((one) => form(one).refresh_token)).toEqual(['r1', 'r1']);
    expect(kept).toEqual([]);
  });

  it('that is dead needs a login, and is not offered again', async () => {
    const { options, asked } = accounts(() => json({ error: 'invalid_grant', error_description: 'Refresh token expired' }, 400));
    const tokens = createRefreshTokens({ ...options, clientSecret: null, refreshToken: 'r1-secret' });
    const error = await failure(tokens.accessToken(idle));
    expect(error).toMatchObject({ code: 'login_needed', message: 'POST /api/token answered 400: invalid_grant, Refresh token expired' });
    expect(error.hint).toContain('six months');
    expect(await failure(tokens.accessToken(idle))).toMatchObject({ code: 'login_needed' });
    expect(asked).toHaveLength(1);
  });
});

describe('the accounts service', () => {
  it('that does not know the app makes it a matter of the config', async () => {
    const { options } = accounts(() => json({ error: 'invalid_client' }, 400));
    const error = await failure(createClientCredentialsTokens({ ...options, clientSecret: 's3cret' }).accessToken(idle));
    expect(error).toMatchObject({ code: 'config', message: 'POST /api/token answered 400: invalid_client' });
  });

  it('that fails for a while is asked again', async () => {
    const grant = granting();
    let failures = 2;
    const { options, asked } = accounts((one) => {
      failures -= 1;
      return failures >= 0 ? new Response('busy', { status: 503 }) : grant(one);
    });
    expect(await createClientCredentialsTokens({ ...options, clientSecret: 's3cret' }).accessToken(idle)).toBe('access-1');
    expect(asked).toHaveLength(3);
  });

  it('that repeats a secret does not get it into a message', async () => {
    const { options } = accounts(() => new Response('do not know r1-secret of app with s3cret', { status: 400 }));
    const error = await failure(createRefreshTokens({ ...options, clientSecret: 's3cret', refreshToken: 'r1-secret' }).accessToken(idle));
    expect(error.message).toBe('POST /api/token answered 400: do not know [hidden] of app with [hidden]');
  });

  it('that answers without a token gives a bad response', async () => {
    const { options } = accounts(() => json({ hello: 'there' }));
    expect(await failure(createClientCredentialsTokens({ ...options, clientSecret: 's' }).accessToken(idle))).toMatchObject({
      code: 'bad_response',
    });
  });
});
