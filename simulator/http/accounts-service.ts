import { jsonResponse } from './refusal.ts';
import { CLIENT_ID, CLIENT_SECRET, issueToken, refreshTokenOf, TOKEN_SECONDS } from './tokens.ts';

const SCOPES =
  'user-read-private user-read-email user-read-recently-played user-top-read user-library-read user-follow-read ' +
  'user-read-playback-position user-read-playback-state user-read-currently-playing playlist-read-private playlist-read-collaborative';

export interface AccountsOptions {
  readonly seed: string;
  readonly accountNames: readonly string[];
  /** Milliseconds; null: they never end. */
  readonly refreshTokensEndAt: number | null;
}

const refused = (error: string, description: string, status = 400): Response =>
  jsonResponse({ error, error_description: description }, status);

/**
 * `POST /api/token`: client_credentials (Basic header) and refresh_token (Basic header, or `client_id` in the body as a PKCE client does).
 * A PKCE client gets its refresh token again, a confidential one gets none: both happen.
 */
export async function answerToken(options: AccountsOptions, request: Request, now: number): Promise<Response> {
  const form = new URLSearchParams(await request.text());
  const basic = basicOf(request.headers.get('authorization'));
  const isConfidential = basic !== null;
  const isClient = isConfidential ? basic.id === CLIENT_ID && basic.secret === CLIENT_SECRET : form.get('client_id') === CLIENT_ID;
  if (!isClient) return refused('invalid_client', isConfidential ? 'Invalid client secret' : 'Invalid client');
  switch (form.get('grant_type')) {
    case 'client_credentials':
      if (!isConfidential) return refused('invalid_client', 'Invalid client');
      return granted({ access_token: issueToken(options.seed, null, now) });
    case 'refresh_token':
      return refresh(options, form.get('refresh_token'), isConfidential, now);
    default:
      return refused('unsupported_grant_type', 'grant_type parameter is missing or not supported');
  }
}

function refresh(options: AccountsOptions, refreshToken: string | null, isConfidential: boolean, now: number): Response {
  const account = options.accountNames.find((name) => refreshTokenOf(name) === refreshToken);
  if (account === undefined) return refused('invalid_grant', 'Invalid refresh token');
  if (options.refreshTokensEndAt !== null && now >= options.refreshTokensEndAt) return refused('invalid_grant', 'Refresh token expired');
  const again = isConfidential ? {} : { refresh_token: refreshToken };
  return granted({ access_token: issueToken(options.seed, account, now), scope: SCOPES, ...again });
}

function granted(body: Readonly<Record<string, unknown>>): Response {
  return jsonResponse({ token_type: 'Bearer', expires_in: TOKEN_SECONDS, ...body });
}

function basicOf(header: string | null): { id: string; secret: string } | null {
  if (header === null || !header.toLowerCase().startsWith('basic ')) return null;
  const [id = '', secret = ''] = Buffer.from(header.slice(6), 'base64').toString('utf8').split(':');
  return { id, secret };
}
