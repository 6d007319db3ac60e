import { guardedStream } from './streams/any-stream.ts';
import { currentlyPlaying } from './streams/currently-playing.ts';
import { followedArtists } from './streams/followed-artists.ts';
import { playlistItems } from './streams/playlists.ts';
import { profile } from './streams/profile.ts';
import { recentlyPlayed } from './streams/recently-played.ts';
import { savedAlbums, savedAudiobooks, savedEpisodes, savedShows, savedTracks } from './streams/saved-items.ts';
import { topArtists, topTracks } from './streams/top-items.ts';
import type { AnyStream } from './types.ts';

/** What an account has by itself, by the name that the config gives it, in the order of reading: what does not wait comes first. */
export const ACCOUNT_STREAMS: Readonly<Record<string, AnyStream>> = {
  recently_played: guardedStream(recentlyPlayed),
  profile: guardedStream(profile),
  saved_tracks: guardedStream(savedTracks),
  saved_albums: guardedStream(savedAlbums),
  saved_shows: guardedStream(savedShows),
  saved_episodes: guardedStream(savedEpisodes),
  saved_audiobooks: guardedStream(savedAudiobooks),
  followed_artists: guardedStream(followedArtists),
  top_tracks: guardedStream(topTracks),
  top_artists: guardedStream(topArtists),
  playlists: guardedStream(playlistItems),
};

/** Read only where the config names them. */
export const OPT_IN_STREAMS: Readonly<Record<string, AnyStream>> = { currently_playing: guardedStream(currentlyPlaying) };
