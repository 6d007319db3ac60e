import { PipelineError } from '../../kernel/errors.ts';
import { argumentsOf, type Node, nodesOf, tokensOf } from '../cloud/tokens.ts';
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

/** Words before a parenthesis that are no function. */
const KEYWORDS: ReadonlySet<string> = new Set(
  'all and as between by case distinct else end exists filter from having in interval is join like limit not on or over select then union using values when where with'.split(
    ' ',
  ),
);

const TYPES: Readonly<Record<string, string>> = { timestamp: 'timestamp(3)', text: 'varchar' };

type Call = (args: readonly string[], dialect: Dialect) => string;

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
  return `array_join(array_agg(${value} ${order}) filter (where ${value} is not null), ${separator})`;
}

const CALLS: Readonly<Record<string, Call>> = {
  any_value: renamed('arbitrary'),
  arg_max: pick('max_by'),
  arg_min: pick('min_by'),
  greatest: leavingOutNulls('greatest'),
  isodow: renamed('day_of_week'),
  least: leavingOutNulls('least'),
  local_time: ([account = '', at = '', asked], { zones }) => localTime(zones, account, at, askedZone(asked)),
  playlist_stays: () => 'playlist_stays',
  // What it guards is read for nothing where no rule counts so, and the answer is the same.
  rule_counts: () => 'true',
  string_agg: joined,
  strip_accents: ([text]) => `regexp_replace(normalize(${text}, NFD), '\\p{M}', '')`,
};

function askedZone(asked: string | undefined): string | null {
  if (asked === undefined || /^cast\((cast\()?null as varchar\)/.test(asked)) return null;
  if (asked.startsWith("'")) return asked;
  throw new PipelineError('a time zone that is asked for must be a value', { code: 'internal' });
}

/**
 * The SQL of a report or a view, as DuckDB takes it, as Athena does. It knows what these texts are written in and no more: `::type`, intervals, `stored.<table>`,
 * `is [not] false`, and functions that are called otherwise or mean something else (`arg_max`, `greatest`, …). Not told apart, and so not to be
 * written in a text for both: grouping by an alias or by `all`, `*` but one column, joins that Trino lacks, a qualified column after `using`.
 *
 * Errors: `bad_sql` for a parameter without a value.
 */
export function trinoSql(sql: string, dialect: Dialect): string {
  return translated(nodesOf(tokensOf(sql).map((token) => bound(token, dialect))), dialect).join(' ');
}

function bound(token: string, { params }: Dialect): string {
  if (!token.startsWith('$')) return token;
  const value = params[token.slice(1)];
  if (value === undefined) throw new PipelineError(`the SQL names ${token}, and nothing says what it is`, { code: 'bad_sql' });
  return literal(value);
}

const isWord = (node: Node | undefined): node is string => typeof node === 'string' && /^[\p{L}_"]/u.test(node);
const lower = (node: Node | undefined): string => (typeof node === 'string' ? node.toLowerCase() : '');

function translated(nodes: readonly Node[], dialect: Dialect): readonly string[] {
  const out: string[] = [];
  for (let at = 0; at < nodes.length; at += 1) at += step(nodes, at, out, dialect);
  return out;
}

/** Adds to `out` what stands at a place, and gives how many nodes after it are used up. */
function step(nodes: readonly Node[], at: number, out: string[], dialect: Dialect): number {
  const [node, next, afterNext] = [nodes[at], nodes[at + 1], nodes[at + 2]];
  if (node === undefined) return 0;
  if (typeof node !== 'string') {
    out.push(`(${translated(node.group, dialect).join(' ')})`);
    return 0;
  }
  const word = node.toLowerCase();
  if (word === 'stored' && next === '.') {
    out.push(storedTable(lower(afterNext), lower(nodes[at + 3])));
    return 2;
  }
  if (node === '.') {
    out.push(`${out.pop() ?? ''}.${lower(next)}`);
    return 1;
  }
  if (node === '::') {
    out.push(cast(out.pop() ?? '', lower(next)));
    return 1;
  }
  if (word === 'interval' && /^\d+$/.test(lower(next))) {
    out.push(`interval '${lower(next)}' ${lower(afterNext)}`);
    return 2;
  }
  if (word === 'is' && (lower(next) === 'false' || (lower(next) === 'not' && lower(afterNext) === 'false'))) {
    const isTrueOrNull = `coalesce(${out.pop() ?? ''}, true)`;
    out.push(lower(next) === 'not' ? isTrueOrNull : `not ${isTrueOrNull}`);
    return lower(next) === 'not' ? 2 : 1;
  }
  if (isWord(node) && !KEYWORDS.has(word) && next !== undefined && typeof next !== 'string') {
    out.push(call(word, next.group, dialect));
    return 1;
  }
  out.push(node);
  return 0;
}

function call(word: string, group: readonly Node[], dialect: Dialect): string {
  const known = CALLS[word];
  if (known === undefined) return `${word}(${translated(group, dialect).join(' ')})`;
  return known(
    argumentsOf(group).map((argument) => translated(argument, dialect).join(' ')),
    dialect,
  );
}

/** Where the SQL gives it no other name, it is called as in DuckDB. */
const storedTable = (name: string, next: string): string => (next === 'as' ? `stored_${name}` : `stored_${name} as ${name}`);

/** A literal is brought to what Trino reads: `2026-11-21T10:00:00Z` is no timestamp to it. */
function cast(value: string, type: string): string {
  const isInstant = type === 'timestamp' && /^'\d{4}-\d\d-\d\dT[\d:.]+Z'$/.test(value);
  return `cast(${isInstant ? value.replace('T', ' ').replace('Z', '') : value} as ${TYPES[type] ?? type})`;
}
