import type { AccountConfig, Config } from '../config.ts';
import { PipelineError } from '../kernel/errors.ts';
import type { Source } from '../landing/raw.ts';
import { createSpotifyClient } from '../source/client.ts';
import { createClientCredentialsTokens, createRefreshTokens, type TokenProvider } from '../source/tokens.ts';
import type { SpotifyClient } from '../source/types.ts';
import type { Context } from './context.ts';

const SPOTIFY_HOST = 'api.spotify.com';

/** Tries of one request in all; waits start within a second and double. 5xx come in bursts of minutes (spotify/web-api #221, #689). */
const ATTEMPTS = 5;
const FIRST_WAIT_MS = 1_000;

/** Rows from anywhere but Spotify itself say that they are a sample. */
export function sourceOf(config: Config): Source {
  return new URL(config.spotify.apiUrl).hostname === SPOTIFY_HOST ? 'web_api' : 'sample';
}

function tokensOf({ clock, fetch, log, config }: Context, account: string, clientId: string, refreshToken: string): TokenProvider {
  const { accountsUrl, clientSecret, maxRetryAfterMs } = config.spotify;
  return createRefreshTokens({
    accountsUrl,
    clientId,
    clientSecret,
    clock,
    fetch,
    retry: { attempts: ATTEMPTS, baseMs: FIRST_WAIT_MS, maxWaitMs: maxRetryAfterMs },
    refreshToken,
    onNewRefreshToken: async () => {
      log.warn('Spotify gave a new refresh token; it lasts for this run, the one in the environment may not work again', { account });
    },
  });
}

/** A client that speaks for one account. Throws `login_needed` where the account has no refresh token, `config` without a client id. */
export function clientFor(context: Context, account: AccountConfig, signal: AbortSignal): SpotifyClient {
  const { clock, fetch, log, config } = context;
  const { apiUrl, clientId, maxRetryAfterMs } = config.spotify;
  if (clientId === null) {
    throw new PipelineError('no client id: Spotify does not know which app is asking', {
      code: 'config',
      hint: 'set TONEARM_CLIENT_ID to the client id of your app at developer.spotify.com',
    });
  }
  if (account.refreshToken === null) {
    throw new PipelineError(`account ${account.name} is not logged in: it has no refresh token`, {
      code: 'login_needed',
      hint: `set TONEARM_REFRESH_TOKEN_${account.name.toUpperCase().replaceAll('-', '_')}, or TONEARM_REFRESH_TOKEN for the only account`,
    });
  }
  const retry = { attempts: ATTEMPTS, baseMs: FIRST_WAIT_MS, maxWaitMs: maxRetryAfterMs };
  const tokens = context.tokens.get(account.name) ?? tokensOf(context, account.name, clientId, account.refreshToken);
  context.tokens.set(account.name, tokens);
  const { limiter } = context.manners;
  return createSpotifyClient({ apiUrl, tokens, fetch, clock, account: account.name, retry, limiter, log, signal });
}

/** The name that no account has, under which the app's own token is kept. */
const APP_ALONE = '_app';

/** A client that speaks for the app alone and reaches nothing of a user. Throws `config` without a client id and secret. */
export function appClientFor(context: Context, signal: AbortSignal): SpotifyClient {
  const { clock, fetch, log, config } = context;
  const { apiUrl, accountsUrl, clientId, clientSecret, maxRetryAfterMs } = config.spotify;
  if (clientId === null || clientSecret === null) {
    throw new PipelineError('no client secret: without a login the app cannot say who it is', {
      code: 'config',
      hint: 'set TONEARM_CLIENT_ID and TONEARM_CLIENT_SECRET to those of your app at developer.spotify.com, or log in',
    });
  }
  const retry = { attempts: ATTEMPTS, baseMs: FIRST_WAIT_MS, maxWaitMs: maxRetryAfterMs };
  const tokens =
    context.tokens.get(APP_ALONE) ?? createClientCredentialsTokens({ accountsUrl, clientId, clientSecret, clock, fetch, retry });
  context.tokens.set(APP_ALONE, tokens);
  const { limiter } = context.manners;
  return createSpotifyClient({ apiUrl, tokens, fetch, clock, account: null, retry, limiter, log, signal });
}
