import { hashOf } from '../world/random.ts';

/** What an app registered with the simulator logs in with. */
export const CLIENT_ID = '7d0c3a51e2964b8fa1c05d7e83f2b690';
export const CLIENT_SECRET = '3e91f7a04c5d42d8b6e20f9a71c8d354';

/** Access tokens live an hour (Web API documentation, "Access Token"). */
export const TOKEN_SECONDS = 3600;

/** The refresh token of an account, as its login would have given it. */
export function refreshTokenOf(accountName: string): string {
  return `AQ-sim-refresh-${accountName}`;
}

/** An access token says itself whose it is and since when, so that it outlives the process. `account` null: the app's own. */
export function issueToken(seed: string, account: string | null, at: number): string {
  const claims = `${account ?? '_app'}.${at}`;
  return `BQ-sim.${claims}.${hashOf(seed, claims).toString(36)}`;
}

export type Bearer = { readonly account: string | null } | 'invalid' | 'expired';

export function readToken(seed: string, token: string, now: number): Bearer {
  const [prefix, account = '', issued = '', signature] = token.split('.');
  if (prefix !== 'BQ-sim' || signature !== hashOf(seed, `${account}.${issued}`).toString(36)) return 'invalid';
  if (now >= Number(issued) + TOKEN_SECONDS * 1000) return 'expired';
  return { account: account === '_app' ? null : account };
}
