const SPOTIFY = 'https://open.spotify.com/';

/** A link of the data, if it leads to Spotify's player and nowhere else; null for all others, however they look. */
export function spotifyLink(url: string | null): string | null {
  if (url === null || !URL.canParse(url)) return null;
  const { href, origin, username, password } = new URL(url);
  return `${origin}/` === SPOTIFY && username === '' && password === '' ? href : null;
}
