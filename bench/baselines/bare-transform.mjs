/**
 * What pages of playlist items cost that are only read and written: DuckDB reads the fields that tables are made of once, an item a row, and writes them
 * as one Parquet file. No checks, no lineage, no lists over time, no newest values, no partitions.
 */
import { DuckDBInstance } from '@duckdb/node-api';

const [files, out, threads] = process.argv.slice(2);
const PEOPLE = 'STRUCT(id VARCHAR, uri VARCHAR, "name" VARCHAR)[]';
const IMAGES = 'STRUCT(url VARCHAR, width BIGINT)[]';
const ALBUM = `STRUCT(id VARCHAR, uri VARCHAR, "name" VARCHAR, album_type VARCHAR, total_tracks BIGINT, release_date VARCHAR, release_date_precision VARCHAR, images ${IMAGES}, artists ${PEOPLE})`;
const TRACK = `STRUCT(id VARCHAR, uri VARCHAR, "type" VARCHAR, "name" VARCHAR, duration_ms BIGINT, explicit BOOLEAN, is_local BOOLEAN, disc_number BIGINT, track_number BIGINT, popularity BIGINT, external_ids STRUCT(isrc VARCHAR), artists ${PEOPLE}, album ${ALBUM})`;
const ITEM = `STRUCT(added_at VARCHAR, added_by STRUCT(id VARCHAR), is_local BOOLEAN, item ${TRACK}, track ${TRACK})[]`;

const instance = await DuckDBInstance.create(':memory:', { threads, preserve_insertion_order: 'false' });
const connection = await instance.connect();
const started = performance.now();
await connection.run(`create table item as select filename, unnest(items) as item from read_json('${files}', records = true, format = 'unstructured',
  filename = true, compression = 'gzip', maximum_object_size = 33554432, columns = {href: 'VARCHAR', total: 'BIGINT', items: '${ITEM}'})`);
const read = performance.now() - started;
await connection.run(`copy (select filename, unnest(item) from item) to '${out}/item.parquet' (format parquet, compression zstd)`);
console.log(JSON.stringify({ ms: performance.now() - started, read }));
