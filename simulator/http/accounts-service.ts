import type { Authorisations, Refused, Standing } from './authorisations.ts';
import { jsonResponse } from './refusal.ts';
import { ALL_SCOPES, type Scope } from './scopes.ts';
import { CLIENT_ID, CLIENT_SECRET, issueToken, TOKEN_SECONDS } from './tokens.ts';

/** What a refresh answers: no refresh token, the one that was sent, or another after which the old one is worthless. All three are reported. */
export type RefreshAnswer = 'none' | 'same' | 'new';

export interface TokenOptions {
  readonly seed: string;
  readonly authorisations: Authorisations;
  /** By kind of client: with a secret, or with PKCE alone. */
  readonly refreshAnswers: { readonly confidential: RefreshAnswer; readonly pkce: RefreshAnswer };
  /** Whether errors say more than their name; the description may be missing. */
  readonly describesErrors: boolean;
}

/** One request for a token, read. */
interface Asked {
  readonly options: TokenOptions;
  readonly form: URLSearchParams;
  /** It came with the client's secret. */
  readonly isConfidential: boolean;
  readonly now: number;
}

/**
 * `POST /api/token`: client_credentials (Basic header), authorization_code and refresh_token (Basic header, or `client_id` in the body as a
 * PKCE client does). Errors are those of RFC 6749, section 5.2, with status 400.
 */
export async function answerToken(options: TokenOptions, request: Request, now: number): Promise<Response> {
  const form = new URLSearchParams(await request.text());
  const basic = basicOf(request.headers.get('authorization'));
  const isConfidential = basic !== null;
  const asked: Asked = { options, form, isConfidential, now };
  const isClient = isConfidential ? basic.id === CLIENT_ID && basic.secret === CLIENT_SECRET : form.get('client_id') === CLIENT_ID;
  if (!isClient) return refused(options, 'invalid_client', isConfidential ? 'Invalid client secret' : 'Invalid client');
  switch (form.get('grant_type')) {
    case 'client_credentials':
      if (!isConfidential) return refused(options, 'invalid_client', 'Invalid client');
      return granted({ access_token: issueToken(options.seed, null, now, []) });
    case 'authorization_code':
      return redeem(asked);
    case 'refresh_token':
      return refresh(asked);
    case null:
      return refused(options, 'unsupported_grant_type', 'grant_type parameter is missing');
    default:
      return refused(options, 'unsupported_grant_type', 'grant_type must be client_credentials, authorization_code or refresh_token');
  }
}

function redeem({ options, form, isConfidential, now }: Asked): Response {
  const [code, redirectUri, verifier] = [form.get('code'), form.get('redirect_uri'), form.get('code_verifier')];
  if (code === null) return refused(options, 'invalid_request', 'code must be supplied');
  if (redirectUri === null) return refused(options, 'invalid_request', 'redirect_uri must be supplied');
  const found = options.authorisations.redeem({ code, clientId: CLIENT_ID, redirectUri, verifier, hasSecret: isConfidential }, now);
  if (isRefused(found)) return refused(options, found.error, found.description);
  const { account, scopes } = found.authorisation;
  return granted({
    access_token: issueToken(options.seed, account, now, scopes),
    refresh_token: found.refreshToken,
    ...scopeField(scopes),
  });
}

function refresh({ options, form, isConfidential, now }: Asked): Response {
  const refreshToken = form.get('refresh_token');
  if (refreshToken === null) return refused(options, 'invalid_request', 'refresh_token must be supplied');
  const standing = options.authorisations.refresh(refreshToken, now);
  if (isRefused(standing)) return refused(options, standing.error, standing.description);
  const scopes = standing.scopes === 'all' ? ALL_SCOPES : standing.scopes;
  return granted({
    access_token: issueToken(options.seed, standing.account, now, scopes),
    ...scopeField(scopes),
    ...nextToken(options.refreshAnswers[isConfidential ? 'confidential' : 'pkce'], refreshToken, standing),
  });
}

function nextToken(answer: RefreshAnswer, sent: string, standing: Standing): { readonly refresh_token?: string } {
  if (answer === 'none') return {};
  return { refresh_token: answer === 'same' ? sent : standing.renewed() };
}

/** RFC 6749 knows no empty scope: then there is no field. */
const scopeField = (scopes: readonly Scope[]): { readonly scope?: string } => (scopes.length === 0 ? {} : { scope: scopes.join(' ') });

const isRefused = (found: object): found is Refused => 'error' in found;

function refused({ describesErrors }: TokenOptions, error: string, description: string): Response {
  return jsonResponse(describesErrors ? { error, error_description: description } : { error }, 400);
}

function granted(body: Readonly<Record<string, unknown>>): Response {
  return jsonResponse({ token_type: 'Bearer', expires_in: TOKEN_SECONDS, ...body }, 200, { 'cache-control': 'no-store' });
}

function basicOf(header: string | null): { id: string; secret: string } | null {
  if (header === null || !header.toLowerCase().startsWith('basic ')) return null;
  const [id = '', secret = ''] = Buffer.from(header.slice(6), 'base64').toString('utf8').split(':');
  return { id, secret };
}
