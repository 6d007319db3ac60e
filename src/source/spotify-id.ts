/** Things that a person can point at. */
export type IdKind = 'playlist' | 'artist' | 'album' | 'track';

type ReadId = { readonly id: string } | { readonly problem: string };

/** Ids of all kinds are 22 characters of base 62. https://developer.spotify.com/documentation/web-api/concepts/spotify-uris-ids */
const ID = /^[0-9A-Za-z]{22}$/;
const EXAMPLE = '4uLU6hMCjMI75M1A2tKUQC';
const WEB_HOST = 'open.spotify.com';

/**
 * The id in a bare id, a URI (`spotify:artist:…`) or an address (`https://open.spotify.com/artist/…`), as a person copies them from
 * Spotify; or what is wrong with it, in words that follow "expected" or stand alone.
 */
export function readSpotifyId(kind: IdKind, text: string): ReadId {
  const given = text.trim();
  if (given === '') return { problem: `nothing was given; copy the link of the ${kind} in Spotify` };
  if (given.startsWith('spotify:')) return fromParts(kind, given.split(':').slice(1), 'URI');
  if (/^(https?:\/\/|[\w.-]+\.[a-z]+\/)/i.test(given)) return fromAddress(kind, given);
  if (ID.test(given)) return { id: given };
  return { problem: `"${shown(given)}" is neither id, URI nor address: an id has 22 letters and digits, such as ${EXAMPLE}` };
}

function fromAddress(kind: IdKind, given: string): ReadId {
  const address = /^https?:\/\//i.test(given) ? given : `https://${given}`;
  if (!URL.canParse(address)) return { problem: `"${shown(given)}" is no address` };
  const { hostname, pathname } = new URL(address);
  if (/(^|\.)spotify\.(link|app\.link)$/.test(hostname) || hostname === 'spoti.fi') {
    return { problem: `"${shown(given)}" is a short link; open it in a browser and copy the address that it leads to` };
  }
  if (hostname !== WEB_HOST) return { problem: `"${shown(given)}" is no address at ${WEB_HOST}` };
  const parts = pathname.split('/').filter((part) => part !== '' && part !== 'embed' && !/^intl-[a-z-]+$/i.test(part));
  return fromParts(kind, parts, 'address');
}

/** Playlists used to stand below their owner: `user:<name>:playlist:<id>`. */
function fromParts(kind: IdKind, parts: readonly string[], form: 'URI' | 'address'): ReadId {
  const [found = '', id = ''] = parts[0] === 'user' && parts.length > 2 ? parts.slice(2) : parts;
  if (found !== kind) return { problem: `the ${form} is that of ${article(found)}, and ${article(kind)} is wanted` };
  if (!ID.test(id)) return { problem: `"${shown(id)}" in the ${form} is no id: an id has 22 letters and digits, such as ${EXAMPLE}` };
  return { id };
}

const article = (kind: string): string => (kind === '' ? 'nothing' : `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${shown(kind)}`);
const shown = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
