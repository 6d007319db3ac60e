/** Scopes of the Web API, as its OpenAPI document (30 May 2026) names them. Tokens hold places in this list: add at the end only. */
const SCOPES = [
  'playlist-read-private',
  'playlist-read-collaborative',
  'playlist-modify-public',
  'playlist-modify-private',
  'user-library-read',
  'user-library-modify',
  'user-read-private',
  'user-read-email',
  'user-follow-read',
  'user-follow-modify',
  'user-top-read',
  'user-read-playback-position',
  'user-read-playback-state',
  'user-read-recently-played',
  'user-read-currently-playing',
  'user-modify-playback-state',
  'app-remote-control',
  'ugc-image-upload',
  'streaming',
] as const;

export type Scope = (typeof SCOPES)[number];

export const ALL_SCOPES: readonly Scope[] = SCOPES;

/** The scopes of a list separated by blanks, each once, in the order of `ALL_SCOPES`; null when it names one that does not exist. */
export function scopesFrom(text: string): readonly Scope[] | null {
  const asked = text.split(/\s+/).filter((scope) => scope !== '');
  const known = SCOPES.filter((scope) => asked.includes(scope));
  return asked.every((scope) => known.some((one) => one === scope)) ? known : null;
}

/** A short text without dots that `scopesOf` reads again. */
export function packScopes(scopes: readonly Scope[]): string {
  return SCOPES.reduce((bits, scope, place) => bits + (scopes.includes(scope) ? 2 ** place : 0), 0).toString(36);
}

export function unpackScopes(text: string): readonly Scope[] {
  const bits = Number.parseInt(text, 36);
  return SCOPES.filter((_, place) => Math.floor(bits / 2 ** place) % 2 === 1);
}
