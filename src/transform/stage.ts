import { asPipelineError } from '../kernel/errors.ts';
import type { RawObject } from '../landing/raw.ts';
import type { Tally } from '../tables/catalog.ts';
import { literal, type Warehouse } from './duckdb.ts';
import { createExportedRelations, isExportedList, listFileSelect, tellLists } from './exported-lists.ts';
import { ANSWERED_INSERT, isStream, pageInsert, pageSelect, seenInserts, seenTable } from './reading.ts';
import { OBJECTS, type ObjectName } from './shapes.ts';
import macros from './sql/macros.sql';
import records from './sql/staging/records.sql';

/** A record that breaks the contract of its stream; it is kept in raw and listed, and nothing else is made of it. */
export interface QuarantinedRecord {
  /** 1-based line of the raw object. */
  readonly line: number;
  /** Path of the list in the body, dots between; empty where the whole body is the record. */
  readonly list: string;
  /** 0-based element of the list; null for the whole body. */
  readonly item: number | null;
  readonly field: string;
  readonly code: string;
  readonly message: string;
}

/** One raw object, ready to be read: records set aside are null in the file at `path`. */
export interface StageInput {
  readonly raw: RawObject;
  /** What the object is an answer to; null where nothing of it can be read. */
  readonly stream: string | null;
  /** Gzip file on this machine in the raw object's own format; null where nothing of it can be read. */
  readonly path: string | null;
  readonly quarantined: readonly QuarantinedRecord[];
  /**
   * For files that are too large to be checked record by record beforehand: called where the models find a fault in it, and answers with a copy
   * in which every record at fault is null, and with what is wrong with each.
   */
  readonly mend?: () => Promise<Mended>;
}

export interface Mended {
  /** As {@link StageInput.path}. */
  readonly path: string | null;
  readonly quarantined: readonly QuarantinedRecord[];
}

export interface StagedRaw {
  readonly rawId: number;
  readonly input: StageInput;
  tally: Tally;
}

const NOTHING: Tally = { read: 0, kept: 0, merged: 0, duplicate: 0, filtered: 0, quarantined: 0 };
const OBJECT_NAMES = Object.keys(OBJECTS) as ObjectName[];

/** Seconds are enough for the text: DuckDB reads ISO 8601 with milliseconds. */
export const UNDATED_AT = new Date(0);

const stamp = (at: Date | null): string => `timestamp ${literal((at ?? UNDATED_AT).toISOString().slice(0, -1).replace('T', ' '))}`;

const isReadable = (stream: string): boolean => isStream(stream) || isExportedList(stream);

export async function insertInSlices(warehouse: Warehouse, table: string, rows: readonly string[]): Promise<void> {
  const slice = 1_000;
  for (let from = 0; from < rows.length; from += slice) {
    await warehouse.run(`insert into ${table} values ${rows.slice(from, from + slice).join(', ')}`);
  }
}

async function createRelations(warehouse: Warehouse): Promise<void> {
  await warehouse.run(macros);
  await warehouse.run(`create or replace table raw_object (
    raw_id INTEGER, raw_key VARCHAR, stream VARCHAR, account VARCHAR, source VARCHAR, observed_at TIMESTAMP, landed_on DATE, file_name VARCHAR, path VARCHAR, sha256 VARCHAR)`);
  await warehouse.run(`create or replace table quarantined (
    raw_id INTEGER, line BIGINT, list VARCHAR, item BIGINT, field VARCHAR, code VARCHAR, message VARCHAR)`);
  await warehouse.run(`create or replace table new_page (
    list_kind VARCHAR, list_id VARCHAR, account_id VARCHAR, look_at TIMESTAMP,
    page STRUCT(seq BIGINT, page_offset BIGINT, page_count BIGINT, total BIGINT, is_first BOOLEAN, is_last BOOLEAN, newest_added_at TIMESTAMP, is_cut BOOLEAN, item_count BIGINT),
    raw_id INTEGER, line BIGINT)`);
  await warehouse.run(`create or replace table answered (
    raw_id INTEGER, line BIGINT, method VARCHAR, path VARCHAR, status BIGINT, observed_at TIMESTAMP)`);
  for (const object of OBJECT_NAMES) await warehouse.run(seenTable(object));
  await createExportedRelations(warehouse);
}

async function describeInputs(warehouse: Warehouse, staged: readonly StagedRaw[]): Promise<void> {
  const rows = staged.map(({ rawId, input: { raw, stream, path } }) => {
    const texts = [raw.key, stream ?? raw.stream, raw.account, raw.source].map(literal).join(', ');
    const day = literal(raw.landedAt.toISOString().slice(0, 10));
    return `(${rawId}, ${texts}, ${stamp(raw.observedAt)}, ${day}, ${raw.name === null ? 'null' : literal(raw.name)}, ${path === null ? 'null' : literal(path)}, ${literal(raw.sha256)})`;
  });
  await insertInSlices(warehouse, 'raw_object', rows);
  for (const { rawId, input } of staged) await setAside(warehouse, rawId, input.quarantined);
}

/** Lists records of one raw object that nothing is made of. */
export async function setAside(warehouse: Warehouse, rawId: number, records: readonly QuarantinedRecord[]): Promise<void> {
  const rows = records.map(
    ({ line, list, item, field, code, message }) =>
      `(${rawId}, ${line}, ${literal(list)}, ${item ?? 'null'}, ${literal(field)}, ${literal(code)}, ${literal(message)})`,
  );
  await insertInSlices(warehouse, 'quarantined', rows);
}

/** DuckDB's words for JSON that is not of the declared types, or too long; what a disk or memory does is told otherwise. */
export const UNREADABLE = /JSON transform error|Malformed JSON|maximum_object_size|Failed to cast|Invalid Input Error/;

/**
 * The answers of raw objects of one stream and format, read in one go. The contract looks at what tables depend on, so now and then DuckDB
 * meets what it does not: then each object is read by itself, and the one at fault is set aside as one record, with DuckDB's words.
 */
async function readPages(warehouse: Warehouse, stream: string, format: 'pages' | 'object', staged: readonly StagedRaw[]): Promise<void> {
  const [only, ...others] = staged;
  if (only === undefined) return;
  try {
    const paths = staged.flatMap(({ input }) => input.path ?? []);
    const largest = Math.max(...staged.map(({ input }) => input.raw.bytes));
    if (isExportedList(stream)) await warehouse.run(`create or replace table list_file as ${listFileSelect(stream, paths, largest)}`);
    else await warehouse.run(`create or replace table page as ${pageSelect(stream, format, paths)}`);
  } catch (error) {
    const { code, message } = asPipelineError(error);
    if (code !== 'internal' || !UNREADABLE.test(message)) throw error;
    if (others.length > 0) {
      for (const one of staged) await readPages(warehouse, stream, format, [one]);
      return;
    }
    const reason = literal(message.replace(/^DuckDB: /, '').slice(0, 200));
    await warehouse.run(`insert into quarantined values (${only.rawId}, 1, '', null, '', 'bad_value', ${reason})`);
    return;
  }
  if (isExportedList(stream)) {
    await tellLists(warehouse, stream);
    return;
  }
  if (format === 'pages') await warehouse.run(ANSWERED_INSERT);
  for (const seen of seenInserts(stream)) await warehouse.run(seen);
  const pages = pageInsert(stream);
  if (pages !== null) await warehouse.run(pages);
  await warehouse.run('drop table page');
}

/** Records set aside were nulled in the file: without this they would count as null elements too. */
async function dropQuarantined(warehouse: Warehouse): Promise<void> {
  for (const object of [...OBJECT_NAMES, 'exported']) {
    await warehouse.run(`delete from seen_${object} as s using quarantined as q
      where s.raw_id = q.raw_id and s.line = q.line and s.list = q.list and s.item is not distinct from q.item`);
  }
}

async function countRecords(warehouse: Warehouse, staged: readonly StagedRaw[]): Promise<void> {
  const found = await warehouse.rows(`select raw_id, verdict, count(*)::integer as n from (${records}) group by all
    union all
    select raw_id, 'quarantined', count(*)::integer from (select distinct raw_id, line, list, item from quarantined) group by all`);
  const byId = new Map(staged.map((one) => [one.rawId, one]));
  for (const { raw_id, verdict, n } of found) {
    const one = byId.get(Number(raw_id));
    if (one === undefined) continue;
    const count = Number(n);
    one.tally = { ...one.tally, read: one.tally.read + count, [String(verdict)]: count };
  }
}

/**
 * Reads a batch of raw objects into the relations that the models start from (`raw_object`, `quarantined`, `answered`, `seen_<object>`, `seen_exported`, `new_page`),
 * each raw object once; files of streaming history are left to those who know them. At most 2,000 pages or 64 MB of gzip at a time. The tallies add up: read = kept + duplicate + filtered + quarantined.
 */
export async function stage(warehouse: Warehouse, inputs: readonly StageInput[]): Promise<readonly StagedRaw[]> {
  const staged = inputs.map((input, index) => ({ rawId: index, input, tally: NOTHING }));
  await createRelations(warehouse);
  await describeInputs(warehouse, staged);
  const readable = staged.filter(({ input }) => input.path !== null && isReadable(input.stream ?? ''));
  for (const stream of new Set(readable.map(({ input }) => input.stream ?? ''))) {
    for (const format of ['pages', 'object'] as const) {
      const ofOne = readable.filter(({ input }) => input.stream === stream && input.raw.format === format);
      await readPages(warehouse, stream, format, ofOne);
    }
  }
  if (inputs.some(({ quarantined }) => quarantined.length > 0)) await dropQuarantined(warehouse);
  await countRecords(warehouse, staged);
  return staged;
}
