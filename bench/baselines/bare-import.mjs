/**
 * What an import costs that only reads and writes: DuckDB reads every field of the plain JSON once and writes two Parquet files, for evidence and
 * plays. No archive, no hashes, no ids, no ledger, no partitions, no checks.
 */
import { DuckDBInstance } from '@duckdb/node-api';

const [files, out, threads] = process.argv.slice(2);
const TEXTS =
  'ts platform conn_country master_metadata_track_name master_metadata_album_artist_name master_metadata_album_album_name spotify_track_uri episode_name episode_show_name spotify_episode_uri audiobook_title audiobook_uri audiobook_chapter_uri audiobook_chapter_title reason_start reason_end';
const FIELDS = [
  ...TEXTS.split(' ').map((name) => `${name}: 'VARCHAR'`),
  ...['shuffle', 'skipped', 'offline', 'incognito_mode'].map((name) => `${name}: 'BOOLEAN'`),
  ...['ms_played', 'offline_timestamp'].map((name) => `${name}: 'BIGINT'`),
];

const instance = await DuckDBInstance.create(':memory:', { threads, preserve_insertion_order: 'false' });
const connection = await instance.connect();
const started = performance.now();
await connection.run(
  `create table record as from read_json('${files}', records = true, format = 'array', columns = {${FIELDS.join(', ')}})`,
);
const read = performance.now() - started;
for (const name of ['evidence', 'plays'])
  await connection.run(`copy record to '${out}/${name}.parquet' (format parquet, compression zstd)`);
console.log(JSON.stringify({ ms: performance.now() - started, read }));
