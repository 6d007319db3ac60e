import { PipelineError } from '../../kernel/errors.ts';
import { type Call, translated, type Words } from '../cloud/translation.ts';
import type { TimeZones } from '../duckdb/local-time.ts';
import type { Scalar } from '../engine.ts';
import { literal } from './literal.ts';
import { localTime } from './local-time.ts';

export interface Dialect {
  /** Where the days of each account begin. */
  readonly zones: TimeZones;
  /** Put in as values where the SQL names them. */
  readonly params: Readonly<Record<string, Scalar>>;
}

const TYPES: Readonly<Record<string, string>> = { timestamp: 'timestamp(3)', text: 'varchar' };

/** DuckDB leaves out nulls, Trino gives null for one. */
const leavingOutNulls =
  (name: string): Call =>
  ([first = '', ...others]) =>
    others.reduce((one, other) => `coalesce(${name}(${one}, ${other}), ${one}, ${other})`, first);

const pick =
  (name: string): Call =>
  ([value, by]) =>
    `${name}(${value}, ${by}) filter (where ${value} is not null)`;

const renamed =
  (name: string): Call =>
  (args) =>
    `${name}(${args.join(', ')})`;

function joined([value = '', rest = '']: readonly string[]): string {
  const [, separator = rest, order = ''] = /^('(?:[^']|'')*') (order by .*)$/.exec(rest) ?? [];
  return `array_join(array_agg(${value} ${order}) filter (where ${value.replace(/^distinct /, '')} is not null), ${separator})`;
}

const CALLS: Readonly<Record<string, Call>> = {
  add_days: ([day, count]) => `cast(${day} + interval '1' day * ${count} as date)`,
  any_value: renamed('arbitrary'),
  arg_max: pick('max_by'),
  arg_min: pick('min_by'),
  days_between: ([from, to]) => `date_diff('day', cast(${from} as date), cast(${to} as date))`,
  each_of: ([table = '', list, name]) => `${table} cross join unnest(${list}) with ordinality as listed(${name}, place)`,
  greatest: leavingOutNulls('greatest'),
  instant_of: ([text]) => `cast(from_iso8601_timestamp(${text}) as timestamp(3))`,
  instant_text: ([at]) => `date_format(${at}, '%Y-%m-%dT%H:%i:%sZ')`,
  isodow: renamed('day_of_week'),
  least: leavingOutNulls('least'),
  list_extract: renamed('element_at'),
  // No sequence has more than 10,000 elements.
  numbers: () =>
    '(select thousands * 1000 + ones as number from unnest(sequence(0, 99, 1)) as by_thousands(thousands) cross join unnest(sequence(0, 999, 1)) as by_ones(ones))',
  playlist_stays: () => 'playlist_stays',
  // What it guards is read for nothing where no rule counts so, and the answer is the same.
  rule_counts: () => 'true',
  run_streams_told: () => "stored_run_files cross join unnest(cast(json_extract(line, '$.streams') as array(json))) as told(stream)",
  string_agg: joined,
  strip_accents: ([text]) => `regexp_replace(normalize(${text}, NFD), '\\p{M}', '')`,
};

function askedZone(asked: string | undefined): string | null {
  if (asked === undefined || /^cast\((cast\()?null as varchar\)/.test(asked)) return null;
  if (asked.startsWith("'")) return asked;
  throw new PipelineError('a time zone that is asked for must be a value', { code: 'internal' });
}

/** The SQL of a report or a view, as all engines take it, as Athena does. Errors: `bad_sql` for a parameter without a value. */
export function trinoSql(sql: string, { zones, params }: Dialect): string {
  return translated(sql, {
    token: (token) => bound(token, params),
    table: storedTable,
    cast,
    interval: (count, unit) => `interval '${count}' ${unit}`,
    calls: { ...CALLS, local_time: ([account = '', at = '', asked]) => localTime(zones, account, at, askedZone(asked)) },
    filtered: () => null,
  });
}

function bound(token: string, params: Dialect['params']): string {
  if (!token.startsWith('$')) return token;
  const value = params[token.slice(1)];
  if (value === undefined) throw new PipelineError(`the SQL names ${token}, and nothing says what it is`, { code: 'bad_sql' });
  return literal(value);
}

/** Where the SQL gives it no other name, it is called as in DuckDB. */
const storedTable: Words['table'] = (schema, name, isNamed) => `${schema}_${name}${isNamed ? '' : ` as ${name}`}`;

/** A literal is brought to what Trino reads: `2026-11-21T10:00:00Z` is no timestamp to it. */
function cast(value: string, type: string): string {
  // A part of a parameter, which holds an instant as we write it.
  if (type === 'timestamp' && value.startsWith('split_part(')) return `cast(from_iso8601_timestamp(${value}) as ${TYPES.timestamp})`;
  const isInstant = type === 'timestamp' && /^'\d{4}-\d\d-\d\dT[\d:.]+Z'$/.test(value);
  return `cast(${isInstant ? value.replace('T', ' ').replace('Z', '') : value} as ${TYPES[type] ?? type})`;
}
