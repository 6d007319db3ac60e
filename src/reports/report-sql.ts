import type { Engine, Scalar } from '../engines/engine.ts';
import { PipelineError } from '../kernel/errors.ts';
import { checkedParams } from './params-checked.ts';
import type { Report } from './report.ts';

/**
 * The SQL of a report with every parameter in it as a value: `tonearm query` answers it with the rows of the report. `params` as for `runReport`, `now` the time
 * at which it is asked.
 *
 * Errors: `usage` for a parameter that is unknown or no such value, and for an engine in whose SQL reports are not told.
 */
export function reportSql(report: Report, params: Readonly<Record<string, unknown>>, dialect: Engine['dialect'], now: Date): string {
  if (dialect !== 'duckdb') {
    throw new PipelineError(`the SQL of a report is told for duckdb, not for ${dialect}`, { code: 'usage', hint: 'Leave --engine out.' });
  }
  const values: Readonly<Record<string, Scalar>> = { ...checkedParams(report, params), now: now.toISOString() };
  return withValues(report.sql.duckdb, values).replace(LEADING_COMMENT, '/* $1 */\n');
}

/** As an argument of a command, SQL that begins with `--` would be taken for an option. */
const LEADING_COMMENT = /^-- (.*)\n/;

/** What a `$name` may stand in without being a parameter, and parameters. */
const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\$(\w+)/g;

function withValues(sql: string, values: Readonly<Record<string, Scalar>>): string {
  return sql.replaceAll(TOKEN, (token, name: string | undefined) => {
    if (name === undefined) return token;
    const value = values[name];
    if (value === undefined) throw new PipelineError(`the SQL names ${token}, and nothing says what it is`, { code: 'internal' });
    return literal(value);
  });
}

/** A value as DuckDB's SQL writes it, fit to be followed by `::type`. Nothing in a text is an escape but the quote; a bare null has no type. */
function literal(value: Scalar): string {
  if (value === null) return 'null::varchar';
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`;
  return typeof value === 'boolean' || value >= 0 ? String(value) : `(${value})`;
}
