import type { Clock } from '../kernel/clock.ts';
import { PipelineError } from '../kernel/errors.ts';
import { type RetryPolicy, retry } from '../kernel/retry.ts';
import { type ExchangeEffects, exchange, type Received } from './exchange.ts';
import { excerpt, parsedOrNull, refusal } from './refusal.ts';

/** Access tokens, fetched when needed and kept while they last. */
export interface TokenProvider {
  /** Throws `login_needed` where only a person can help, `config` for a wrong client id or secret, and what a request throws. */
  accessToken(signal: AbortSignal): Promise<string>;
  /** The token was refused; the next call fetches another. Nothing happens where it is no longer the current one. */
  invalidate(token: string): void;
}

export interface TokenOptions extends ExchangeEffects {
  /** Such as `https://accounts.spotify.com`. */
  readonly accountsUrl: string;
  readonly clientId: string;
  readonly clock: Clock;
  readonly retry: RetryPolicy;
  readonly random?: () => number;
}

/**
 * Tokens that stand for the app alone and reach nothing of a user.
 * https://developer.spotify.com/documentation/web-api/tutorials/client-credentials-flow
 */
export function createClientCredentialsTokens(options: TokenOptions & { readonly clientSecret: string }): TokenProvider {
  return createTokens(options, async () => {
    const granted = await grant(options, options.clientSecret, { grant_type: 'client_credentials' }, [options.clientSecret]);
    return { ...granted, refreshToken: null };
  });
}

export interface RefreshTokenOptions extends TokenOptions {
  /** Null for a login with PKCE: the client id goes into the body and there is no secret. */
  readonly clientSecret: string | null;
  readonly refreshToken: string;
  /** Awaited before the access token that came with it is used: the old refresh token may be worthless by then. */
  readonly onNewRefreshToken: (refreshToken: string) => Promise<void>;
}

/**
 * Tokens of a user who has logged in. An answer without a refresh token leaves the old one in force.
 * https://developer.spotify.com/documentation/web-api/tutorials/refreshing-tokens
 */
export function createRefreshTokens(options: RefreshTokenOptions): TokenProvider {
  let refreshToken = options.refreshToken;
  let refused: PipelineError | null = null;
  return createTokens(options, async () => {
    if (refused !== null) throw refused;
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken };
    try {
      const secrets = [refreshToken, options.clientSecret ?? ''];
      const granted = await grant(options, options.clientSecret, form, secrets);
      if (granted.refreshToken !== null && granted.refreshToken !== refreshToken) {
        refreshToken = granted.refreshToken;
        await options.onNewRefreshToken(refreshToken);
      }
      return granted;
    } catch (error) {
      // A dead refresh token stays dead; it is not offered again.
      if (error instanceof PipelineError && error.code === 'login_needed') refused = error;
      throw error;
    }
  });
}

interface Granted {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly expiresInMs: number;
}

/** A token is not handed out in its last minute, so that it outlives the request it is for. */
const MARGIN_MS = 60_000;

/**
 * One request for a token at a time, shared by all who wait. It is never stopped by one of them: the answer may hold a new refresh token
 * that would be lost.
 */
function createTokens(options: TokenOptions, fetchToken: () => Promise<Granted>): TokenProvider {
  let current: { token: string; until: number } | null = null;
  let flight: Promise<string> | null = null;
  const renew = async (): Promise<string> => {
    try {
      const granted = await fetchToken();
      current = { token: granted.accessToken, until: options.clock.now().getTime() + granted.expiresInMs - MARGIN_MS };
      return granted.accessToken;
    } finally {
      flight = null;
    }
  };
  return {
    accessToken: async (signal) => {
      if (current !== null && options.clock.now().getTime() < current.until) return current.token;
      flight ??= renew();
      return unlessStopped(flight, signal);
    },
    invalidate: (token) => {
      if (current?.token === token) current = null;
    },
  };
}

async function unlessStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  // A signal of its own for each who waits: the one they share warns above ten listeners.
  const own = AbortSignal.any([signal]);
  const over = new AbortController();
  const stopped = new Promise<never>((_, reject) => {
    const stop = (): void => reject(new PipelineError('stopped while waiting for an access token', { code: 'cancelled' }));
    if (own.aborted) stop();
    else own.addEventListener('abort', stop, { once: true, signal: over.signal });
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    over.abort();
  }
}

async function grant(
  options: TokenOptions,
  clientSecret: string | null,
  form: Readonly<Record<string, string>>,
  secrets: readonly string[],
): Promise<Granted> {
  const what = 'POST /api/token';
  const url = `${options.accountsUrl.replace(/\/+$/, '')}/api/token`;
  const signal = new AbortController().signal;
  const received = await retry(
    async () => {
      const answer = await exchange(what, url, tokenRequest(options.clientId, clientSecret, form), options, signal);
      if (answer.status !== 200) throw tokenRefusal(what, answer, options, secrets);
      return answer;
    },
    options.retry,
    { clock: options.clock, signal, ...(options.random === undefined ? {} : { random: options.random }) },
  );
  return granted(what, received);
}

function tokenRequest(clientId: string, clientSecret: string | null, form: Readonly<Record<string, string>>): RequestInit {
  const basic = clientSecret === null ? null : Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
  return {
    method: 'POST',
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      ...(basic === null ? {} : { authorization: `Basic ${basic}` }),
    },
    body: new URLSearchParams(basic === null ? { ...form, client_id: clientId } : form).toString(),
    redirect: 'manual',
  };
}

function granted(what: string, { body }: Received): Granted {
  const answer = parsedOrNull(body) as Readonly<Record<string, unknown>> | null;
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: expiresIn } = answer ?? {};
  if (typeof accessToken !== 'string' || accessToken === '' || typeof expiresIn !== 'number') {
    throw new PipelineError(`${what} answered without access_token and expires_in`, { code: 'bad_response' });
  }
  return {
    accessToken,
    refreshToken: typeof refreshToken === 'string' && refreshToken !== '' ? refreshToken : null,
    expiresInMs: expiresIn * 1000,
  };
}

/** The token endpoint's errors are `{error, error_description?}` with status 400 or 401 (https://www.rfc-editor.org/rfc/rfc6749#section-5.2). */
function tokenRefusal(what: string, answer: Received, options: TokenOptions, secrets: readonly string[]): PipelineError {
  const error = (parsedOrNull(answer.body) as { error?: unknown } | null)?.error;
  const message = `${what} answered ${answer.status}: ${excerpt(answer.body, secrets)}`;
  if (error === 'invalid_grant') {
    return new PipelineError(message, {
      code: 'login_needed',
      hint: 'The login is no longer valid: refresh tokens end six months after the login, or when access is withdrawn. Log in again.',
    });
  }
  if (error === 'invalid_client' || error === 'unauthorized_client') {
    return new PipelineError(message, {
      code: 'config',
      hint: 'Compare client id and client secret with the app in the developer dashboard.',
    });
  }
  return refusal(what, answer, options.clock.now(), secrets);
}
