import type { z } from 'zod';
import type { Engine, QueryLimits, ResultColumn, Scalar } from '../engines/engine.ts';
import { type Clock, createSystemClock } from '../kernel/clock.ts';
import { PipelineError } from '../kernel/errors.ts';
import { suggestion } from '../kernel/nearest.ts';
import { cloudSql } from './cloud.ts';
import type { Report } from './report.ts';
import scopeSql from './sql/scope.sql';
import { wholeSql } from './sql.ts';

export interface ReportResult {
  readonly report: string;
  /** As they were used, defaults included. */
  readonly params: Readonly<Record<string, Scalar>>;
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly (readonly Scalar[])[];
  /** `exact` where every day asked about is certain, whatever the report says of days that are not. */
  readonly coverage: Report['coverage'];
  /** Plays of the accounts, days and content asked about that rules leave out. */
  readonly hidden: number;
  /** UTC days asked about that are not certain; null where the report is not about plays. */
  readonly uncertainDays: number | null;
  /** Where there are no rows: what that means. */
  readonly note: string | null;
  readonly catalogVersion: number;
  readonly ms: number;
}

const LIMITS: QueryLimits = { rows: 100_000, bytes: 64 * 1024 * 1024, ms: 60_000 };

/**
 * Answers a report. `params` by name, as values or as text; those left out take their defaults.
 * The clock says which day is today and how old the newest data is.
 *
 * Errors: `usage` for a parameter that is unknown or no such value; those of the engine; `internal` where the engine has no SQL for it.
 */
export async function runReport(
  engine: Engine,
  report: Report,
  params: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
  clock: Pick<Clock, 'now'> = createSystemClock(),
): Promise<ReportResult> {
  const sql = report.sql[engine.dialect];
  if (sql === undefined) throw new PipelineError(`${report.name} has no SQL for ${engine.dialect}`, { code: 'internal' });
  const checked = checkedParams(report, params);
  const bound = { ...checked, now: clock.now().toISOString() };
  const result = await engine.query({ sql, params: bound, limits: LIMITS, trust: 'ours' }, signal);
  const rows: (readonly Scalar[])[] = [];
  for await (const batch of result.batches) rows.push(...batch);
  const scope = await scopeOf(engine, report, bound, signal);
  return {
    report: report.name,
    params: checked,
    columns: result.columns,
    rows,
    ...scope,
    note: rows.length === 0 ? report.whenEmpty : null,
    catalogVersion: result.catalogVersion,
    ms: result.stats().ms,
  };
}

const SCOPE: Report['sql'] = { duckdb: wholeSql(scopeSql), athena: cloudSql('scope'), snowflake: cloudSql('scope') };

async function scopeOf(
  engine: Engine,
  report: Report,
  bound: Readonly<Record<string, Scalar>>,
  signal: AbortSignal,
): Promise<Pick<ReportResult, 'coverage' | 'hidden' | 'uncertainDays'>> {
  const sql = SCOPE[engine.dialect];
  if (report.content === null || sql === undefined) return { coverage: report.coverage, hidden: 0, uncertainDays: null };
  const { account = null, from = null, to = null, time_zone = null, content = report.content, now = null } = bound;
  const params = { account, from: report.looksBack === true ? null : from, to, time_zone, content, now };
  const result = await engine.query({ sql, params, limits: LIMITS, trust: 'ours' }, signal);
  // To its end: a result that is left before it holds its memory until the next collection of garbage.
  const rows: (readonly Scalar[])[] = [];
  for await (const batch of result.batches) rows.push(...batch);
  const [hidden, days, uncertain] = (rows[0] ?? []).map(Number);
  const isCertain = days !== 0 && uncertain === 0;
  return { coverage: isCertain ? 'exact' : report.coverage, hidden: hidden ?? 0, uncertainDays: uncertain ?? 0 };
}

function checkedParams(report: Report, params: Readonly<Record<string, unknown>>): Readonly<Record<string, Scalar>> {
  const parsed = report.params.safeParse(params);
  if (parsed.success) return inOrder(report, parsed.data as Readonly<Record<string, Scalar>>);
  const problems = parsed.error.issues.map((issue) => problemOf(issue, params));
  const known = Object.keys(report.params.shape);
  const strange = parsed.error.issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []))[0];
  throw new PipelineError(`${report.name}: ${problems.join('; ')}`, {
    code: 'usage',
    hint: strange === undefined ? `Parameters: ${known.join(', ')}.` : suggestion(strange, known),
  });
}

/** A period that ends before it begins is a slip of the pen; an empty answer would hide it. */
function inOrder(report: Report, params: Readonly<Record<string, Scalar>>): Readonly<Record<string, Scalar>> {
  const { from, to } = params;
  if (typeof from !== 'string' || typeof to !== 'string' || from <= to) return params;
  throw new PipelineError(`${report.name}: from is ${from} and to is ${to}, which is before it`, { code: 'usage', hint: 'Swap the two.' });
}

function problemOf(issue: z.core.$ZodIssue, params: Readonly<Record<string, unknown>>): string {
  if (issue.code === 'unrecognized_keys') return `no parameter ${issue.keys.join(', ')}`;
  const name = String(issue.path[0]);
  if (params[name] === undefined) return `${name} is missing`;
  return `${name} is ${JSON.stringify(params[name])}, expected ${issue.message}`;
}
