import type { DuckDBConnection } from '@duckdb/node-api';
import { PipelineError } from '../../kernel/errors.ts';
import { quoted } from './quoted.ts';

/**
 * Table functions a person's SQL may call. DuckDB's others read files, run SQL given as text, change the engine's settings from within a
 * SELECT (`enable_logging`, `enable_profiling` write files, and a failed attempt leaves the database unusable) or take raw addresses
 * (`arrow_scan`).
 */
const TABLE_FUNCTIONS: ReadonlySet<string> = new Set([
  'duckdb_columns',
  'duckdb_functions',
  'duckdb_keywords',
  'duckdb_tables',
  'duckdb_types',
  'duckdb_views',
  'generate_series',
  'histogram',
  'histogram_values',
  'json_each',
  'json_tree',
  'playlist_items_on',
  'pragma_table_info',
  'pragma_version',
  'range',
  'repeat',
  'repeat_row',
  'summary',
  'unnest',
]);

/** `EXPLAIN` with its options, and comments around them. */
const EXPLAIN =
  /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*explain\b(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*(?:analyze\b|\((?:\s*(?:analyze|format\s+\w+)\s*,?)+\))?/i;

export interface Judged {
  /** What to run: for EXPLAIN written anew around the statement that was judged. */
  readonly sql: string;
  readonly kind: 'select' | 'explain';
}

const refused = (message: string): PipelineError =>
  new PipelineError(message, { code: 'bad_sql', hint: 'A query is one SELECT (or EXPLAIN of one) over the tables of the lake.' });

/**
 * Judges a person's SQL by DuckDB's own parse of it: one statement, a SELECT, or EXPLAIN of one, that calls only table functions of the
 * list. The connection must be the one that will run it, already locked.
 *
 * Errors: `bad_sql`, with DuckDB's message where the SQL does not parse.
 */
export async function judge(connection: DuckDBConnection, sql: string): Promise<Judged> {
  if (sql.includes('\0')) throw refused('a query holds no NUL character');
  const options = EXPLAIN.exec(sql)?.[0] ?? null;
  const inner = options === null ? sql : sql.slice(options.length);
  const tree = await parsed(connection, inner);
  const called = tableFunctions(tree).filter((name) => !TABLE_FUNCTIONS.has(name.toLowerCase()));
  if (called.length > 0) throw refused(`a query may not call ${called.join(', ')}()`);
  if (options === null) return { sql, kind: 'select' };
  return { sql: `explain ${/\banalyze\b/i.test(withoutComments(options)) ? 'analyze ' : ''}${inner}`, kind: 'explain' };
}

const withoutComments = (text: string): string => text.replace(/--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\//g, ' ');

interface Serialized {
  readonly error: boolean;
  readonly error_type?: string;
  readonly error_message?: string;
  readonly statements?: readonly unknown[];
}

async function parsed(connection: DuckDBConnection, sql: string): Promise<unknown> {
  const reader = await connection.runAndReadAll(`select json_serialize_sql(${quoted(sql)}::varchar)`);
  const tree = JSON.parse(String(reader.getRows()[0]?.[0])) as Serialized;
  if (tree.error && tree.error_type === 'parser') throw new Error(`Parser Error: ${tree.error_message}`);
  if (tree.error) throw refused('only SELECT can be asked here');
  if (tree.statements?.length !== 1) throw refused(`one statement at a time; these are ${tree.statements?.length ?? 0}`);
  return tree.statements[0];
}

/** A loop and no recursion: a person may nest deeper than the stack. */
function tableFunctions(tree: unknown): readonly string[] {
  const names: string[] = [];
  const rest: unknown[] = [tree];
  while (rest.length > 0) {
    const node = rest.pop();
    if (node === null || typeof node !== 'object') continue;
    if ('type' in node && node.type === 'TABLE_FUNCTION' && 'function' in node) names.push(functionName(node.function));
    for (const child of Object.values(node)) rest.push(child);
  }
  return names;
}

function functionName(call: unknown): string {
  const isNamed = typeof call === 'object' && call !== null && 'function_name' in call && typeof call.function_name === 'string';
  if (!isNamed) throw refused('a query may not call a table function without a name');
  return String(call.function_name);
}
