import type { Rule } from '../../tables/rule.ts';
import { TABLES, type Table } from '../../tables/star-schema.ts';
import { duckDbType, storedColumns } from '../../tables/stored.ts';
import albumArtists from '../cloud/views/album_artists.sql';
import coverage from '../cloud/views/coverage.sql';
import hiddenPlays from '../cloud/views/hidden_plays.sql';
import playlistStays from '../cloud/views/playlist_stays.sql';
import runStreams from '../cloud/views/run_streams.sql';
import runs from '../cloud/views/runs.sql';
import savedItems from '../cloud/views/saved_items.sql';
import songs from '../cloud/views/songs.sql';
import trackArtists from '../cloud/views/track_artists.sql';
import trackRecordings from '../cloud/views/track_recordings.sql';
import type { TimeZones } from '../duckdb/local-time.ts';
import { rulesSelect } from '../duckdb/rules.ts';
import album from '../duckdb/views/album.sql';
import artist from '../duckdb/views/artist.sql';
import enrichmentQueue from '../duckdb/views/enrichment_queue.sql';
import followedArtists from '../duckdb/views/followed_artists.sql';
import playlistItems from '../duckdb/views/playlist_items.sql';
import recordings from '../duckdb/views/recordings.sql';
import { trinoSql } from './dialect.ts';
import { mergedSelect } from './merged.ts';
import { trinoType } from './types.ts';

/** A view as Athena keeps it. */
export interface View {
  readonly name: string;
  readonly sql: string;
  /** Types are those of the files, in DuckDB's words. */
  readonly columns: readonly { readonly name: string; readonly type: string; readonly description: string }[];
}

/** What is applied when the tables are read. */
export interface Reading {
  readonly zones: TimeZones;
  readonly rules: readonly Rule[];
}

/** Tables worked out when reading, as SELECT in the words of `trinoSql`: those that need no other are DuckDB's. */
const VIEW_SQL: Readonly<Record<string, string>> = {
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

/** Rules that are joined to one another are followed over as many as these; Trino's own recursion ends with an error after ten. */
const MOST_ROUNDS = 20;

/** Each round brings the least name of a recording one pair further. */
function spread(rules: readonly Rule[]): string {
  const pairs = rules.reduce((sum, rule) => sum + (rule.kind === 'same_recording' ? rule.tracks.length - 1 : 0), 0);
  let sql = 'select own_id, pair, label from paired';
  for (let round = 1; round < Math.min(pairs, MOST_ROUNDS); round += 1) {
    const byRecording = `select own_id, pair, min(label) over (partition by own_id) as label from (${sql})`;
    sql = `select own_id, pair, min(label) over (partition by pair) as label from (${byRecording})`;
  }
  return sql;
}

function selectOf(table: Table, { rules }: Reading): string {
  if (table.name === 'rules') return rulesSelect(rules);
  const sql = VIEW_SQL[table.name];
  return sql === undefined ? `select * from stored.${table.name}` : sql.replace('{{spread}}', () => spread(rules));
}

/** Exactly the public columns, each of the type that is declared: Athena refuses a view whose columns turn out to be of others. */
function publicView(table: Table, reading: Reading): View {
  const columns = table.columns.map(({ name, type, description }) => ({ name, type: duckDbType(type), description }));
  const shown = columns.map(({ name, type }) => `cast("${name}" as ${trinoType(type)}) as "${name}"`);
  const inner = trinoSql(selectOf(table, reading), { zones: reading.zones, params: {} });
  return { name: table.name, sql: `select ${shown.join(', ')} from (${inner})`, columns };
}

function mergedView(table: Table): View {
  const columns = storedColumns(table).map(({ name, type }) => ({ name, type, description: '' }));
  return { name: `stored_${table.name}`, sql: mergedSelect(table), columns };
}

function staysView(reading: Reading): View {
  const items = TABLES.find(({ name }) => name === 'playlist_items');
  const shown = items?.columns.map(({ name, type, description }) => ({ name, type: duckDbType(type), description })) ?? [];
  const columns = [...shown, { name: 'member_from', type: 'TIMESTAMP', description: 'Since when it is known to be a member' }];
  return { name: 'playlist_stays', sql: trinoSql(playlistStays, { zones: reading.zones, params: {} }), columns };
}

/** Every view, each after those that it reads. */
export function viewsOf(reading: Reading): readonly View[] {
  const merged = TABLES.filter(({ strategy }) => strategy === 'latest').map(mergedView);
  // Views that others of them read.
  const first = ['rules', 'track_recordings', 'playlist_items'];
  const early = TABLES.filter(({ name }) => first.includes(name)).toSorted((a, b) => first.indexOf(a.name) - first.indexOf(b.name));
  const shown = [...early, ...TABLES.filter((table) => !early.includes(table))].map((table) => publicView(table, reading));
  return [...merged, ...shown, staysView(reading)];
}
