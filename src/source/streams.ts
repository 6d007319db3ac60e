import { playlistItems } from './streams/playlists.ts';
import { recentlyPlayed } from './streams/recently-played.ts';
import { savedTracks } from './streams/saved-tracks.ts';

/** The streams that `run` reads, by the name that the config gives them. */
export const STREAMS = {
  saved_tracks: savedTracks,
  recently_played: recentlyPlayed,
  playlists: playlistItems,
} as const;
