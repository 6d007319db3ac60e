import { asPipelineError } from '../kernel/errors.ts';
import { inLanes, literal, type Warehouse } from './duckdb.ts';
import { EVIDENCE_ROW } from './evidence.ts';
import accountHistory from './sql/staging/account_history.sql';
import extendedHistory from './sql/staging/extended_history.sql';
import { insertInSlices, type Mended, type StagedRaw, setAside, UNREADABLE } from './stage.ts';

/** Fields of a record as DuckDB is told to read them; numbers as DOUBLE, so that what is no whole number can be told. */
const EXTENDED = {
  ts: 'VARCHAR',
  username: 'VARCHAR',
  platform: 'VARCHAR',
  ms_played: 'DOUBLE',
  conn_country: 'VARCHAR',
  master_metadata_track_name: 'VARCHAR',
  master_metadata_album_artist_name: 'VARCHAR',
  master_metadata_album_album_name: 'VARCHAR',
  spotify_track_uri: 'VARCHAR',
  episode_name: 'VARCHAR',
  episode_show_name: 'VARCHAR',
  spotify_episode_uri: 'VARCHAR',
  audiobook_title: 'VARCHAR',
  audiobook_uri: 'VARCHAR',
  audiobook_chapter_uri: 'VARCHAR',
  audiobook_chapter_title: 'VARCHAR',
  reason_start: 'VARCHAR',
  reason_end: 'VARCHAR',
  shuffle: 'BOOLEAN',
  skipped: 'BOOLEAN',
  offline: 'BOOLEAN',
  offline_timestamp: 'DOUBLE',
  incognito_mode: 'BOOLEAN',
};
const SHORT = {
  endTime: 'VARCHAR',
  artistName: 'VARCHAR',
  trackName: 'VARCHAR',
  podcastName: 'VARCHAR',
  episodeName: 'VARCHAR',
  audiobookName: 'VARCHAR',
  authorName: 'VARCHAR',
  msPlayed: 'DOUBLE',
};

const HISTORIES: Readonly<Record<string, { readonly fields: Readonly<Record<string, string>>; readonly sql: string }>> = {
  extended_history: { fields: EXTENDED, sql: extendedHistory },
  account_history: { fields: SHORT, sql: accountHistory },
};

/** The largest record that is read, in bytes: real ones have about 800. */
const LARGEST_RECORD = 1024 * 1024;

/** A file of streaming history of the privacy export, of which the evidence is made without the objects that answers have. */
export const isHistory = (stream: string): boolean => HISTORIES[stream] !== undefined;

/** Videos have the same fields as songs: only the file's name tells. */
const isVideo = (name: string | null): boolean => /video/i.test(name?.split(/[/\\!]/).at(-1) ?? '');

/** SQL that adds the records of files of one kind to `evidence_row`, whatever they hold. Their places go on from file to file. */
function tell(stream: string, paths: readonly string[]): string {
  const history = HISTORIES[stream];
  if (history === undefined) throw new Error(`${stream} is no streaming history`);
  const columns = Object.entries(history.fields).map(([name, type]) => `'${name}': '${type}'`);
  return `insert into evidence_row by name
    with history as (
      select p.*, f.raw_id, f.account_id, f.is_video
      from (
        select *, row_number() over () as place
        from read_json([${paths.map(literal).join(', ')}], format = 'array', records = true, compression = 'gzip', filename = true,
          maximum_object_size = ${LARGEST_RECORD}, columns = {${columns.join(', ')}})
      ) as p
      join history_file as f on f.path = p.filename
    )
    select * from (${history.sql})`;
}

/** The place of records that are out of the contract is kept: their times are null. */
const FAULTY = '(ended_from is null or ms_played is null)';

interface Group {
  readonly stream: string;
  readonly files: readonly StagedRaw[];
}

const streamOf = ({ input }: StagedRaw): string => input.stream ?? '';
const pathsOf = (files: readonly StagedRaw[]): readonly string[] => files.flatMap(({ input }) => input.path ?? []);

/** One statement that reads many files is twice as fast as many that read one: as many groups of a kind as there are lanes. */
function groups(files: readonly StagedRaw[], lanes: number): readonly Group[] {
  return [...new Set(files.map(streamOf))].flatMap((stream) => {
    const ofKind = files.filter((one) => streamOf(one) === stream);
    const size = Math.ceil(ofKind.length / lanes);
    return Array.from({ length: lanes }, (_, lane) => ({ stream, files: ofKind.slice(lane * size, (lane + 1) * size) })).filter(
      (group) => group.files.length > 0,
    );
  });
}

/** Reads the files in groups and, where one of them cannot be read, one by one; those that cannot be read are returned. */
async function readAll(warehouse: Warehouse, files: readonly StagedRaw[]): Promise<readonly StagedRaw[]> {
  try {
    await inLanes(warehouse.lanes, groups(files, warehouse.lanes), async (group) => {
      await warehouse.run(tell(group.stream, pathsOf(group.files)));
    });
    return [];
  } catch (error) {
    assertUnreadable(error);
  }
  await warehouse.run('delete from evidence_row');
  const unreadable: StagedRaw[] = [];
  for (const one of files) {
    try {
      await warehouse.run(tell(streamOf(one), pathsOf([one])));
    } catch (error) {
      assertUnreadable(error);
      unreadable.push(one);
    }
  }
  return unreadable;
}

function assertUnreadable(error: unknown): void {
  const { code, message } = asPipelineError(error);
  if (code !== 'internal' || !UNREADABLE.test(message)) throw error;
}

async function faulty(warehouse: Warehouse, files: readonly StagedRaw[]): Promise<readonly StagedRaw[]> {
  const found = new Set(
    (await warehouse.rows(`select distinct raw_id from evidence_row where ${FAULTY}`)).map(({ raw_id }) => Number(raw_id)),
  );
  return files.filter(({ rawId }) => found.has(rawId));
}

/** A file in which something is at fault is read again from its mended copy: the records at fault are listed, the others are in. */
async function mend(warehouse: Warehouse, one: StagedRaw): Promise<void> {
  const { mend: mended } = one.input;
  if (mended === undefined) throw new Error(`${one.input.raw.key} cannot be mended`);
  const { path, quarantined }: Mended = await mended();
  await warehouse.run(`delete from evidence_row where raw_id = ${one.rawId}`);
  if (path !== null) {
    await warehouse.run(`update history_file set path = ${literal(path)} where raw_id = ${one.rawId}`);
    await warehouse.run(tell(streamOf(one), [path]));
  }
  await numberRecords(warehouse, [one]);
  await warehouse.run(`delete from evidence_row where raw_id = ${one.rawId} and ${FAULTY}`);
  await setAside(warehouse, one.rawId, quarantined);
  count(one, 'quarantined', new Set(quarantined.map(({ item }) => item)).size);
}

/** Places of records as they stand in their own files, from 0: a file's first record, at fault or not, is the first of its places. */
async function numberRecords(warehouse: Warehouse, files: readonly StagedRaw[]): Promise<void> {
  const ids = files.map(({ rawId }) => rawId).join(', ');
  await warehouse.run(`delete from first_place where raw_id in (${ids})`);
  await warehouse.run(`insert into first_place select raw_id, min(place) from evidence_row where raw_id in (${ids}) group by raw_id`);
}

async function describe(warehouse: Warehouse, files: readonly StagedRaw[]): Promise<void> {
  await warehouse.run('create or replace table history_file (raw_id INTEGER, path VARCHAR, account_id VARCHAR, is_video BOOLEAN)');
  await warehouse.run('create or replace table first_place (raw_id INTEGER, first_place BIGINT)');
  const rows = files.flatMap(({ rawId, input: { raw, path } }) =>
    path === null ? [] : [`(${rawId}, ${literal(path)}, ${literal(raw.account)}, ${isVideo(raw.name)})`],
  );
  await insertInSlices(warehouse, 'history_file', rows);
}

function count(one: StagedRaw, bucket: 'kept' | 'quarantined', n: number): void {
  one.tally = { ...one.tally, read: one.tally.read + n, [bucket]: one.tally[bucket] + n };
}

/**
 * Reads the files of streaming history among the raw objects, each once, into `evidence_row`: one row a record that fulfils the
 * contract, counted as kept until the ledger has judged it. False where there are none.
 */
export async function readHistories(warehouse: Warehouse, staged: readonly StagedRaw[]): Promise<boolean> {
  const files = staged.filter(({ input }) => isHistory(input.stream ?? ''));
  await warehouse.run(EVIDENCE_ROW);
  await describe(warehouse, files);
  if (files.length === 0) return false;
  const unreadable = await readAll(warehouse, files);
  await numberRecords(warehouse, files);
  for (const one of [...unreadable, ...(await faulty(warehouse, files))]) await mend(warehouse, one);
  const counts = await warehouse.rows('select raw_id, count(*)::integer as n from evidence_row group by raw_id');
  const byId = new Map(files.map((one) => [one.rawId, one]));
  for (const { raw_id, n } of counts) {
    const one = byId.get(Number(raw_id));
    if (one !== undefined) count(one, 'kept', Number(n));
  }
  return true;
}
