import type { Clock } from '../kernel/clock.ts';
import { asPipelineError, PipelineError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import { type RetryPolicy, retry } from '../kernel/retry.ts';
import { type ExchangeEffects, exchange, type Received } from './exchange.ts';
import type { Limiter } from './limiter.ts';
import { refusal } from './refusal.ts';
import type { TokenProvider } from './tokens.ts';
import type { Answer, ApiRequest, SpotifyClient } from './types.ts';

export interface ClientOptions extends ExchangeEffects {
  /** Such as `https://api.spotify.com/v1`. */
  readonly apiUrl: string;
  readonly tokens: TokenProvider;
  readonly clock: Clock;
  /** The account's name in the config; null with a token that stands for no user. */
  readonly account: string | null;
  /** `maxWaitMs` is also the longest Retry-After that is sat out; a longer one ends in `rate_limited` at once. */
  readonly retry: RetryPolicy;
  /** Shared by all clients of one app; without one nothing holds a request back. */
  readonly limiter?: Limiter;
  readonly log: Log;
  /** Stops every request of this client. */
  readonly signal?: AbortSignal;
  /** Uniform in [0, 1), for the jitter of retries. */
  readonly random?: () => number;
}

/**
 * The Web API over `fetch`, each GET in its turn. Tries again what is worth it: the rate limit as Retry-After says, 5xx, failures of the
 * network; a 401 once with a fresh token, since valid tokens are refused now and then.
 *
 * `get` throws `login_needed` (401 twice), `forbidden` (403), `missing` (404), `rate_limited` and `quota_exceeded` (429, with `retryAt`
 * where known), `upstream` (5xx), `network`, `cancelled`, and `bad_response` for any other status. No message holds a token.
 */
export function createSpotifyClient(options: ClientOptions): SpotifyClient {
  const idle = new AbortController().signal;
  return {
    account: options.account,
    now: () => options.clock.now(),
    get: ({ path, query = {} }, signal) => {
      const request: ApiRequest = { method: 'GET', path, query: texts(query) };
      const signals = [options.signal, signal].filter((one) => one !== undefined);
      return ask(options, request, signals.length === 0 ? idle : AbortSignal.any(signals));
    },
  };
}

const texts = (query: Readonly<Record<string, string | number>>): Record<string, string> =>
  Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)]));

function ask(options: ClientOptions, request: ApiRequest, signal: AbortSignal): Promise<Answer> {
  const what = `GET ${request.path}`;
  return retry(
    async () => {
      const received = await authorised(options, request, what, signal);
      options.log.debug('answer', { path: request.path, query: request.query, status: received.status, bytes: received.body.byteLength });
      return toAnswer(request, received, options.clock);
    },
    options.retry,
    {
      clock: options.clock,
      signal,
      onRetry: ({ attempt, waitMs, error }) => options.log.warn('trying again', { attempt, waitMs, why: error.message }),
      ...(options.random === undefined ? {} : { random: options.random }),
    },
  );
}

/** The answer where it is 2xx or 304; a second try with a fresh token where it is 401. */
async function authorised(options: ClientOptions, request: ApiRequest, what: string, signal: AbortSignal): Promise<Received> {
  for (let isSecond = false; ; isSecond = true) {
    const { token, received } = await admitted(options, request, what, signal);
    if ((received.status >= 200 && received.status < 300) || received.status === 304) return received;
    if (received.status !== 401 || isSecond) throw refusal(what, received, options.clock.now(), [token]);
    options.tokens.invalidate(token);
  }
}

/** One request in its turn. Throws the refusal where the answer asks for a pause. */
async function admitted(
  options: ClientOptions,
  request: ApiRequest,
  what: string,
  signal: AbortSignal,
): Promise<{ readonly token: string; readonly received: Received }> {
  // Before the token: while a pause lasts, that is not asked for either.
  const slot = await options.limiter?.admit(signal);
  try {
    const token = await options.tokens.accessToken(signal);
    const received = await exchange(what, address(options.apiUrl, request), init(token), options, signal);
    if (received.status === 429 || received.status >= 500) throw refusal(what, received, options.clock.now(), [token]);
    slot?.accepted();
    return { token, received };
  } catch (error) {
    throw slot === undefined ? error : await slot.refused(asPipelineError(error));
  }
}

/** Redirects are not followed: the token goes to the configured address alone. */
const init = (token: string): RequestInit => ({
  method: 'GET',
  headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
  redirect: 'manual',
});

function address(apiUrl: string, { path, query }: ApiRequest): string {
  const search = new URLSearchParams(query).toString();
  return `${apiUrl.replace(/\/+$/, '')}${path}${search === '' ? '' : `?${search}`}`;
}

function toAnswer(request: ApiRequest, { status, headers, body }: Received, clock: Clock): Answer {
  const dated = Date.parse(headers.get('date') ?? '');
  return {
    request,
    status,
    observedAt: Number.isNaN(dated) ? clock.now() : new Date(dated),
    etag: headers.get('etag'),
    body,
    json: () => {
      if (body.byteLength === 0) return null;
      try {
        return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
      } catch (cause) {
        throw new PipelineError(`GET ${request.path} answered ${status} with a body that is no JSON`, { code: 'bad_response', cause });
      }
    },
  };
}
