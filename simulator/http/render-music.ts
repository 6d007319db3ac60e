import { isOut } from '../listener/taste.ts';
import { DAY_MS, dayOf } from '../world/calendar.ts';
import { marketsOf } from '../world/markets.ts';
import type { Album, Artist, LocalFile, Track } from '../world/music.ts';
import { hashOf } from '../world/random.ts';
import { base62 } from '../world/spotify-id.ts';
import type { Call, Json } from './call.ts';
import { pageOf } from './paging.ts';

/** `href`, `id`, `type`, `uri` and `external_urls`: the head of every object. */
export function head(call: Call, type: string, id: string): Json {
  return {
    external_urls: { spotify: `https://open.spotify.com/${type}/${id}` },
    href: `${call.base}/${type}s/${id}`,
    id,
    type,
    uri: `spotify:${type}:${id}`,
  };
}

export function imagesOf(id: string, sizes: readonly number[] = [640, 300, 64]): readonly Json[] {
  return sizes.map((size) => ({
    url: `https://i.scdn.co/image/${base62(40, 'image', id, size).toLowerCase()}`,
    height: size,
    width: size,
  }));
}

/** Fields that development mode lost in 2026. */
export function extended(call: Call, fields: () => Json): Json {
  return call.mode === 'extended' ? fields() : {};
}

/** 0 to 100; wanders by a few points from week to week. */
function popularity(call: Call, id: string, rank: number): number {
  const week = Math.floor(dayOf(call.now) / 7);
  const base = Math.max(0, 92 - Math.floor((92 * rank) / (rank + 120)) - (hashOf(id) % 25));
  return Math.min(100, Math.max(0, base + (hashOf(id, week) % 5) - 2));
}

const rankOf = (album: Album): number => album.artists[0]?.rank ?? 0;

export function simplifiedArtist(call: Call, artist: Artist): Json {
  return { ...head(call, 'artist', artist.id), name: artist.name };
}

export function fullArtist(call: Call, artist: Artist): Json {
  const perDay = 1 + (hashOf(artist.id, 'growth') % 30);
  return {
    ...simplifiedArtist(call, artist),
    images: artist.rank % 17 === 16 ? [] : imagesOf(artist.id, [640, 320, 160]),
    ...extended(call, () => ({
      followers: { href: null, total: Math.floor(5_000_000 / (artist.rank + 1)) + perDay * (Math.floor(call.now / DAY_MS) - 17_000) },
      genres: artist.genres,
      popularity: popularity(call, artist.id, artist.rank),
    })),
  };
}

export function simplifiedAlbum(call: Call, album: Album): Json {
  return {
    album_type: album.type,
    total_tracks: album.tracks.length,
    ...head(call, 'album', album.id),
    images: imagesOf(album.id),
    name: album.name,
    release_date: album.releaseDate,
    release_date_precision: album.precision,
    artists: album.artists.map((artist) => simplifiedArtist(call, artist)),
    ...extended(call, () => ({ available_markets: marketsOf(album.id) })),
  };
}

export function fullAlbum(call: Call, album: Album): Json {
  const slice = { path: `/albums/${album.id}/tracks`, limit: 50, offset: 0 };
  return {
    ...simplifiedAlbum(call, album),
    tracks: pageOf(call, slice, album.tracks, (track) => simplifiedTrack(call, track)),
    copyrights: [
      { text: `© ${album.releaseDate.slice(0, 4)} ${album.label}`, type: 'C' },
      { text: `℗ ${album.releaseDate.slice(0, 4)} ${album.label}`, type: 'P' },
    ],
    external_ids: { upc: album.upc },
    genres: [],
    ...extended(call, () => ({ label: album.label, popularity: popularity(call, album.id, rankOf(album)) })),
  };
}

export function simplifiedTrack(call: Call, track: Track): Json {
  return {
    artists: track.artists.map((artist) => simplifiedArtist(call, artist)),
    disc_number: track.discNumber,
    duration_ms: track.durationMs,
    explicit: track.explicit,
    ...head(call, 'track', track.id),
    is_local: false,
    name: track.name,
    preview_url: null,
    track_number: track.trackNumber,
    ...extended(call, () => ({ available_markets: marketsOf(track.album.id) })),
  };
}

/**
 * A track as it is asked for. With `market` it may be another id of the same recording that is available there (relinking:
 * developer.spotify.com/documentation/web-api/concepts/track-relinking); extended mode then says in `linked_from` what was asked for.
 */
export function fullTrack(call: Call, asked: Track): Json {
  const market = marketOf(call);
  const track = market === null ? asked : availableIn(call, market, asked);
  const found = track ?? asked;
  return {
    ...simplifiedTrack(call, found),
    album: simplifiedAlbum(call, found.album),
    external_ids: found.isrc === null ? {} : { isrc: found.isrc },
    ...(market === null ? {} : { is_playable: track !== null }),
    ...(track === null ? { restrictions: { reason: 'market' } } : {}),
    ...extended(call, () => ({
      popularity: popularity(call, found.id, rankOf(found.album)),
      ...(found === asked ? {} : { linked_from: head(call, 'track', asked.id) }),
    })),
  };
}

/** The market asked for; with a person's token the account's country wins over the parameter. Null: none asked for. */
function marketOf(call: Call): string | null {
  const market = call.url.searchParams.get('market');
  return market === null ? null : (call.listenerOrNull()?.account.country ?? market);
}

function availableIn(call: Call, market: string, asked: Track): Track | null {
  const same = asked.isrc === null ? [] : (call.world.find.isrc.get(asked.isrc) ?? []);
  return [asked, ...same].find((track) => isOut(track.album, call.now) && marketsOf(track.album.id).includes(market)) ?? null;
}

/** A file of the listener's own: a track object in which nearly everything is null. */
export function localTrack(call: Call, file: LocalFile): Json {
  const nameless = { external_urls: {}, href: null, id: null, uri: null };
  const markets = extended(call, () => ({ available_markets: [] }));
  return {
    album: {
      ...nameless,
      ...markets,
      album_type: null,
      artists: [],
      images: [],
      name: file.album,
      release_date: null,
      release_date_precision: null,
      type: 'album',
    },
    artists: [{ ...nameless, name: file.artist, type: 'artist' }],
    disc_number: 0,
    duration_ms: file.durationMs,
    explicit: false,
    external_ids: {},
    ...nameless,
    ...markets,
    is_local: true,
    name: file.name,
    ...extended(call, () => ({ popularity: 0 })),
    preview_url: null,
    track_number: 0,
    type: 'track',
    uri: file.uri,
  };
}
