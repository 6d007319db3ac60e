import { literal, type Warehouse } from './duckdb.ts';
import { duckDbTypeOf, type Struct } from './shapes.ts';
import exportedLibrary from './sql/staging/exported_library.sql';
import exportedMembers from './sql/staging/exported_members.sql';
import exportedPages from './sql/staging/exported_pages.sql';
import exportedPlaylists from './sql/staging/exported_playlists.sql';

const TEXT = 'VARCHAR';
const SAVED: readonly [Struct] = [{ uri: TEXT }];

interface ListFile {
  readonly body: Struct;
  /** SELECT over `list_file`, one row a list. */
  readonly sql: string;
}

/** Files of account data that hold lists, as DuckDB is told to read them. */
const FILES: Readonly<Record<string, ListFile>> = {
  exported_library: { body: { tracks: SAVED, albums: SAVED, shows: SAVED, episodes: SAVED, artists: SAVED }, sql: exportedLibrary },
  exported_playlists: {
    body: {
      playlists: [
        {
          name: TEXT,
          description: TEXT,
          items: [
            {
              track: { trackUri: TEXT },
              episode: { episodeUri: TEXT },
              audiobook: { audiobookUri: TEXT, uri: TEXT },
              localTrack: { uri: TEXT },
              addedDate: TEXT,
            },
          ],
        },
      ],
    },
    sql: exportedPlaylists,
  },
};

/** DuckDB holds two buffers of the largest file at once; a library of ten thousand things has about 2 MB. */
const LEAST_BUFFER = 4 * 1024 * 1024;

export const isExportedList = (stream: string): boolean => FILES[stream] !== undefined;

/** The relations that collect the lists of a batch: `exported_list`, one row a list, and `seen_exported`, one row a record. */
export async function createExportedRelations(warehouse: Warehouse): Promise<void> {
  await warehouse.run(`create or replace table exported_list (
    raw_id INTEGER, list VARCHAR, item BIGINT, stream VARCHAR, account VARCHAR, source VARCHAR, look_at TIMESTAMP, list_kind VARCHAR, list_id VARCHAR,
    name VARCHAR, description VARCHAR, elements STRUCT(item_uri VARCHAR, added_at TIMESTAMP)[])`);
  await warehouse.run(`create or replace table seen_exported (
    raw_id INTEGER, line BIGINT, list VARCHAR, item BIGINT, stream VARCHAR, account VARCHAR, source VARCHAR, look_at TIMESTAMP, is_null BOOLEAN,
    list_kind VARCHAR, list_id VARCHAR, item_uri VARCHAR, added_at TIMESTAMP)`);
}

/** SQL of the relation `list_file`: one row per file of one stream, with its body typed. Needs `raw_object`. No file has more than `largest` bytes. */
export function listFileSelect(stream: string, paths: readonly string[], largest: number): string {
  const body = FILES[stream]?.body ?? {};
  const columns = Object.entries(body).map(([name, field]) => `'${name}': ${literal(duckDbTypeOf(field))}`);
  const packed = Object.keys(body).map((name) => `'${name}': f."${name}"`);
  return `select r.raw_id, r.stream, r.account, r.source, r.observed_at as look_at, {${packed.join(', ')}} as body
    from read_json([${paths.map(literal).join(', ')}], format = 'unstructured', records = true, columns = {${columns.join(', ')}},
      compression = 'gzip', filename = true, maximum_object_size = ${Math.max(largest + 1024, LEAST_BUFFER)}) as f
    join raw_object as r on r.path = f.filename`;
}

/** Adds the lists of `list_file` to the relations of the batch, and to `new_page` as looks of one page each. */
export async function tellLists(warehouse: Warehouse, stream: string): Promise<void> {
  await warehouse.run(`create or replace temp table told_list as ${FILES[stream]?.sql ?? ''}`);
  await warehouse.run('insert into exported_list by name select * from told_list');
  await warehouse.run(`insert into seen_exported by name ${exportedMembers}`);
  await warehouse.run(`insert into new_page by name ${exportedPages}`);
}
