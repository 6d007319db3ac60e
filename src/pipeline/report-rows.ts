import type { z } from 'zod';
import type { Engine } from '../engines/engine.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Report } from '../reports/report.ts';
import { runReport } from '../reports/run-report.ts';

/** The rows of a report as objects of its row type. */
export async function reportRows<R extends z.ZodObject>(
  engine: Engine,
  report: Report<z.ZodObject, R>,
  params: Readonly<Record<string, unknown>>,
  clock: Pick<Clock, 'now'>,
  signal: AbortSignal,
): Promise<readonly z.output<R>[]> {
  const { columns, rows } = await runReport(engine, report, params, signal, clock);
  return rows.map((row) => report.row.parse(Object.fromEntries(columns.map(({ name }, at) => [name, row[at]]))));
}
