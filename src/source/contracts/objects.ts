import { z } from 'zod';
import { flag, id, images, maybeCount, text, total } from './values.ts';

// What the tables read of Spotify's objects; everything else may be there, be missing or change its type.
// https://developer.spotify.com/documentation/web-api/reference

const release = { release_date: text, release_date_precision: text };

const artistFields = {
  name: text,
  uri: text,
  images,
  genres: z.array(z.string()).nullish(),
  followers: total,
  popularity: maybeCount,
};
export const artist = z.object({ id, ...artistFields });

/** Artists of local files have no id. */
const artists = z.array(z.object({ id: id.nullish(), ...artistFields })).nullish();

const albumFields = {
  name: text,
  uri: text,
  album_type: text,
  images,
  total_tracks: maybeCount,
  ...release,
  external_ids: z.object({ upc: text }).nullish(),
  label: text,
  popularity: maybeCount,
  artists,
};

const trackFields = {
  name: text,
  uri: text,
  duration_ms: maybeCount,
  explicit: flag,
  disc_number: maybeCount,
  track_number: maybeCount,
  external_ids: z.object({ isrc: text }).nullish(),
  linked_from: z.object({ id: text }).nullish(),
  popularity: maybeCount,
  is_local: flag,
  artists,
  /** The album of a local file has no id. */
  album: z.object({ id: id.nullish(), ...albumFields }).nullish(),
};

export const track = z
  .object({ id: id.nullable(), ...trackFields })
  .refine((value) => value.id !== null || value.is_local === true || value.uri?.startsWith('spotify:local:') === true, {
    path: ['id'],
    error: 'an id, for all but local files',
  });

export const album = z.object({
  id,
  ...albumFields,
  tracks: z.object({ total: maybeCount, items: z.array(track.nullable()).nullish() }).nullish(),
});

const showFields = {
  name: text,
  uri: text,
  media_type: text,
  explicit: flag,
  description: text,
  images,
  publisher: text,
  total_episodes: maybeCount,
};
export const show = z.object({ id, ...showFields });

const episodeFields = {
  name: text,
  uri: text,
  description: text,
  duration_ms: maybeCount,
  explicit: flag,
  ...release,
  images,
  show: show.nullish(),
};
export const episode = z.object({ id, ...episodeFields });

const people = z.array(z.object({ name: text })).nullish();
export const audiobook = z.object({
  id,
  name: text,
  uri: text,
  authors: people,
  narrators: people,
  explicit: flag,
  images,
  publisher: text,
  total_chapters: maybeCount,
});

const withoutIdByUri = (value: { id: string | null; uri?: string | null | undefined }): boolean => value.id !== null || Boolean(value.uri);
const idOrUri = { path: ['id'], error: 'an id, or a uri in its place' };

/** In playlists stand local files and tracks that were withdrawn, known by their URI alone. */
const listedTrack = z.object({ id: id.nullable(), ...trackFields }).refine(withoutIdByUri, idOrUri);
const listedEpisode = z.object({ id: id.nullable(), ...episodeFields }).refine(withoutIdByUri, idOrUri);

/** A track or an episode, as its `type` says; without one, a track. */
function either(forTrack: z.ZodType, forEpisode: z.ZodType) {
  const check = z.unknown().check((payload) => {
    const value = payload.value;
    if (value === null || value === undefined) return;
    const isEpisode = typeof value === 'object' && 'type' in value && value.type === 'episode';
    const result = (isEpisode ? forEpisode : forTrack).safeParse(value);
    if (!result.success) payload.issues.push(...result.error.issues.map((issue) => ({ ...issue, input: value }) as z.core.$ZodRawIssue));
  });
  return check.optional();
}

/** Null and absent are nothing wrong. */
export const listed = either(listedTrack, listedEpisode);
export const playing = either(track, episode);

export const playlist = z.object({
  id,
  name: text,
  uri: text,
  description: text,
  owner: z.object({ id: text, display_name: text }).nullish(),
  public: flag,
  collaborative: flag,
  snapshot_id: text,
  followers: total,
  items: total,
  tracks: total,
});

export const user = z.object({ id, account_id: id.nullish(), display_name: text, uri: text, country: text, product: text });
