import { guardedStream } from './streams/any-stream.ts';
import { newReleases } from './streams/new-releases.ts';
import { watchedAlbums, watchedArtists, watchedTracks } from './streams/watched-objects.ts';
import { watchedPlaylists } from './streams/watched-playlists.ts';
import { watchedSearches } from './streams/watched-searches.ts';
import type { AnyStream } from './types.ts';
import type { WatchConfig } from './watch.ts';

/** A stream for each watch list that holds anything, by its name; the cheap ones first. Any account's token reads them. */
export function createWatchStreams(watch: WatchConfig): Readonly<Record<string, AnyStream>> {
  const { playlists, artists, albums, tracks, searches, everyHours } = watch;
  return {
    ...(tracks.length === 0 ? {} : { watched_tracks: guardedStream(watchedTracks(tracks, everyHours)) }),
    ...(albums.length === 0 ? {} : { watched_albums: guardedStream(watchedAlbums(albums, everyHours)) }),
    ...(artists.length === 0 ? {} : { watched_artists: guardedStream(watchedArtists(artists, everyHours)) }),
    ...(playlists.length === 0 ? {} : { watched_playlists: guardedStream(watchedPlaylists(playlists, everyHours)) }),
    ...(searches.length === 0 ? {} : { watched_searches: guardedStream(watchedSearches(searches, everyHours)) }),
    ...(watch.newReleases ? { new_releases: guardedStream(newReleases(everyHours)) } : {}),
  };
}
