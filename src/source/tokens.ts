import { PipelineError } from '../kernel/errors.ts';
import { type Granted, requestGrant, type TokenOptions } from './grant.ts';

/** Access tokens, fetched when needed and kept while they last. */
export interface TokenProvider {
  /** Throws `login_needed` where only a person can help, `config` for a wrong client id or secret, and what a request throws. */
  accessToken(signal: AbortSignal): Promise<string>;
  /** The token was refused; the next call fetches another. Nothing happens where it is no longer the current one. */
  invalidate(token: string): void;
}

/**
 * Tokens that stand for the app alone and reach nothing of a user.
 * https://developer.spotify.com/documentation/web-api/tutorials/client-credentials-flow
 */
export function createClientCredentialsTokens(options: TokenOptions & { readonly clientSecret: string }): TokenProvider {
  return createTokens(options, async () => {
    const { clientSecret } = options;
    const granted = await requestGrant(options, { clientSecret, form: { grant_type: 'client_credentials' }, secrets: [clientSecret] });
    if ('dead' in granted) throw granted.dead;
    return granted;
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
    try {
      const granted = await requestRefresh(options, options.clientSecret, refreshToken);
      if ('dead' in granted) throw granted.dead;
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

/** A login that others may use at the same time. */
export interface KeptLogin {
  /** Calls `send` with the refresh token in force, again where another one has taken its place, and keeps the one that it gives. */
  renew(send: (refreshToken: string) => ReturnType<typeof requestGrant>): Promise<Granted>;
}

/** Tokens of a login by PKCE that is kept where other processes use it, too: each refresh asks for the token that is then in force. */
export function createKeptTokens(options: TokenOptions & { readonly login: KeptLogin }): TokenProvider {
  return createTokens(options, () => options.login.renew((refreshToken) => requestRefresh(options, null, refreshToken)));
}

const requestRefresh = (options: TokenOptions, clientSecret: string | null, refreshToken: string): ReturnType<typeof requestGrant> =>
  requestGrant(options, {
    clientSecret,
    form: { grant_type: 'refresh_token', refresh_token: refreshToken },
    secrets: [refreshToken, clientSecret ?? ''],
  });

/** A token is not handed out in its last minute, so that it outlives the request it is for. */
const MARGIN_MS = 60_000;

/**
 * One request for a token at a time, shared by all who wait. It is never stopped by one of them: the answer may hold a new refresh token
 * that would be lost.
 */
function createTokens({ clock }: TokenOptions, fetchToken: () => Promise<Granted>): TokenProvider {
  let current: { token: string; until: number } | null = null;
  let flight: Promise<string> | null = null;
  const renew = async (): Promise<string> => {
    try {
      const granted = await fetchToken();
      current = { token: granted.accessToken, until: clock.now().getTime() + granted.expiresInMs - MARGIN_MS };
      return granted.accessToken;
    } finally {
      flight = null;
    }
  };
  return {
    accessToken: async (signal) => {
      if (current !== null && clock.now().getTime() < current.until) return current.token;
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
