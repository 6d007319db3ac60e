import type { Authorisations } from './authorisations.ts';
import { consentPage, refusalPage } from './consent-page.ts';
import { type Scope, scopesFrom } from './scopes.ts';
import { CLIENT_ID } from './tokens.ts';

/** The app's name as its registration would give it. */
const APP_NAME = 'Tonearm';

export interface AuthorizeOptions {
  readonly authorisations: Authorisations;
  readonly accounts: readonly { readonly name: string; readonly displayName: string }[];
  /** Registered addresses; a loopback literal without a port stands for any port. Null: any address of an allowed form. */
  readonly redirectUris: readonly string[] | null;
}

/**
 * `GET /authorize` shows a page, `POST /authorize` is its answer; `auto=1` answers at once with yes, as the account named by `account` or the
 * first one. An unknown client or a redirect URI that is not allowed gets a page (400); every other fault goes to the redirect URI as `error`.
 * https://developer.spotify.com/documentation/web-api/concepts/redirect_uri
 */
export async function answerAuthorize(options: AuthorizeOptions, request: Request, now: number): Promise<Response> {
  const isAnswer = request.method === 'POST';
  const asked = isAnswer ? new URLSearchParams(await request.text()) : new URL(request.url).searchParams;
  const redirectUri = asked.get('redirect_uri') ?? '';
  if (asked.get('client_id') !== CLIENT_ID) return refusalPage('INVALID_CLIENT: Invalid client');
  if (!isAllowed(redirectUri)) return refusalPage('INVALID_CLIENT: Insecure redirect URI');
  if (!isRegistered(options.redirectUris, redirectUri)) return refusalPage('INVALID_CLIENT: Invalid redirect URI');

  const back = (answer: Readonly<Record<string, string>>): Response => redirect(redirectUri, asked.get('state'), answer, isAnswer);
  const wish = wishOf(asked);
  if (typeof wish === 'string') return back({ error: wish });
  const chosen = asked.get('account') ?? options.accounts[0]?.name ?? '';
  if (!options.accounts.some(({ name }) => name === chosen)) return back({ error: 'access_denied' });
  const { accounts } = options;
  if (!isAnswer && asked.get('auto') !== '1') {
    return consentPage({ appName: APP_NAME, scopes: wish.scopes, accounts, chosen, query: asked });
  }
  if (isAnswer && asked.get('decision') !== 'allow') return back({ error: 'access_denied' });
  return back({ code: options.authorisations.issueCode({ ...wish, account: chosen, clientId: CLIENT_ID, redirectUri }, now) });
}

/** What is asked for, or the `error` of RFC 6749, section 4.1.2.1. */
function wishOf(asked: URLSearchParams): { readonly scopes: readonly Scope[]; readonly challenge: string | null } | string {
  if (asked.get('response_type') !== 'code') return 'unsupported_response_type';
  const scopes = scopesFrom(asked.get('scope') ?? '');
  if (scopes === null) return 'invalid_scope';
  const challenge = asked.get('code_challenge');
  const method = asked.get('code_challenge_method');
  if (challenge === null) return method === null ? { scopes, challenge } : 'invalid_request';
  return method === 'S256' && /^[A-Za-z0-9_-]{43}$/.test(challenge) ? { scopes, challenge } : 'invalid_request';
}

/** HTTPS, or HTTP to a loopback address given as a number. `localhost` is refused since 9 April 2025. */
function isAllowed(redirectUri: string): boolean {
  if (!URL.canParse(redirectUri) || redirectUri.includes('#')) return false;
  const { protocol, hostname } = new URL(redirectUri);
  return protocol === 'https:' ? hostname !== 'localhost' : protocol === 'http:' && isLoopback(hostname);
}

const isLoopback = (hostname: string): boolean => hostname === '127.0.0.1' || hostname === '[::1]';

function isRegistered(registered: readonly string[] | null, redirectUri: string): boolean {
  const withoutPort = redirectUri.replace(/^(http:\/\/(?:127\.0\.0\.1|\[::1\])):\d+(?=\/|$)/, '$1');
  return registered === null || registered.includes(redirectUri) || registered.includes(withoutPort);
}

/** `state` comes back as it was sent; what else stood in the redirect URI's query stays. */
function redirect(redirectUri: string, state: string | null, answer: Readonly<Record<string, string>>, isAnswer: boolean): Response {
  const query = new URLSearchParams({ ...answer, ...(state === null ? {} : { state }) });
  const location = `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${query.toString()}`;
  return new Response(null, { status: isAnswer ? 303 : 302, headers: { location, 'cache-control': 'no-store' } });
}
