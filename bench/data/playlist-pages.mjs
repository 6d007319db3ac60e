/** Pages of playlist items as the Web API answers them, each in a file of its own, the same for the same size and shape. */
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { createNumbers, idOf, nameOf } from './numbers.mjs';

export const ITEMS_A_PAGE = 100;
const PAGES_A_PLAYLIST = 2;
const MARKETS = Array.from({ length: 184 }, (_, at) => String.fromCharCode(65 + Math.floor(at / 26), 65 + (at % 26)));
const ARTISTS = 60_000;
const ALBUMS = 150_000;
const TRACKS = 450_000;
const packed = promisify(gzip);

const urlsOf = (type, id) => ({
  external_urls: { spotify: `https://open.spotify.com/${type}/${id}` },
  href: `https://api.spotify.com/v1/${type}s/${id}`,
  id,
});

function artist(number) {
  const id = idOf('A', number);
  return { ...urlsOf('artist', id), name: nameOf(number), type: 'artist', uri: `spotify:artist:${id}` };
}

function album(number, shape) {
  const id = idOf('B', number);
  return {
    ...(shape === 'extended' ? { available_markets: MARKETS } : {}),
    album_type: number % 3 === 0 ? 'single' : 'album',
    artists: [artist(number % ARTISTS)],
    ...urlsOf('album', id),
    images: [640, 300, 64].map((width) => ({ height: width, width, url: `https://i.scdn.co/image/ab67616d0000${width}${id}` })),
    name: nameOf(number + 7),
    release_date: number % 5 === 0 ? String(1960 + (number % 60)) : `${1960 + (number % 60)}-0${1 + (number % 9)}-1${number % 10}`,
    release_date_precision: number % 5 === 0 ? 'year' : 'day',
    total_tracks: 1 + (number % 20),
    type: 'album',
    uri: `spotify:album:${id}`,
  };
}

function track(number, shape) {
  const id = idOf('C', number);
  return {
    album: album(number % ALBUMS, shape),
    artists: number % 4 === 0 ? [artist(number % ARTISTS), artist((number * 7) % ARTISTS)] : [artist(number % ARTISTS)],
    ...(shape === 'extended' ? { available_markets: MARKETS } : {}),
    disc_number: 1,
    duration_ms: 120_000 + ((number * 7919) % 200_000),
    explicit: number % 9 === 0,
    ...(shape === 'extended' ? { external_ids: { isrc: `QZ${String(number).padStart(10, '0')}` } } : {}),
    ...urlsOf('track', id),
    is_local: false,
    name: nameOf(number + 3),
    ...(shape === 'extended' ? { popularity: number % 100, preview_url: null } : {}),
    track_number: 1 + (number % 20),
    type: 'track',
    uri: `spotify:track:${id}`,
  };
}

/** A few thousand tracks make up half of what stands in playlists. */
const anyTrack = (next) => (next(2) === 0 ? next(4_000) : next(TRACKS));

function page(number, total, shape, next) {
  const playlist = idOf('P', Math.floor(number / PAGES_A_PLAYLIST));
  const offset = (number % PAGES_A_PLAYLIST) * ITEMS_A_PAGE;
  const key = shape === 'extended' ? 'track' : 'item';
  const path = `https://api.spotify.com/v1/playlists/${playlist}/${shape === 'extended' ? 'tracks' : 'items'}`;
  return {
    href: `${path}?offset=${offset}&limit=${ITEMS_A_PAGE}`,
    items: Array.from({ length: ITEMS_A_PAGE }, (_, at) => ({
      added_at: new Date(Date.UTC(2020, 0, 1) + (number * ITEMS_A_PAGE + at) * 60_000).toISOString().replace('.000', ''),
      added_by: { ...urlsOf('user', `user${number % 50}`), type: 'user', uri: `spotify:user:user${number % 50}` },
      is_local: false,
      primary_color: null,
      [key]: next(300) === 0 ? null : track(anyTrack(next), shape),
      video_thumbnail: { url: null },
    })),
    limit: ITEMS_A_PAGE,
    next: offset + ITEMS_A_PAGE < total ? `${path}?offset=${offset + ITEMS_A_PAGE}&limit=${ITEMS_A_PAGE}` : null,
    offset,
    previous: offset === 0 ? null : `${path}?offset=${offset - ITEMS_A_PAGE}&limit=${ITEMS_A_PAGE}`,
    total,
  };
}

/**
 * A folder of gzip files, made once. `shape` is that of extended quota (with markets, popularity, ISRC) or of development mode.
 *
 * @param {{ cache: string, pages: number, shape: 'extended' | 'development', first?: number }} options
 * @returns {Promise<string>}
 */
export async function playlistPages({ cache, pages, shape, first = 0 }) {
  const name = `pages-${shape}-${first}-${pages}`;
  const folder = join(cache, name);
  if ((await readdir(cache).catch(() => [])).includes(name)) return folder;
  const part = `${folder}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { recursive: true });
  const next = createNumbers(20_260_601 + first);
  for (let number = first; number < first + pages; number += 1) {
    const body = page(number, PAGES_A_PLAYLIST * ITEMS_A_PAGE, shape, next);
    await writeFile(join(part, `playlist_items_${String(number).padStart(6, '0')}.json.gz`), await packed(JSON.stringify(body)));
  }
  await rename(part, folder);
  return folder;
}
