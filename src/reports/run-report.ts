import type { Engine, Query, QueryLimits, Result, ResultColumn, Scalar } from '../engines/engine.ts';
import { type Clock, createSystemClock } from '../kernel/clock.ts';
import { PipelineError } from '../kernel/errors.ts';
import { cloudSql } from './cloud.ts';
import { checkedParams } from './params-checked.ts';
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
  /** UTC days asked about that are not certain, of each account from the first day of its record; null where the report is not about plays. */
  readonly uncertainDays: number | null;
  /** Where there are no rows: what that means. */
  readonly note: string | null;
  readonly catalogVersion: number;
  readonly ms: number;
}

const LIMITS: QueryLimits = { rows: 100_000, bytes: 64 * 1024 * 1024, ms: 60_000 };

/** Of the accounts, days and content that a question is about. */
export interface Scope {
  /** Plays that rules leave out. */
  readonly hidden: number;
  readonly days: number;
  /** Of these days. */
  readonly uncertain: number;
}

/** Where scopes are kept by whoever asks many questions of the same days; equal keys have equal scopes as long as lake and rules stand. */
export interface Scopes {
  of(key: string, find: () => Promise<Scope>): Promise<Scope>;
}

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
  scopes: Scopes = { of: (_, find) => find() },
): Promise<ReportResult> {
  const sql = report.sql[engine.dialect];
  if (sql === undefined) throw new PipelineError(`${report.name} has no SQL for ${engine.dialect}`, { code: 'internal' });
  const checked = checkedParams(report, params);
  const bound = { ...checked, now: clock.now().toISOString() };
  const [{ result, rows }, scope] = await both(
    engine,
    () => allOf(engine, { sql, params: bound }, signal),
    () => scopeOf(engine, report, bound, signal, scopes),
  );
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

/** At once on this machine, and to the end of both: whoever is told of a failure may close the engine. In a cloud nothing is paid for after a failure. */
async function both<A, B>({ dialect }: Engine, one: () => Promise<A>, other: () => Promise<B>): Promise<[A, B]> {
  if (dialect !== 'duckdb') return [await one(), await other()];
  const begun = [one(), other()] as const;
  await Promise.allSettled(begun);
  return [await begun[0], await begun[1]];
}

interface Answered {
  readonly result: Result;
  readonly rows: readonly (readonly Scalar[])[];
}

/** To its end: a result that is left before it holds its memory until the next collection of garbage. */
async function allOf(engine: Engine, asked: Pick<Query, 'sql' | 'params'>, signal: AbortSignal): Promise<Answered> {
  const result = await engine.query({ ...asked, limits: LIMITS, trust: 'ours' }, signal);
  const rows: (readonly Scalar[])[] = [];
  for await (const batch of result.batches) rows.push(...batch);
  return { result, rows };
}

const SCOPE: Report['sql'] = { duckdb: wholeSql(scopeSql), athena: cloudSql('scope'), snowflake: cloudSql('scope') };

async function scopeOf(
  engine: Engine,
  report: Report,
  bound: Readonly<Record<string, Scalar>>,
  signal: AbortSignal,
  scopes: Scopes,
): Promise<Pick<ReportResult, 'coverage' | 'hidden' | 'uncertainDays'>> {
  const sql = SCOPE[engine.dialect];
  if (report.content === null || sql === undefined) return { coverage: report.coverage, hidden: 0, uncertainDays: null };
  const { account = null, from = null, to = null, time_zone = null, content = report.content, now = null } = bound;
  const params = { account, from: report.looksBack === true ? null : from, to, time_zone, content, now };
  // Of the time, the day alone matters to it.
  const key = JSON.stringify({ ...params, now: String(now).slice(0, 10) });
  const { hidden, days, uncertain } = await scopes.of(key, async () => {
    const { rows } = await allOf(engine, { sql, params }, signal);
    const [first = 0, second = 0, third = 0] = (rows[0] ?? []).map(Number);
    return { hidden: first, days: second, uncertain: third };
  });
  const isCertain = days !== 0 && uncertain === 0;
  return { coverage: isCertain ? 'exact' : report.coverage, hidden, uncertainDays: uncertain };
}
