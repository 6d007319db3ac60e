import type { RawFormat } from '../landing/raw.ts';
import { literal } from './duckdb.ts';
import { duckDbTypeOf, OBJECTS, type ObjectName, SHAPES, type Shape, type Struct } from './shapes.ts';

/** The largest JSON value that is read, in bytes: a page of 50 tracks with markets has about 200 kB. */
const LARGEST_OBJECT = 32 * 1024 * 1024;

const AROUND: Readonly<Record<string, string>> = {
  added_at: 'VARCHAR',
  added_by: 'VARCHAR',
  is_local: 'BOOLEAN',
  played_at: 'VARCHAR',
  context_uri: 'VARCHAR',
};

function shapeOf(stream: string): Shape {
  const shape = SHAPES[stream];
  if (shape === undefined) throw new Error(`no shape for stream ${stream}`);
  return shape;
}

export function isStream(stream: string): boolean {
  return SHAPES[stream] !== undefined;
}

/** Whether its answers are pages of a list whose membership is kept. */
export function isPaged(stream: string): boolean {
  return SHAPES[stream]?.page !== undefined;
}

/** DDL of the relation that collects one kind of object while a batch is staged. */
export function seenTable(object: ObjectName): string {
  const around = Object.entries(AROUND).map(([name, type]) => `${name} ${name.endsWith('_at') ? 'TIMESTAMP' : type}`);
  return `create or replace table seen_${object} (
    raw_id INTEGER, line BIGINT, list VARCHAR, item BIGINT, stream VARCHAR, account VARCHAR, source VARCHAR, path VARCHAR, time_range VARCHAR,
    observed_at TIMESTAMP, look_at TIMESTAMP, walk_seq BIGINT, page_offset BIGINT, is_record BOOLEAN, is_null BOOLEAN,
    ${around.join(', ')}, o ${duckDbTypeOf(OBJECTS[object])})`;
}

function bodyColumns(body: Struct): string {
  return Object.entries(body)
    .map(([name, field]) => `'${name}': ${literal(duckDbTypeOf(field))}`)
    .join(', ');
}

function hrefOf(shape: Shape): string {
  if (shape.body.href !== undefined) return 'body.href';
  if (shape.page !== undefined) return `(${shape.page.from}).href`;
  return 'null::varchar';
}

const READ = `compression = 'gzip', filename = true, maximum_object_size = ${LARGEST_OBJECT}`;

/** SQL of one row per answer of one stream, with its body typed. Needs `raw_object`. */
function answerSelect(stream: string, format: RawFormat, paths: readonly string[]): string {
  const shape = shapeOf(stream);
  const list = `[${paths.map(literal).join(', ')}]`;
  if (format === 'pages') {
    const columns = `'line': 'BIGINT', 'observed_at': 'VARCHAR', 'request': 'STRUCT("method" VARCHAR, path VARCHAR, query JSON)', 'status': 'BIGINT', 'walk': 'STRUCT(started_at VARCHAR, seq BIGINT)', 'body': ${literal(duckDbTypeOf(shape.body))}`;
    return `select r.raw_id, p.line, r.stream, r.account, r.source, utc(p.observed_at) as observed_at,
        coalesce(utc(p.walk.started_at), utc(p.observed_at)) as look_at, p.walk.seq as walk_seq, p.request.path as path,
        p.request.query->>'time_range' as time_range, p.request.query->>'after' as after_cursor, p.request.method as method, p.status as status,
        case when p.status between 200 and 299 then p.body end as body
      from read_json(${list}, format = 'newline_delimited', records = true, columns = {${columns}}, ${READ}) as p
      join raw_object as r on r.path = p.filename`;
  }
  const packed = Object.keys(shape.body).map((name) => `'${name}': p."${name}"`);
  return `select raw_id, 1::bigint as line, stream, account, source, observed_at, observed_at as look_at, null::bigint as walk_seq,
      regexp_extract(href, '^https?://[^/]+(?:/v1)?(/[^?]*)', 1) as path, nullif(regexp_extract(href, '[?&]time_range=([a-z_]+)', 1), '') as time_range,
      nullif(regexp_extract(href, '[?&]after=([^&]+)', 1), '') as after_cursor, body
    from (
      select *, ${hrefOf(shape)} as href
      from (
        select r.raw_id, r.stream, r.account, r.source, r.observed_at, {${packed.join(', ')}} as body
        from read_json(${list}, format = 'unstructured', records = true, columns = {${bodyColumns(shape.body)}}, ${READ}) as p
        join raw_object as r on r.path = p.filename
      )
    )`;
}

function offsetOf(shape: Shape): string {
  if (shape.page !== undefined) return shape.page.kind === 'followed_artists' ? 'null::bigint' : `(${shape.page.from})."offset"`;
  return shape.body.offset === undefined ? 'null::bigint' : 'body."offset"';
}

/** Of lists whose membership is kept: which list a page is of, and what it says of the list. */
function factsOf(stream: string): { readonly listId: string; readonly facts: string; readonly from: string } | null {
  const { page } = shapeOf(stream);
  if (page === undefined) return null;
  const isCursor = page.kind === 'followed_artists';
  const isPlaylist = page.kind === 'playlist';
  const listId = isPlaylist ? (stream === 'playlists' ? 'body.id' : `regexp_extract(path, '/playlists/([^/?]+)', 1)`) : 'account';
  // Counting what a condition makes of each element copies none of them, as filtering the list would.
  const count = (condition: string): string => `list_count(list_transform(pg."items", lambda element: case when ${condition} then 1 end))`;
  // Pages that were asked for with some fields alone name the same items by other keys: they prove no absence.
  const isCut = isPlaylist ? `(${count('element.added_by is not null')} = 0) <> (${count('element.added_at is not null')} = 0)` : 'false';
  const newest = page.kind.startsWith('saved_')
    ? `utc(list_max(list_transform(pg."items", lambda element: element.added_at)))`
    : 'null::timestamp';
  const facts = `case when pg."items" is not null then {
      'seq': walk_seq, 'page_offset': ${isCursor ? 'null::bigint' : 'pg."offset"'}, 'page_count': len(pg."items"), 'total': pg.total,
      'is_first': ${isCursor ? 'after_cursor is null' : 'pg.previous is null'}, 'is_last': pg.next is null,
      'newest_added_at': ${newest}, 'is_cut': ${isCut}, 'item_count': ${count(page.isKnown)}
    } end`;
  return { listId, facts, from: page.from };
}

/**
 * SQL of the relation `page`: the elements of all lists of an answer side by side, `item` counting from 0, at least one row an answer. Of the
 * list number n, `size_n` tells how many elements it has, `o_n` is the object of one, `is_null_n` that there is none.
 * Nothing of an answer is kept as a list: what DuckDB reads of a list of objects again takes memory for 2,048 answers at once.
 */
export function pageSelect(stream: string, format: RawFormat, paths: readonly string[]): string {
  const shape = shapeOf(stream);
  const kept = factsOf(stream);
  const sizes = shape.elements.map(({ from }, n) => `len(${from}) as size_${n}`);
  const unnested = shape.elements.map(({ from }, n) => `unnest(${from}) as e_${n}`);
  const rows = `unnest(range(greatest(1, ${shape.elements.map(({ from }) => `coalesce(len(${from}), 0)`).join(', ')}))) as item`;
  const values = shape.elements.flatMap(({ value, around }, n) => {
    const of = (expression: string): string => expression.replace(/\be\b/g, `e_${n}`);
    const beside = Object.entries(around ?? {}).map(
      ([name, text]) => `${name.endsWith('_at') ? `utc(${of(text)})` : of(text)} as ${name}_${n}`,
    );
    return [`e_${n} is null as is_null_${n}`, `${of(value)} as o_${n}`, ...beside];
  });
  const outer = shape.elements.map((_, n) => `e_${n}`).join(', ');
  return `select * exclude (${outer}), ${values.join(', ')}
    from (
      select * exclude (body, pg), ${offsetOf(shape)} as page_offset, ${kept?.facts ?? 'null'} as facts, ${[...sizes, ...unnested].join(', ')}, ${rows}
      from (select *, ${kept?.listId ?? 'null::varchar'} as list_id, ${kept?.from ?? 'null'} as pg from (${answerSelect(stream, format, paths)}))
    )`;
}

/** SQL that adds every answer of `page` to `answered`, whatever its status. Only objects of pages know what was asked. */
export const ANSWERED_INSERT = 'insert into answered select raw_id, line, method, path, status, observed_at from page where item = 0';

/** SQL for each list of elements of `page` that adds it to its relation of seen objects. */
export function seenInserts(stream: string): readonly string[] {
  return shapeOf(stream).elements.map(({ list, object, around, isSingle, isAside }, n) => {
    const beside = Object.keys(around ?? {});
    const item = list === '' || isSingle === true ? 'null' : 'item';
    return `insert into seen_${object}
      (raw_id, line, list, item, stream, account, source, path, time_range, observed_at, look_at, walk_seq, page_offset, is_record, is_null${beside.map((name) => `, ${name}`).join('')}, o)
    select raw_id, line, ${literal(list)}, ${item}, stream, account, source, path, time_range, observed_at, look_at, walk_seq, page_offset,
      ${isAside !== true}, is_null_${n}${beside.map((name) => `, ${name}_${n}`).join('')}, o_${n}
    from page where item < size_${n}`;
  });
}

/** SQL that adds the pages of a list whose membership is kept to `new_page`; null where the stream has none. */
export function pageInsert(stream: string): string | null {
  const { page } = shapeOf(stream);
  if (page === undefined) return null;
  return `insert into new_page
    select ${literal(page.kind)}, list_id, ${page.kind === 'playlist' ? 'null' : 'account'}, look_at, facts, raw_id, line
    from page where item = 0 and facts is not null and list_id <> ''`;
}
