/** A Spotify with one account and as many saved tracks as are asked for, in pages of 50; nothing of it is read twice. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const PAGE = 50;

function saved(number: number): unknown {
  const id = `T${String(number).padStart(21, '0')}`;
  const album = `B${String(number % 20_000).padStart(21, '0')}`;
  const artist = `A${String(number % 9_000).padStart(21, '0')}`;
  const urls = (type: string, of: string) => ({
    external_urls: { spotify: `https://open.spotify.com/${type}/${of}` },
    href: `https://api.spotify.com/v1/${type}s/${of}`,
    id: of,
    uri: `spotify:${type}:${of}`,
    type,
  });
  const artists = [{ ...urls('artist', artist), name: `Artist ${number % 9_000}` }];
  return {
    added_at: new Date(Date.UTC(2026, 0, 1) - number * 60_000).toISOString().replace('.000Z', 'Z'),
    track: {
      ...urls('track', id),
      album: {
        ...urls('album', album),
        album_type: 'album',
        artists,
        images: [640, 300, 64].map((width) => ({ height: width, width, url: `https://i.scdn.co/image/${album}${width}` })),
        name: `Album ${number % 20_000}`,
        release_date: '2019-05-17',
        release_date_precision: 'day',
        total_tracks: 12,
      },
      artists,
      disc_number: 1,
      duration_ms: 180_000 + (number % 120_000),
      explicit: false,
      external_ids: { isrc: `DEA${String(number).padStart(9, '0')}` },
      is_local: false,
      is_playable: true,
      name: `Track ${number}`,
      popularity: number % 100,
      preview_url: null,
      track_number: 1 + (number % 12),
    },
  };
}

/** @returns the address, without a path, and how to end it. */
export async function serveSavedTracks(pages: number): Promise<{ readonly url: string; close(): void }> {
  const total = pages * PAGE;
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const answer = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (pathname === '/api/token') return answer(200, { access_token: 'bench', token_type: 'Bearer', expires_in: 3_600, scope: '' });
    if (pathname !== '/v1/me/tracks') return answer(404, { error: { status: 404, message: 'Not found.' } });
    const offset = Number(searchParams.get('offset') ?? 0);
    const limit = Math.min(PAGE, Number(searchParams.get('limit') ?? PAGE));
    const items = Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, at) => saved(offset + at));
    const at = (from: number): string => `https://api.spotify.com/v1/me/tracks?offset=${from}&limit=${limit}`;
    return answer(200, {
      href: at(offset),
      items,
      limit,
      next: offset + limit < total ? at(offset + limit) : null,
      offset,
      previous: offset === 0 ? null : at(Math.max(0, offset - limit)),
      total,
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}
