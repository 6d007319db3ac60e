import album from '../duckdb/views/album.sql';
import artist from '../duckdb/views/artist.sql';
import enrichmentQueue from '../duckdb/views/enrichment_queue.sql';
import followedArtists from '../duckdb/views/followed_artists.sql';
import playlistItems from '../duckdb/views/playlist_items.sql';
import recordings from '../duckdb/views/recordings.sql';
import songs from '../duckdb/views/songs.sql';
import albumArtists from './views/album_artists.sql';
import coverage from './views/coverage.sql';
import hiddenPlays from './views/hidden_plays.sql';
import playlistStays from './views/playlist_stays.sql';
import runStreams from './views/run_streams.sql';
import runs from './views/runs.sql';
import savedItems from './views/saved_items.sql';
import trackArtists from './views/track_artists.sql';
import trackRecordings from './views/track_recordings.sql';

/** Tables worked out when reading, as SELECT in the words that every engine in the cloud brings to its own: those that need no other are DuckDB's. */
const TEXTS: Readonly<Record<string, string>> = {
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

/** The stays of every item in every playlist, which no table of the declaration shows. */
export const PLAYLIST_STAYS = playlistStays;

/**
 * The text of a view; undefined: it shows what its files hold. `rounds`: how many pairs, one after the other, rules that join recordings are followed over.
 */
export const viewText = (name: string, rounds: number): string | undefined => TEXTS[name]?.replace('{{spread}}', () => spread(rounds));

/** Each round brings the least name of a recording one pair further. */
function spread(rounds: number): string {
  let sql = 'select own_id, pair, label from paired';
  for (let round = 1; round < rounds; round += 1) {
    const byRecording = `select own_id, pair, min(label) over (partition by own_id) as label from (${sql})`;
    sql = `select own_id, pair, min(label) over (partition by pair) as label from (${byRecording})`;
  }
  return sql;
}

/** Tables that others of them read, in the order in which they are made. */
const FIRST: readonly string[] = ['rules', 'track_recordings', 'playlist_items'];

/** Each table after those that its view reads. */
export const inOrderOfReading = <T extends { readonly name: string }>(tables: readonly T[]): readonly T[] => [
  ...tables.filter(({ name }) => FIRST.includes(name)).toSorted((a, b) => FIRST.indexOf(a.name) - FIRST.indexOf(b.name)),
  ...tables.filter(({ name }) => !FIRST.includes(name)),
];
