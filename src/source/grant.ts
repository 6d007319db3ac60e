import type { Clock } from '../kernel/clock.ts';
import { PipelineError } from '../kernel/errors.ts';
import { type RetryPolicy, retry } from '../kernel/retry.ts';
import { type ExchangeEffects, exchange, type Received } from './exchange.ts';
import { excerpt, parsedOrNull, refusal } from './refusal.ts';

export interface TokenOptions extends ExchangeEffects {
  /** Such as `https://accounts.spotify.com`. */
  readonly accountsUrl: string;
  readonly clientId: string;
  readonly clock: Clock;
  readonly retry: RetryPolicy;
  readonly random?: () => number;
}

export interface Granted {
  readonly accessToken: string;
  /** Null: the one before stays in force. */
  readonly refreshToken: string | null;
  readonly expiresInMs: number;
  /** Null where the answer names none: those that were asked for. */
  readonly scopes: readonly string[] | null;
}

export interface Grant {
  /** Null: the client id goes into the body, as a client without a secret does. */
  readonly clientSecret: string | null;
  readonly form: Readonly<Record<string, string>>;
  /** Appear in no message, wherever the answer repeats them. */
  readonly secrets: readonly string[];
}

/**
 * One request to the token endpoint, tried again where that is worth it. What was sent and is no longer good (`invalid_grant`) is `dead`.
 * Never stopped half-way: the answer may hold a refresh token that would be lost.
 *
 * Errors: `config` for a wrong client id or secret, and what a request throws.
 */
export async function requestGrant(options: TokenOptions, grant: Grant): Promise<Granted | { readonly dead: PipelineError }> {
  const what = 'POST /api/token';
  const url = `${options.accountsUrl.replace(/\/+$/, '')}/api/token`;
  const signal = new AbortController().signal;
  const received = await retry(
    async () => {
      const answer = await exchange(what, url, tokenRequest(options.clientId, grant), options, signal);
      if (answer.status !== 200 && !isDead(answer)) throw tokenRefusal(what, answer, options, grant.secrets);
      return answer;
    },
    options.retry,
    { clock: options.clock, signal, ...(options.random === undefined ? {} : { random: options.random }) },
  );
  return received.status === 200 ? granted(what, received) : { dead: deadGrant(what, received, grant.secrets) };
}

function tokenRequest(clientId: string, { clientSecret, form }: Grant): RequestInit {
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
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: expiresIn, scope } = answer ?? {};
  if (typeof accessToken !== 'string' || accessToken === '' || typeof expiresIn !== 'number') {
    throw new PipelineError(`${what} answered without access_token and expires_in`, { code: 'bad_response' });
  }
  return {
    accessToken,
    refreshToken: typeof refreshToken === 'string' && refreshToken !== '' ? refreshToken : null,
    expiresInMs: expiresIn * 1000,
    scopes: typeof scope === 'string' ? scope.split(/\s+/).filter((one) => one !== '') : null,
  };
}

/** The token endpoint's errors are `{error, error_description?}` with status 400 or 401 (https://www.rfc-editor.org/rfc/rfc6749#section-5.2). */
const errorOf = ({ body }: Received): unknown => (parsedOrNull(body) as { error?: unknown } | null)?.error;
const isDead = (answer: Received): boolean => errorOf(answer) === 'invalid_grant';

const deadGrant = (what: string, answer: Received, secrets: readonly string[]): PipelineError =>
  new PipelineError(`${what} answered ${answer.status}: ${excerpt(answer.body, secrets)}`, {
    code: 'login_needed',
    hint: 'The login is no longer valid: refresh tokens end six months after the login, or when access is withdrawn. Log in again.',
  });

function tokenRefusal(what: string, answer: Received, options: TokenOptions, secrets: readonly string[]): PipelineError {
  const error = errorOf(answer);
  if (error === 'invalid_client' || error === 'unauthorized_client') {
    return new PipelineError(`${what} answered ${answer.status}: ${excerpt(answer.body, secrets)}`, {
      code: 'config',
      hint: 'Compare client id and client secret with the app in the developer dashboard.',
    });
  }
  return refusal(what, answer, options.clock.now(), secrets);
}
