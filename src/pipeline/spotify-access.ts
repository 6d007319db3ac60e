import type { AccountConfig, Config } from '../config.ts';
import { PipelineError } from '../kernel/errors.ts';
import type { Source } from '../landing/raw.ts';
import { createSpotifyClient } from '../source/client.ts';
import type { TokenOptions } from '../source/grant.ts';
import { createClientCredentialsTokens, createKeptTokens, createRefreshTokens, type TokenProvider } from '../source/tokens.ts';
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

const retryOf = ({ config }: Context) => ({ attempts: ATTEMPTS, baseMs: FIRST_WAIT_MS, maxWaitMs: config.spotify.maxRetryAfterMs });

/** What requests for tokens need. Errors: `config` without a client id. */
export function tokenOptions(context: Context): TokenOptions {
  const { clock, fetch, config } = context;
  const { accountsUrl, clientId } = config.spotify;
  if (clientId === null) {
    throw new PipelineError('no client id: Spotify does not know which app is asking', {
      code: 'config',
      hint: 'set TONEARM_CLIENT_ID to the client id of your app at developer.spotify.com',
    });
  }
  return { accountsUrl, clientId, clock, fetch, retry: retryOf(context) };
}

/** A token of the environment goes before a login: whoever set it wants that one. */
function tokensOf(context: Context, { name, refreshToken }: AccountConfig, signal: AbortSignal): TokenProvider {
  const options = tokenOptions(context);
  const { log, config, credentials } = context;
  if (refreshToken === null) return createKeptTokens({ ...options, login: credentials.refreshing(name, signal) });
  return createRefreshTokens({
    ...options,
    clientSecret: config.spotify.clientSecret,
    refreshToken,
    onNewRefreshToken: async () => {
      log.warn('Spotify gave a new refresh token; it lasts for this run, the one in the environment may not work again', { account: name });
    },
  });
}

/** A client that speaks for one account; its requests throw `login_needed` where nobody is logged in. Throws `config` without a client id. */
export function clientFor(context: Context, account: AccountConfig, signal: AbortSignal): SpotifyClient {
  const { clock, fetch, log, config } = context;
  const tokens = context.tokens.get(account.name) ?? tokensOf(context, account, signal);
  context.tokens.set(account.name, tokens);
  const { limiter } = context.manners;
  const { apiUrl } = config.spotify;
  return createSpotifyClient({ apiUrl, tokens, fetch, clock, account: account.name, retry: retryOf(context), limiter, log, signal });
}

/** The name that no account has, under which the app's own token is kept. */
const APP_ALONE = '_app';

/** A client that speaks for the app alone and reaches nothing of a user. Throws `config` without a client id and secret. */
export function appClientFor(context: Context, signal: AbortSignal): SpotifyClient {
  const { clock, fetch, log, config } = context;
  const { apiUrl, accountsUrl, clientId, clientSecret } = config.spotify;
  if (clientId === null || clientSecret === null) {
    throw new PipelineError('no client secret: without a login the app cannot say who it is', {
      code: 'config',
      hint: 'set TONEARM_CLIENT_ID and TONEARM_CLIENT_SECRET to those of your app at developer.spotify.com, or log in',
    });
  }
  const retry = retryOf(context);
  const tokens =
    context.tokens.get(APP_ALONE) ?? createClientCredentialsTokens({ accountsUrl, clientId, clientSecret, clock, fetch, retry });
  context.tokens.set(APP_ALONE, tokens);
  const { limiter } = context.manners;
  return createSpotifyClient({ apiUrl, tokens, fetch, clock, account: null, retry, limiter, log, signal });
}
