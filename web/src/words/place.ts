/** As `COVER_HOSTS` of the server's policy has them. */
const COVER = /^https:\/\/(?:i|mosaic)\.scdn\.co\/|^https:\/\/image-cdn-(?:ak|fa)\.spotifycdn\.com\//;

/** A picture of Spotify's own hosts; null for all others. */
export const coverLink = (url: string | undefined): string | null => (url !== undefined && COVER.test(url) ? url : null);

/** `album/<id>` of a link to Spotify's player; null for anything else. */
export const itemOf = (url: string | null): string | null =>
  /^https:\/\/open\.spotify\.com\/((?:album|artist|track)\/\w+)$/.exec(url ?? '')?.[1] ?? null;

const SPOTIFY = 'https://open.spotify.com/';

/** A link of the data, if it leads to Spotify's player and nowhere else; null for all others, however they look. */
export function spotifyLink(url: string | null): string | null {
  if (url === null || !URL.canParse(url)) return null;
  const { href, origin, username, password } = new URL(url);
  return `${origin}/` === SPOTIFY && username === '' && password === '' ? href : null;
}
