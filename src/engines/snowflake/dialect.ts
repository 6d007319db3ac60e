import { PipelineError } from '../../kernel/errors.ts';
import { TABLES } from '../../tables/star-schema.ts';
import type { Node } from '../cloud/tokens.ts';
import { type Call, translated, type Words } from '../cloud/translation.ts';
import type { TimeZones } from '../duckdb/local-time.ts';
import type { Scalar } from '../engine.ts';
import { localTime } from './local-time.ts';
import { folded, type SnowflakePlace, schemaName, storedName } from './place.ts';
import { literal } from './quoted.ts';
import { TIMESTAMP } from './types.ts';

export interface Dialect {
  readonly place: Pick<SnowflakePlace, 'database' | 'schema'>;
  /** Where the days of each account begin. */
  readonly zones: TimeZones;
  readonly params: Readonly<Record<string, Scalar>>;
}

export interface BoundSql {
  readonly sql: string;
  /** In the order of the `?` of the SQL. */
  readonly binds: readonly (string | number | boolean | null)[];
}

/** Table of the summaries of runs: a line of each, as JSON. */
export const RUN_FILES = 'run_files';
/** View of the stays of items in playlists; no table of the declaration. */
export const PLAYLIST_STAYS = 'playlist_stays';

const TYPES: Readonly<Record<string, string>> = {
  bigint: 'NUMBER(19, 0)',
  integer: 'NUMBER(10, 0)',
  double: 'FLOAT',
  text: 'VARCHAR',
  timestamp: TIMESTAMP,
};

const typeOf = (name: string): string => TYPES[name.replace(/\(\d\)$/, '')] ?? name.toUpperCase();

const renamed =
  (name: string): Call =>
  (args) =>
    `${name}(${args.join(', ')})`;

/** Rows without a value are left out, as DuckDB does. */
const pick =
  (name: string): Call =>
  ([value, by]) =>
    `${name}(${value}, IFF(${value} IS NULL, NULL, ${by}))`;

/** An empty text is what LISTAGG gives of nothing. https://docs.snowflake.com/en/sql-reference/functions/listagg */
function joined([value = '', rest = '']: readonly string[]): string {
  const [, separator = rest, order = ''] = /^('(?:[^'\\]|''|\\.)*') (order by .*)$/s.exec(rest) ?? [];
  return `NULLIF(LISTAGG(${value}, ${separator})${order === '' ? '' : ` WITHIN GROUP (${order})`}, '')`;
}

/** `2026-11-21T10:00:00Z` and the like: neither T nor Z is left to what the session takes for a time. */
const instant = (text: string): string => `CAST(REPLACE(REPLACE(${text}, 'T', ' '), 'Z', '') AS ${TIMESTAMP})`;

/** A parameter, or a part of one. */
const IS_TEXT = /^(?:\$\w+$|split_part\(\$)/;

/** `'a'`, as the name that it is: parts of a date, paths into JSON. */
const bare = (text: string): string => text.slice(1, -1);

const CALLS: Readonly<Record<string, Call>> = {
  add_days: ([day, count]) => `DATEADD(DAY, ${count}, ${day})`,
  any_value: renamed('ANY_VALUE'),
  arg_max: pick('MAX_BY'),
  arg_min: pick('MIN_BY'),
  // Of whole numbers the average would be a decimal of six places.
  avg: ([value]) => `AVG(CAST(${value} AS FLOAT))`,
  bool_and: renamed('BOOLAND_AGG'),
  bool_or: renamed('BOOLOR_AGG'),
  cast: ([what = '']) => what.replace(/^(.*) as ([^ ]+)$/s, (_, value: string, type: string) => `CAST(${value} AS ${typeOf(type)})`),
  // CONCAT_WS is null where anything is.
  concat_ws: ([separator, ...parts]) => `ARRAY_TO_STRING(ARRAY_CONSTRUCT_COMPACT(${parts.join(', ')}), ${separator})`,
  date_add: ([part = '', count, at]) => `DATEADD(${bare(part).toUpperCase()}, ${count}, ${at})`,
  date_diff: ([part = '', from, to]) => `DATEDIFF(${bare(part).toUpperCase()}, ${from}, ${to})`,
  days_between: ([from, to]) => `DATEDIFF(DAY, ${from}, ${to})`,
  // A time is cast as it is: as text it would be cut to what the session shows of one.
  each_of: ([table, list, name, type = '']) =>
    `(SELECT listed.INDEX + 1 AS place, ${type === 'varchar' ? 'TO_VARCHAR(listed.VALUE)' : `CAST(listed.VALUE AS ${typeOf(type)})`} AS ${name}, whole.* FROM ${table} AS whole, LATERAL FLATTEN(INPUT => whole.${list}) AS listed)`,
  list_extract: ([list, place]) => `TO_VARCHAR(GET(${list}, ${place} - 1))`,
  greatest: renamed('GREATEST_IGNORE_NULLS'),
  if: renamed('IFF'),
  instant_of: ([text = '']) => instant(text),
  instant_text: ([at]) => `TO_VARCHAR(${at}, 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`,
  isodow: renamed('DAYOFWEEKISO'),
  json_extract_scalar: ([json, path = '']) => `TO_VARCHAR(GET_PATH(${json}, ${path.replace('$.', '')}))`,
  least: renamed('LEAST_IGNORE_NULLS'),
  // There is no function that brings one way to compose letters to another: two titles that differ in it are not one here.
  normalize: ([text = '']) => text,
  numbers: () => '(SELECT ROW_NUMBER() OVER (ORDER BY SEQ4()) - 1 AS number FROM TABLE(GENERATOR(ROWCOUNT => 100000)))',
  regexp_extract: ([text, pattern, group]) => `REGEXP_SUBSTR(${text}, ${pattern}, 1, 1, 'e', ${group})`,
  // What it guards is read for nothing where no rule counts so, and the answer is the same.
  rule_counts: () => 'TRUE',
  starts_with: renamed('STARTSWITH'),
  string_agg: joined,
  strip_accents: ([text = '']) => withoutAccents(text),
  strpos: ([text, sought]) => `POSITION(${sought}, ${text})`,
};

/** Letters of Latin scripts that are a letter of ASCII with a mark, and that letter; marks that stand alone go. */
const ACCENTED: readonly (readonly [letter: string, base: string])[] = [
  [0xc0, 0x24f],
  [0x1e00, 0x1eff],
].flatMap(([first = 0, last = 0]) =>
  Array.from({ length: last - first + 1 }, (_, at) => String.fromCodePoint(first + at)).flatMap((letter) => {
    const base = letter.normalize('NFD').replaceAll(/\p{M}/gu, '');
    return /^[a-zA-Z]$/.test(base) ? [[letter, base] as const] : [];
  }),
);
const MARKS = Array.from({ length: 0x70 }, (_, at) => String.fromCodePoint(0x300 + at)).join('');

function withoutAccents(text: string): string {
  const [letters, bases] = [ACCENTED.map(([letter]) => letter).join(''), ACCENTED.map(([, base]) => base).join('')];
  return `TRANSLATE(${text}, '${letters}${MARKS}', '${bases}')`;
}

/** The SQL of a report, as all engines take it, as Snowflake does. Errors: `bad_sql` for a parameter without a value. */
export function snowflakeSql(sql: string, dialect: Dialect): BoundSql {
  const said = translated(sql, wordsOf(dialect), (nodes) => withNulls(withPlaces(nodes, withNames(nodes))));
  const binds: BoundSql['binds'][number][] = [];
  const parts = said.split(/('(?:[^'\\]|''|\\.)*')/s).map((part, at) => {
    if (at % 2 === 1) return part;
    return part.replaceAll(/\$(\w+)/g, (_, name: string) => {
      const { said: marker, bind } = markerOf(givenValue(name, dialect.params));
      binds.push(bind);
      return marker;
    });
  });
  return { sql: parts.join(''), binds };
}

/** The SQL of a view, which has no parameters. */
export const snowflakeViewSql = (sql: string, place: Dialect['place'], zones: TimeZones): string =>
  snowflakeSql(sql, { place, zones, params: {} }).sql;

function wordsOf({ place, zones, params }: Dialect): Words {
  const table: Words['table'] = (schema, name, isNamed) => {
    if (schema === 'stored' && name === RUN_FILES) return `${storedRuns(place)} AS ${RUN_FILES}`;
    const isMerged = schema === 'stored' && TABLES.some((one) => one.name === name && one.strategy === 'latest');
    const full =
      schema === 'stored' ? storedName(place, isMerged ? `merged_${name}` : name) : `${schemaName(place, place.schema)}.${folded(name)}`;
    return `${full}${isNamed ? '' : ` AS ${name}`}`;
  };
  return {
    token: (token) => tokenOf(token, params),
    table,
    cast: (value, type) => (type === 'timestamp' && IS_TEXT.test(value) ? instant(value) : `CAST(${value} AS ${typeOf(type)})`),
    interval: (count, unit) => `INTERVAL '${count} ${unit}'`,
    calls: {
      ...CALLS,
      each_of: ([relation = '', ...others]) => CALLS.each_of?.([relation.replace(/ AS \w+$/, ''), ...others]) ?? '',
      local_time: ([account = '', at = '', asked]) => localTime(zones, account, at, askedZone(asked, params)),
      playlist_stays: () => table('shown', PLAYLIST_STAYS, false),
      run_streams_told: () =>
        `(SELECT whole.line, told.VALUE AS stream FROM ${storedRuns(place)} AS whole, LATERAL FLATTEN(INPUT => GET_PATH(whole.line, 'streams')) AS told)`,
    },
    filtered,
  };
}

/** A line of the table is text; it is read as what it holds. */
const storedRuns = (place: Dialect['place']): string => `(SELECT PARSE_JSON(LINE) AS line FROM ${storedName(place, RUN_FILES)})`;

function tokenOf(token: string, params: Dialect['params']): string {
  if (token.startsWith("'")) return literal(token.slice(1, -1).replaceAll("''", "'"));
  if (token.startsWith('"')) return folded(token.slice(1, -1).replaceAll('""', '"'));
  // A LIMIT is a constant.
  return token === '$limit' ? limitOf(givenValue('limit', params)) : token;
}

function limitOf(value: Scalar): string {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  throw new PipelineError('a limit must be a whole number', { code: 'bad_sql' });
}

function givenValue(name: string, params: Dialect['params']): Scalar {
  const value = params[name];
  if (value === undefined) throw new PipelineError(`the SQL names $${name}, and nothing says what it is`, { code: 'bad_sql' });
  return value;
}

/** The driver says of a number what it is only where it is whole. */
function markerOf(value: Scalar): { readonly said: string; readonly bind: BoundSql['binds'][number] } {
  if (typeof value === 'bigint') return { said: 'CAST(? AS NUMBER(38, 0))', bind: String(value) };
  if (typeof value === 'number' && !Number.isInteger(value)) return { said: 'CAST(? AS FLOAT)', bind: String(value) };
  return { said: '?', bind: value };
}

function askedZone(asked: string | undefined, params: Dialect['params']): string | null {
  if (asked === undefined || /^CAST\((null|NULL) AS VARCHAR\)$/.test(asked)) return null;
  const value = asked.startsWith('$') ? givenValue(asked.slice(1), params) : bare(asked);
  return value === null ? null : String(value);
}

/** Snowflake's aggregates have no FILTER. */
function filtered(call: string, args: readonly string[], condition: string): string {
  const [value = ''] = args;
  if (call === 'count' && value === '*') return `COUNT_IF(${condition})`;
  const isDistinct = value.startsWith('distinct ');
  const own = isDistinct ? value.slice('distinct '.length) : value;
  const only = `${isDistinct ? 'distinct ' : ''}IFF(${condition}, ${own}, NULL)`;
  return CALLS[call]?.([only]) ?? `${call}(${only})`;
}

const lower = (node: Node | undefined): string => (typeof node === 'string' ? node.toLowerCase() : '');
const within = (node: Node, change: (nodes: readonly Node[]) => readonly Node[]): Node =>
  typeof node === 'string' ? node : { group: change(node.group) };

/** Names that the text gives to what it works out: `with a as (…), b as (…)`. */
function withNames(nodes: readonly Node[]): ReadonlySet<string> {
  const names = nodes.flatMap((node, at) => {
    if (typeof node !== 'string') return [...withNames(node.group)];
    const isNamed = /^(with|,)$/.test(lower(nodes[at - 1])) && lower(nodes[at + 1]) === 'as' && typeof nodes[at + 2] === 'object';
    return isNamed ? [lower(node)] : [];
  });
  return new Set(names);
}

const SHOWN: ReadonlySet<string> = new Set(TABLES.map(({ name }) => name));

/** Tables with all that stands before their names: a view must not depend on who reads it. A text after `timestamp` is cast to it. */
function withPlaces(nodes: readonly Node[], own: ReadonlySet<string>): readonly Node[] {
  return nodes.flatMap((node, at): readonly Node[] => {
    const [word, before, after] = [lower(node), lower(nodes[at - 1]), lower(nodes[at + 1])];
    if (word === 'timestamp' && after.startsWith("'")) return [];
    if (before === 'timestamp' && word.startsWith("'")) return [node, '::', 'timestamp'];
    if (/^(from|join)$/.test(before) && after !== '.' && SHOWN.has(word) && !own.has(word)) return ['shown', '.', node];
    return [within(node, (group) => withPlaces(group, own))];
  });
}

const ENDS_ORDER: ReadonlySet<string> = new Set(['limit', 'rows', 'range']);

/** What is null comes last unless the text says otherwise: in Snowflake it comes first where the order goes down, or as the session wants it. */
function withNulls(nodes: readonly Node[]): readonly Node[] {
  const out: Node[] = [];
  let isOrder = false;
  let isTold = false;
  const endItem = (): void => {
    if (isOrder && !isTold) out.push('nulls', 'last');
    isTold = false;
  };
  for (const [at, node] of nodes.entries()) {
    const word = lower(node);
    if (isOrder && (word === ',' || ENDS_ORDER.has(word))) endItem();
    if (ENDS_ORDER.has(word)) isOrder = false;
    if (word === 'nulls') isTold = true;
    out.push(within(node, withNulls));
    if (word === 'by' && lower(nodes[at - 1]) === 'order') isOrder = true;
  }
  endItem();
  return out;
}
