import { z } from 'zod';
import type { StreamName } from '../types.ts';
import { album, artist, audiobook, episode, listed, playing, playlist, show, track, user } from './objects.ts';
import { addedAt, count, text, timestamp } from './values.ts';

const context = z.object({ uri: text, type: text }).nullish();

const playlistItem = z
  .object({
    added_at: addedAt.nullish(),
    added_by: z.object({ id: text }).nullish(),
    is_local: z.boolean().nullish(),
    track: listed,
    item: listed,
  })
  // Null, or neither name, says that Spotify no longer names the item; without a date as well it is an element of something else.
  .refine((value) => [value.track, value.item, value.added_at].some((found) => found !== undefined), {
    path: ['item'],
    error: 'item or track',
  });

const currentlyPlaying = z.object({ context, item: playing, timestamp: count.nullish(), progress_ms: count.nullish() });

/** What one record of a stream has to be. `search` and `playlists` hold records of several kinds: see {@link recordContract}. */
const CONTRACTS: Readonly<Record<Exclude<StreamName, 'search' | 'playlists'>, z.ZodType>> = {
  profile: user,
  recently_played: z.object({ played_at: timestamp, track, context }),
  top_tracks: track,
  top_artists: artist,
  saved_tracks: z.object({ added_at: addedAt.nullish(), track }),
  saved_albums: z.object({ added_at: addedAt.nullish(), album }),
  saved_shows: z.object({ added_at: addedAt.nullish(), show }),
  saved_episodes: z.object({ added_at: addedAt.nullish(), episode }),
  saved_audiobooks: z.object({ added_at: addedAt.nullish(), audiobook }),
  followed_artists: artist,
  my_playlists: playlist,
  playlist_items: playlistItem,
  tracks: track,
  albums: album,
  album_tracks: track,
  artists: artist,
  artist_albums: album,
  shows: show,
  show_episodes: episode,
  episodes: episode,
  audiobooks: audiobook,
  new_releases: album,
  currently_playing: currentlyPlaying,
  queue: playing,
};

const SEARCHED: Readonly<Record<string, z.ZodType>> = {
  tracks: track,
  artists: artist,
  albums: album,
  playlists: playlist,
  shows: show,
  episodes: episode,
  audiobooks: audiobook,
};

/** The contract for the record of a stream that stands at `path` in the body. */
export function recordContract(stream: StreamName, path: readonly (string | number)[]): z.ZodType {
  if (stream === 'search') return SEARCHED[String(path[0])] ?? z.unknown();
  if (stream === 'playlists') return path.length === 0 ? playlist : playlistItem;
  return CONTRACTS[stream];
}
