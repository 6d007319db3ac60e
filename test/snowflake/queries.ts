/** Queries in Snowflake's SQL, brought to DuckDB's. Functions and words that Tonearm does not write are refused, so that none of another engine passes. */
import { argumentsOf, type Node, nodesOf, tokensOf } from '../../src/engines/cloud/tokens.ts';

/** What DuckDB calls otherwise, or has not. A VARIANT is JSON here. */
export const QUERY_MACROS: readonly string[] = [
  "to_varchar(a) as case when typeof(a) = 'JSON' then json_extract_string(try_cast(a::varchar as json), '$') else a::varchar end, (a, form) as strftime(a, replace(replace(replace(replace(replace(replace(replace(form, '\"', ''), 'YYYY', '%Y'), 'MM', '%m'), 'DD', '%d'), 'HH24', '%H'), 'MI', '%M'), 'SS', '%S'))",
  'iff(a, b, c) as case when a then b else c end',
  "md5_number_upper64(a) as ('0x' || md5(a)[1:16])::ubigint::hugeint",
  "get(a, place) as json_extract(a, '$[' || place || ']')",
  "get_path(a, name) as json_extract(a, '$.' || name)",
  'parse_json(a) as a::json',
  "as_varchar(a) as json_extract_string(a, '$')",
  "as_integer(a) as json_extract_string(a, '$')::bigint",
  'to_timestamp_tz(a) as a::timestamptz',
  `elements_of(a) as from_json(a, '["json"]')`,
  'boolor_agg(a) as bool_or(a)',
  'booland_agg(a) as bool_and(a)',
  'convert_timezone(here, there, at_here) as timezone(there, timezone(here, at_here))',
  'dayofweekiso(a) as isodow(a)',
  'startswith(a, start) as starts_with(a, start)',
  'regexp_substr(a, pattern, place, occurrence, how, part) as regexp_extract(a, pattern, part)',
  'dateadd_day(count, a) as a::date + count::integer',
  'dateadd_millisecond(count, a) as a + to_milliseconds(count)',
];

/** Functions that are called alike, or are macros, or are said otherwise below. */
const FUNCTIONS: ReadonlySet<string> = new Set(
  `abs any_value array_construct_compact array_to_string as_integer as_varchar avg booland_agg boolor_agg cast chr coalesce concat convert_timezone count count_if
  date_part date_trunc dateadd datediff day dayofweekiso flatten generator get get_path greatest_ignore_nulls hour iff lag least_ignore_nulls listagg lower max max_by
  md5_number_upper64 min min_by mod month nullif parse_json position regexp_like regexp_replace regexp_substr replace row_number rpad seq4 split_part startswith substr
  sum to_timestamp_tz to_varchar translate trim year`.split(/\s+/),
);

/** Words before a parenthesis that are no function. */
const KEYWORDS: ReadonlySet<string> = new Set(
  'all and as between by case distinct else end exists from group having in interval is join lateral like not on or over select table then union using values when where with'.split(
    ' ',
  ),
);

/** What other engines say, and Snowflake does not. */
const STRANGE: ReadonlySet<string> = new Set(['filter', 'unnest', 'semi', 'anti', 'asof', 'ordinality']);

const CALLED: Readonly<Record<string, string>> = {
  greatest_ignore_nulls: 'greatest',
  least_ignore_nulls: 'least',
  regexp_like: 'regexp_full_match',
  listagg: 'string_agg',
};

const TYPES: Readonly<Record<string, string>> = {
  NUMBER: 'HUGEINT',
  FLOAT: 'DOUBLE',
  TIMESTAMP_NTZ: 'TIMESTAMP',
  TIMESTAMP_LTZ: 'TIMESTAMPTZ',
  VARIANT: 'JSON',
};
const NUMBERS: Readonly<Record<string, string>> = { '19': 'BIGINT', '10': 'INTEGER', '3': 'TINYINT', '38': 'HUGEINT' };

const refused = (message: string): Error => Object.assign(new Error(`SQL compilation error: ${message}`), { code: '002140' });

const lower = (node: Node | undefined): string => (typeof node === 'string' ? node.toLowerCase() : '');
const groupOf = (node: Node | undefined): readonly Node[] => (typeof node === 'object' ? node.group : []);

/** `sql`: its texts are DuckDB's already. */
export const duckQuery = (sql: string): string => spoken(nodesOf(tokensOf(sql)));

function spoken(nodes: readonly Node[]): string {
  const out: string[] = [];
  for (let at = 0; at < nodes.length; at += 1) at += step(nodes, at, out);
  return out.join(' ');
}

function step(nodes: readonly Node[], at: number, out: string[]): number {
  const [node, next] = [nodes[at], nodes[at + 1]];
  if (node === undefined) return 0;
  if (typeof node === 'object') {
    out.push(`(${spoken(node.group)})`);
    return 0;
  }
  const word = node.toLowerCase();
  if (STRANGE.has(word)) throw refused(`syntax error: unexpected '${node}'`);
  if (word === 'lateral' && lower(next) === 'flatten') {
    const input = spoken(groupOf(nodes[at + 2]).slice(3));
    out.push(`LATERAL (SELECT unnest(elements_of(${input})) AS "VALUE", generate_subscripts(elements_of(${input}), 1) - 1 AS "INDEX")`);
    return 2;
  }
  if (word === 'table' && typeof next === 'object' && lower(next.group[0]) === 'generator') {
    out.push(`range(${spoken(groupOf(next.group[1]).slice(3))}) AS numbered(seq4)`);
    return 1;
  }
  if (typeof next === 'object' && /^[a-z_]/i.test(node) && !KEYWORDS.has(word) && lower(nodes[at - 1]) !== 'as')
    return call(nodes, at, out);
  out.push(node);
  return 0;
}

function call(nodes: readonly Node[], at: number, out: string[]): number {
  const word = lower(nodes[at]);
  if (!FUNCTIONS.has(word)) throw refused(`Unknown function ${word.toUpperCase()}`);
  const group = groupOf(nodes[at + 1]);
  const args = argumentsOf(group).map(spoken);
  const [first = '', second = '', third = ''] = args;
  if (word === 'listagg' && lower(nodes[at + 2]) === 'within') {
    out.push(`string_agg(${spoken(group)} ${spoken(groupOf(nodes[at + 4]))})`);
    return 4;
  }
  const said: Readonly<Record<string, () => string>> = {
    array_construct_compact: () => `list_filter([${args.map((arg) => `(${arg})::varchar`).join(', ')}], lambda one: one is not null)`,
    cast: () => cast(group),
    date_part: () => `epoch_us(${second})`,
    dateadd: () => `dateadd_${first.toLowerCase()}(${second}, ${third})`,
    datediff: () => `date_diff('${first.toLowerCase()}', ${second}, ${third})`,
    position: () => `strpos(${second}, ${first})`,
    regexp_replace: () => `regexp_replace(${args.join(', ')}, 'g')`,
    seq4: () => 'seq4',
  };
  out.push(said[word]?.() ?? `${CALLED[word] ?? word}(${spoken(group)})`);
  return 1;
}

function cast(group: readonly Node[]): string {
  const as = group.findLastIndex((node) => lower(node) === 'as');
  const [type, size] = [String(group[as + 1]).toUpperCase(), groupOf(group[as + 2])];
  const known = type === 'NUMBER' ? NUMBERS[String(size[0])] : (TYPES[type] ?? type);
  if (known === undefined) throw refused(`Unsupported data type ${type}`);
  return `cast(${spoken(group.slice(0, as))} as ${known})`;
}
