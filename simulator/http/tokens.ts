import { hashOf } from '../world/random.ts';
import { ALL_SCOPES, packScopes, type Scope, unpackScopes } from './scopes.ts';

/** What an app registered with the simulator logs in with. */
export const CLIENT_ID = '7d0c3a51e2964b8fa1c05d7e83f2b690';
export const CLIENT_SECRET = '3e91f7a04c5d42d8b6e20f9a71c8d354';

/** Access tokens live an hour (Web API documentation, "Access Token"). */
export const TOKEN_SECONDS = 3600;

const signed = (prefix: string, seed: string, claims: string): string => `${prefix}.${claims}.${hashOf(seed, prefix, claims).toString(36)}`;

/** The claims of a token that was signed with this seed; null for any other. */
function claimsOf(prefix: string, seed: string, token: string): readonly string[] | null {
  const parts = token.split('.');
  const claims = parts.slice(1, -1);
  return signed(prefix, seed, claims.join('.')) === token ? claims : null;
}

/** An access token says itself whose it is, since when and for what, so that it outlives the process. `account` null: the app's own. */
export function issueToken(seed: string, account: string | null, at: number, scopes: readonly Scope[] = ALL_SCOPES): string {
  return signed('BQ-sim', seed, `${account ?? '_app'}.${at}.${packScopes(scopes)}`);
}

export type Bearer = { readonly account: string | null; readonly scopes: readonly Scope[] } | 'invalid' | 'expired';

export function readToken(seed: string, token: string, now: number): Bearer {
  const claims = claimsOf('BQ-sim', seed, token);
  if (claims === null) return 'invalid';
  const [account = '', issued = '', scopes = ''] = claims;
  if (now >= Number(issued) + TOKEN_SECONDS * 1000) return 'expired';
  return { account: account === '_app' ? null : account, scopes: unpackScopes(scopes) };
}

/** A refresh token of an account that no login is needed for; it holds every scope. */
export function refreshTokenOf(accountName: string): string {
  return `AQ-sim-refresh-${accountName}`;
}

/** One consent of a person. */
export interface Authorisation {
  readonly account: string;
  readonly scopes: readonly Scope[];
  /** Milliseconds. */
  readonly at: number;
  /** Tells two of the same millisecond apart. */
  readonly number: number;
}

/** Like an access token it says itself what it stands for. `generation` counts the tokens that came of one authorisation. */
export function issueRefreshToken(seed: string, { account, scopes, at, number }: Authorisation, generation: number): string {
  return signed('AQ-sim', seed, `${account}.${at}.${packScopes(scopes)}.${number}.${generation}`);
}

export function readRefreshToken(seed: string, token: string): (Authorisation & { readonly generation: number }) | null {
  const claims = claimsOf('AQ-sim', seed, token);
  if (claims === null) return null;
  const [account = '', at = '', scopes = '', number = '', generation = ''] = claims;
  return { account, at: Number(at), scopes: unpackScopes(scopes), number: Number(number), generation: Number(generation) };
}
