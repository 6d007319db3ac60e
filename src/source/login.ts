import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { PipelineError } from '../kernel/errors.ts';
import { exchange } from './exchange.ts';
import { requestGrant, type TokenOptions } from './grant.ts';
import { parsedOrNull, refusal } from './refusal.ts';

/** One attempt to log in: Authorization Code with PKCE, https://developer.spotify.com/documentation/web-api/tutorials/code-pkce-flow */
export interface LoginAttempt {
  /** Where the person allows it or not. */
  readonly url: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly state: string;
  readonly verifier: string;
}

/** What a login gives. */
export interface LoginTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** What the person granted. */
  readonly scopes: readonly string[];
}

/** https://developer.spotify.com/documentation/web-api/concepts/redirect_uri */
export const REDIRECT_RULES =
  'In the dashboard of your app the redirect URI must stand exactly so, to the last letter and slash; the port may be left out there. Spotify takes https:// addresses, and http:// only with 127.0.0.1 or [::1]; it refuses localhost.';

const LOOPBACK = ['127.0.0.1', '[::1]'];

/** The redirect URI as an address. Errors: `usage` for one that Spotify refuses. */
export function redirectAddress(text: string): URL {
  const refused = (why: string): PipelineError =>
    new PipelineError(`${text} cannot be a redirect URI: ${why}`, { code: 'usage', hint: REDIRECT_RULES });
  if (!URL.canParse(text)) throw refused('it is no address');
  const url = new URL(text);
  if (url.hash !== '' || text.endsWith('#')) throw refused('it has a #');
  if (url.hostname === 'localhost') throw refused('Spotify takes no localhost; write 127.0.0.1');
  const isLoopback = url.protocol === 'http:' && LOOPBACK.includes(url.hostname);
  if (url.protocol !== 'https:' && !isLoopback) throw refused('http:// is for 127.0.0.1 and [::1] alone');
  return url;
}

/** Begins an attempt, with secrets of its own that no other knows. */
export function beginLogin(options: {
  readonly accountsUrl: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
}): LoginAttempt {
  const { accountsUrl, clientId, redirectUri, scopes } = options;
  // 43 characters, the least that PKCE takes, and 256 bits.
  const [state, verifier] = [randomBytes(16).toString('base64url'), randomBytes(32).toString('base64url')];
  const query = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    state,
    code_challenge_method: 'S256',
    code_challenge: createHash('sha256').update(verifier, 'ascii').digest('base64url'),
    // Whoever is logged in to the browser is shown, and may be changed: several accounts log in one after the other.
    show_dialog: 'true',
    ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
  });
  return { url: `${accountsUrl.replace(/\/+$/, '')}/authorize?${query.toString()}`, redirectUri, scopes, state, verifier };
}

/**
 * Asks for the page of the attempt once. An app or redirect URI that Spotify refuses is told on that page alone, never to us; any other answer, or
 * none, says nothing. Errors: `config` for a refusal; `cancelled`.
 */
export async function checkAttempt({ url, redirectUri }: LoginAttempt, options: TokenOptions, signal: AbortSignal): Promise<void> {
  const answer = await exchange('GET /authorize', url, { redirect: 'manual' }, options, signal).catch((error: unknown) => {
    if (error instanceof PipelineError && error.code === 'network') return null;
    throw error;
  });
  if (answer?.status !== 400) return;
  const why = /INVALID_CLIENT: [A-Za-z ]{1,60}/.exec(new TextDecoder().decode(answer.body))?.[0] ?? 'status 400';
  const isAddress = /redirect/i.test(why);
  throw new PipelineError(`Spotify refuses this login: ${why}`, {
    code: 'config',
    hint: isAddress
      ? `Register ${redirectUri} at https://developer.spotify.com/dashboard. ${REDIRECT_RULES}`
      : 'Compare the client id with the app in the developer dashboard.',
  });
}

const isSame = (a: string, b: string): boolean => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/**
 * The code in the address to which Spotify sent the browser. Errors: `bad_input` for an address of another attempt, or of none; `login_needed` where
 * the person, or Spotify, said no.
 */
export function codeFrom({ state }: LoginAttempt, answer: URL): string {
  const said = answer.searchParams;
  const [error, code] = [said.get('error'), said.get('code')];
  if (error === null && code === null) {
    throw new PipelineError('that address holds no answer of Spotify: neither a code nor an error', {
      code: 'bad_input',
      hint: 'Copy the whole address of the page to which Spotify sent the browser, with everything after the question mark.',
    });
  }
  if (!isSame(said.get('state') ?? '', state)) {
    throw new PipelineError('that answer belongs to another login: its state is not the one that was sent', {
      code: 'bad_input',
      hint: 'Use the page that this login opened, or run tonearm login again.',
    });
  }
  if (code !== null && error === null) return code;
  const reason = (error ?? '').replace(/[^\w .-]/g, ' ').slice(0, 80);
  throw new PipelineError(error === 'access_denied' ? 'the permission was refused (access_denied)' : `Spotify ended the login: ${reason}`, {
    code: 'login_needed',
    hint: 'Nothing was changed. To try again: tonearm login',
  });
}

/** Exchanges the code. Errors: `login_needed` for a code that is used up or too old; `config` for a wrong client id; what a request throws. */
export async function redeemCode(options: TokenOptions, attempt: LoginAttempt, code: string): Promise<LoginTokens> {
  const { redirectUri, verifier, scopes } = attempt;
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier };
  const granted = await requestGrant(options, { clientSecret: null, form, secrets: [code, verifier] });
  if ('dead' in granted) {
    throw new PipelineError(`the code of this login is no longer good: ${granted.dead.message}`, {
      code: 'login_needed',
      hint: 'A code is good once, and for some minutes. Run tonearm login again.',
      cause: granted.dead,
    });
  }
  if (granted.refreshToken === null) {
    throw new PipelineError('POST /api/token answered a login without a refresh_token', { code: 'bad_response' });
  }
  return { accessToken: granted.accessToken, refreshToken: granted.refreshToken, scopes: granted.scopes ?? scopes };
}

/** Who has logged in. `account_id` stands for the person since 2026 (https://developer.spotify.com/documentation/web-api/reference/get-current-users-profile); before, the user id did. */
export async function whoLoggedIn(
  options: TokenOptions & { readonly apiUrl: string },
  accessToken: string,
  signal: AbortSignal,
): Promise<{ readonly accountId: string; readonly displayName: string | null }> {
  const what = 'GET /me';
  const headers = { accept: 'application/json', authorization: `Bearer ${accessToken}` };
  const answer = await exchange(what, `${options.apiUrl}/me`, { headers, redirect: 'manual' }, options, signal);
  if (answer.status !== 200) throw refusal(what, answer, options.clock.now(), [accessToken]);
  const { account_id, id, display_name } = (parsedOrNull(answer.body) ?? {}) as Readonly<Record<string, unknown>>;
  const accountId = account_id ?? id;
  if (typeof accountId !== 'string' || accountId === '') {
    throw new PipelineError(`${what} answered without account_id`, { code: 'bad_response' });
  }
  return { accountId, displayName: typeof display_name === 'string' ? display_name : null };
}
