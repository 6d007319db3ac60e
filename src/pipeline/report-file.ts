import { stat } from 'node:fs/promises';
import { quoted } from '../engines/duckdb/quoted.ts';
import type { Engine } from '../engines/engine.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Report } from '../reports/report.ts';
import { reportSql } from '../reports/report-sql.ts';

const LIMITS = { rows: 1, bytes: 1_000, ms: 60_000 };

/**
 * Writes the rows of a report to a Parquet file of this machine, and gives its bytes. The engine must be DuckDB's.
 *
 * Errors: as `runReport` has them.
 */
export async function writeReport(
  engine: Engine,
  report: Report,
  params: Readonly<Record<string, unknown>>,
  path: string,
  clock: Pick<Clock, 'now'>,
  signal: AbortSignal,
): Promise<number> {
  const rows = reportSql(report, params, engine.dialect, clock.now());
  const sql = `copy (\n${rows}\n) to ${quoted(path)} (format parquet, compression zstd)`;
  const { batches } = await engine.query({ sql, params: {}, limits: LIMITS, trust: 'ours' }, signal);
  for await (const _ of batches);
  return (await stat(path)).size;
}
