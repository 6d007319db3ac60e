import { createHash } from 'node:crypto';
import { base62 } from '../world/spotify-id.ts';
import type { Scope } from './scopes.ts';
import { type Authorisation, issueRefreshToken, readRefreshToken, refreshTokenOf } from './tokens.ts';

/** How long a code may wait. Spotify publishes no number; 10 minutes is the most RFC 6749, section 4.1.2 recommends. */
const CODE_LIVES_MS = 10 * 60_000;

/** Six calendar months: https://developer.spotify.com/blog/2026-06-18-refresh-token-expiration */
const REFRESH_TOKEN_MONTHS = 6;

/** What a code was given for; the request that redeems it has to agree. */
export interface CodeGrant {
  readonly account: string;
  readonly scopes: readonly Scope[];
  readonly clientId: string;
  readonly redirectUri: string;
  /** S256 of the verifier; null without PKCE. */
  readonly challenge: string | null;
}

export interface Redemption {
  readonly code: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly verifier: string | null;
  /** The client showed its secret. */
  readonly hasSecret: boolean;
}

/** A refused grant: `error` and `error_description` of the answer. */
export interface Refused {
  readonly error: 'invalid_grant' | 'invalid_request';
  readonly description: string;
}

/** A login that stands. */
export interface Standing {
  readonly account: string;
  readonly scopes: readonly Scope[] | 'all';
  /** The token that replaces this one; worked out only when called, and the old one is worthless from then on. */
  renewed(): string;
}

export interface Authorisations {
  /** A code that is good once, for ten minutes. */
  issueCode(grant: CodeGrant, now: number): string;
  redeem(redemption: Redemption, now: number): { readonly authorisation: Authorisation; readonly refreshToken: string } | Refused;
  refresh(refreshToken: string, now: number): Standing | Refused;
  /** Ends every login of the account so far, the fixed refresh token included. Access tokens live out their hour. */
  revoke(account: string, now: number): void;
}

export interface AuthorisationOptions {
  readonly seed: string;
  readonly accountNames: readonly string[];
  /** When refresh tokens that no login gave end, in milliseconds; null: never. */
  readonly fixedTokensEndAt: number | null;
}

const refused = (description: string, error: Refused['error'] = 'invalid_grant'): Refused => ({ error, description });

/** The same day six months on, at the same time; the last day of a month that is too short for it. */
export function endOfLogin(at: number): number {
  const end = new Date(at);
  end.setUTCMonth(end.getUTCMonth() + REFRESH_TOKEN_MONTHS);
  if (end.getUTCDate() !== new Date(at).getUTCDate()) end.setUTCDate(0);
  return end.getTime();
}

/** Codes, revocations and used tokens live as long as the process; tokens themselves speak for themselves. */
export function createAuthorisations({ seed, accountNames, fixedTokensEndAt }: AuthorisationOptions): Authorisations {
  const codes = new Map<string, CodeGrant & { readonly until: number }>();
  const revoked = new Map<string, { readonly at: number; readonly number: number }>();
  const replaced = new Set<string>();
  let issued = 0;

  const isRevoked = ({ account, at, number }: Authorisation): boolean => {
    const last = revoked.get(account);
    return last !== undefined && (at < last.at || (at === last.at && number <= last.number));
  };

  const refreshFixed = (account: string, now: number): Standing | Refused => {
    if (revoked.has(account)) return refused('Refresh token revoked');
    if (fixedTokensEndAt !== null && now >= fixedTokensEndAt) return refused('Refresh token expired');
    return { account, scopes: 'all', renewed: () => refreshTokenOf(account) };
  };

  return {
    issueCode: (grant, now) => {
      issued += 1;
      const code = `AQ${base62(80, seed, 'code', now, issued)}`;
      codes.set(code, { ...grant, until: now + CODE_LIVES_MS });
      return code;
    },
    redeem: ({ code, clientId, redirectUri, verifier, hasSecret }, now) => {
      const grant = codes.get(code);
      codes.delete(code);
      if (grant === undefined || grant.clientId !== clientId) return refused('Invalid authorization code');
      if (now >= grant.until) return refused('Authorization code expired');
      if (redirectUri !== grant.redirectUri) return refused('Invalid redirect URI');
      // A code is worth a login: without PKCE only the secret shows that it is the app itself that redeems it.
      if (grant.challenge === null && !hasSecret) return refused('Invalid authorization code');
      if (grant.challenge !== null && verifier === null) return refused('code_verifier required', 'invalid_request');
      if (grant.challenge !== null && challengeOf(verifier ?? '') !== grant.challenge) return refused('code_verifier was incorrect');
      issued += 1;
      const authorisation: Authorisation = { account: grant.account, scopes: grant.scopes, at: now, number: issued };
      return { authorisation, refreshToken: issueRefreshToken(seed, authorisation, 0) };
    },
    refresh: (refreshToken, now) => {
      const fixed = accountNames.find((name) => refreshTokenOf(name) === refreshToken);
      if (fixed !== undefined) return refreshFixed(fixed, now);
      const login = readRefreshToken(seed, refreshToken);
      if (login === null || !accountNames.includes(login.account)) return refused('Invalid refresh token');
      if (isRevoked(login) || replaced.has(refreshToken)) return refused('Refresh token revoked');
      if (now >= endOfLogin(login.at)) return refused('Refresh token expired');
      const renewed = (): string => {
        replaced.add(refreshToken);
        return issueRefreshToken(seed, login, login.generation + 1);
      };
      return { account: login.account, scopes: login.scopes, renewed };
    },
    revoke: (account, now) => {
      revoked.set(account, { at: now, number: issued });
    },
  };
}

/** RFC 7636, section 4.2. */
function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier, 'ascii').digest('base64url');
}
