import { VIEW_SQL } from '../engines/duckdb/views.ts';
import type { Engine, Scalar } from '../engines/engine.ts';
import { PipelineError } from '../kernel/errors.ts';
import { suggestion } from '../kernel/nearest.ts';
import type { ObjectStore } from '../landing/object-store.ts';
import type { RawLine } from '../landing/raw.ts';
import { readRawLines, readRawText } from '../landing/raw-reader.ts';
import { isHistoryStream } from '../source/export/history-contract.ts';
import { recordsOf } from '../source/records.ts';
import { STREAM_NAMES, type StreamName } from '../source/types.ts';
import { STORED_TABLES, TABLES, type Table } from '../tables/star-schema.ts';
import { duckDbType, fileColumns } from '../tables/stored.ts';
import type { Lineage, RowChoice } from './findings.ts';
import { jsonText, plainText, type RecordText, recordText } from './quarantined-record.ts';

/** Text of the element that is shown, in UTF-8 bytes. */
const MOST_TEXT = 64 * 1024;
const LIMITS = { rows: 2, bytes: 16 * 1024 * 1024, ms: 600_000 };

/** Stored tables that a view reads, through other views, too. */
function storedBehind(view: string): readonly string[] {
  const words = new Set([...(VIEW_SQL[view] ?? '').matchAll(/\b(?:from|join)\s+(?:stored\.)?(\w+)/gi)].map(([, name]) => name));
  const found = TABLES.filter(({ name }) => name !== view && words.has(name));
  return [...new Set(found.flatMap(({ name, strategy }) => (strategy === 'view' ? storedBehind(name) : [name])))];
}

function storedTable(name: string): Table {
  const table = TABLES.find((one) => one.name === name);
  if (table === undefined) {
    const known = STORED_TABLES.map((one) => one.name);
    throw new PipelineError(`there is no table ${name}`, { code: 'not_found', hint: suggestion(name, known) });
  }
  if (table.strategy !== 'view') return table;
  const behind = storedBehind(name);
  throw new PipelineError(`${name} is a view: its rows are worked out when reading`, {
    code: 'usage',
    hint: behind.length === 0 ? 'It is made of the summaries in runs/.' : `Ask for a row of ${behind.join(' or ')}.`,
  });
}

interface Condition {
  readonly column: string;
  readonly value: string;
}

/** `column=value` pairs where each begins with a column of the table; else values of the key's columns, in their order. */
function conditions(table: Table, key: readonly string[]): readonly Condition[] {
  const columns = fileColumns(table).map(({ name }) => name);
  const pairs = key.flatMap((text) => {
    const [, column = '', value = ''] = /^(\w+)=(.*)$/s.exec(text) ?? [];
    return columns.includes(column) ? [{ column, value }] : [];
  });
  if (pairs.length === key.length) return pairs;
  if (pairs.length === 0 && key.length <= table.key.length) return key.map((value, at) => ({ column: table.key[at] ?? '', value }));
  throw new PipelineError(`${key.join(' ')} is no key of ${table.name}`, {
    code: 'usage',
    hint: `Give its values in this order: ${table.key.join(' ')}; or pairs such as ${table.key[0]}=…`,
  });
}

/** `null` stands for no value where the column may have none; a text that is no value of the column's type matches nothing. */
function whereOf(table: Table, asked: readonly Condition[]): { sql: string; params: Readonly<Record<string, string>> } {
  const types = new Map(fileColumns(table).map(({ name, type }) => [name, duckDbType(type)]));
  const parts = asked.map(({ column }, at) => {
    const isValue = `"${column}" = try_cast($k${at}::varchar as ${types.get(column) ?? 'varchar'})`;
    return `(${isValue} or ("${column}" is null and lower($k${at}::varchar) = 'null'))`;
  });
  return { sql: parts.join(' and '), params: Object.fromEntries(asked.map(({ value }, at) => [`k${at}`, value])) };
}

const shown = (value: Scalar): null | boolean | number | string => (typeof value === 'bigint' ? String(value) : value);

async function findRow(engine: Engine, table: Table, asked: readonly Condition[], signal: AbortSignal): Promise<Lineage['row']> {
  const { sql, params } = whereOf(table, asked);
  const query = { sql: `select * from stored.${table.name} where ${sql}`, params, limits: LIMITS, trust: 'ours' } as const;
  const { columns, batches } = await engine.query(query, signal);
  const rows: (readonly Scalar[])[] = [];
  for await (const batch of batches) rows.push(...batch);
  const [row, another] = rows;
  const what = asked.map(({ column, value }) => `${column}=${value}`).join(' ');
  if (row === undefined) {
    throw new PipelineError(`no row of ${table.name} has ${what}`, { code: 'not_found', hint: `Its key is ${table.key.join(', ')}.` });
  }
  if (another !== undefined) {
    throw new PipelineError(`several rows of ${table.name} have ${what}`, {
      code: 'usage',
      hint: `Say more of its key: ${table.key.join(', ')}; \`null\` stands for no value.`,
    });
  }
  return Object.fromEntries(columns.map(({ name }, at) => [name, shown(row[at] ?? null)]));
}

const isStreamName = (name: string): name is StreamName => (STREAM_NAMES as readonly string[]).includes(name);

/** The element of that number; where an answer has several lists, the one that speaks of the row. The whole body where none fits. */
function elementOf(stream: string, body: unknown, item: number | null, key: readonly string[]): unknown {
  if (item === null || !isStreamName(stream)) return body;
  const found = (recordsOf(stream, body) ?? []).filter(({ path }) => path.at(-1) === item).map(({ value }) => value);
  const speaks = (value: unknown): boolean => {
    const text = JSON.stringify(value);
    return key.some((part) => part !== '' && text.includes(JSON.stringify(part)));
  };
  const [only] = found;
  if (found.length === 1) return only;
  return found.find(speaks) ?? body;
}

interface Place {
  readonly key: string;
  readonly line: number;
  readonly item: number | null;
  readonly stream: string;
  /** Texts by which an element is known to be the row's. */
  readonly names: readonly string[];
}

const fromBody = ({ stream, item, names }: Place, body: unknown): RecordText => jsonText(elementOf(stream, body, item, names), MOST_TEXT);

type Raw = NonNullable<Lineage['raw']>;

async function fromPages(store: ObjectStore, place: Place): Promise<Pick<Raw, 'request' | 'status' | 'observedAt' | 'record'>> {
  for await (const { line, text } of readRawLines(store, place.key)) {
    if (line !== place.line) continue;
    const { request, status, observed_at: observedAt, body, body_base64: base64 } = JSON.parse(text) as RawLine;
    const record = base64 === undefined ? fromBody(place, body ?? null) : plainText(Buffer.from(base64, 'base64'), MOST_TEXT);
    return { request, status, observedAt, record };
  }
  throw new PipelineError(`${place.key} is damaged: it has no line ${place.line}`, { code: 'corrupt', hint: 'Restore it from a backup.' });
}

function parsed(bytes: Uint8Array): { readonly body: unknown } | null {
  try {
    return { body: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
}

async function fromFile(store: ObjectStore, place: Place): Promise<Pick<Raw, 'request' | 'status' | 'observedAt' | 'record'>> {
  const { key: rawKey, stream, line, item } = place;
  if (isHistoryStream(stream) && item !== null) {
    const record = await recordText(store, { rawKey, stream, line, item, field: '' }, MOST_TEXT);
    return { request: null, status: null, observedAt: null, record };
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of readRawText(store, place.key)) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const json = parsed(bytes);
  const record = json === null ? plainText(bytes, MOST_TEXT) : fromBody(place, json.body);
  return { request: null, status: null, observedAt: null, record };
}

/**
 * A row of a stored table, and the line of raw that it came from: for a row that was merged from several sightings, that of the newest, or of
 * the first evidence. What looks like a token is hidden, and no more than 64 kB of the element are shown.
 *
 * Errors: `not_found` for a table or row that there is not; `usage` for a view, or where several rows match; `corrupt` where raw is gone or damaged.
 */
export async function lineage(store: ObjectStore, engine: Engine, choice: RowChoice, signal: AbortSignal): Promise<Lineage> {
  const table = storedTable(choice.table);
  const asked = conditions(table, choice.key);
  const row = await findRow(engine, table, asked, signal);
  const { _raw_key: key, _raw_line: line, _raw_item: item } = row;
  if (typeof key !== 'string' || typeof line !== 'number') return { table: table.name, row, raw: null };
  const stream = key.split('/')[1] ?? '';
  const names = Object.entries(row).flatMap(([name, value]) => (/_(id|uri)$|^id$/.test(name) && typeof value === 'string' ? [value] : []));
  const place: Place = { key, line, item: typeof item === 'number' ? item : null, stream, names };
  const facts = key.endsWith('.ndjson.gz') ? await fromPages(store, place) : await fromFile(store, place);
  return { table: table.name, row, raw: { key, line, item: place.item, stream, ...facts } };
}
