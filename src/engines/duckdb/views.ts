import album from './views/album.sql';
import albumArtists from './views/album_artists.sql';
import artist from './views/artist.sql';
import coverage from './views/coverage.sql';
import enrichmentQueue from './views/enrichment_queue.sql';
import followedArtists from './views/followed_artists.sql';
import hiddenPlays from './views/hidden_plays.sql';
import playlistItems from './views/playlist_items.sql';
import playlistItemsOn from './views/playlist_items_on.sql';
import playlistStays from './views/playlist_stays.sql';
import recordings from './views/recordings.sql';
import runFiles from './views/run_files.sql';
import runStreams from './views/run_streams.sql';
import runs from './views/runs.sql';
import savedItems from './views/saved_items.sql';
import shownHourly from './views/shown_hourly.sql';
import shownPlays from './views/shown_plays.sql';
import shownYearly from './views/shown_yearly.sql';
import songs from './views/songs.sql';
import trackArtists from './views/track_artists.sql';
import trackRecordings from './views/track_recordings.sql';

/** Tables worked out when reading, and stored ones that show more than their files hold, each as a SELECT over `stored`. */
export const VIEW_SQL: Readonly<Record<string, string>> = {
  album,
  album_artists: albumArtists,
  artist,
  coverage,
  enrichment_queue: enrichmentQueue,
  followed_artists: followedArtists,
  hidden_plays: hiddenPlays,
  playlist_items: playlistItems,
  recordings,
  run_streams: runStreams,
  runs,
  saved_items: savedItems,
  songs,
  track_artists: trackArtists,
  track_recordings: trackRecordings,
};

/** Statements that need the public tables. */
export const MACROS: readonly string[] = [playlistStays, playlistItemsOn];

export const RUN_FILES = runFiles;

/** What reports call plays, where rules hide some, name or count them otherwise. */
export const SHOWN_PLAYS = shownPlays;

/** Sums of the plays that no rule hides, where a rule hides any; `$sums` are those of the plays that are counted anew. */
export const SHOWN_SUMS = {
  plays_yearly: { name: 'shown_yearly', sql: shownYearly },
  plays_hourly: { name: 'shown_hourly', sql: shownHourly },
} as const;
