import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError } from '../../kernel/errors.ts';
import { writeReport } from '../../pipeline/report-file.ts';
import type { Report } from '../../reports/report.ts';
import { type ReportResult, runReport } from '../../reports/run-report.ts';
import { csvLine } from '../cli/render/csv.ts';
import type { Desk } from './desk.ts';
import { type Bytes, bytesOf } from './wire.ts';

type Params = Readonly<Record<string, string>>;
type Format = 'csv' | 'parquet';

const MOST_BYTES = 64 * 1024 * 1024;

export function formatOf(text: string | undefined): Format {
  if (text === 'csv' || text === 'parquet') return text;
  throw new PipelineError(`format is ${JSON.stringify(text ?? '')}`, { code: 'usage', hint: 'It is csv or parquet.' });
}

/** Of the report and the days asked for; whatever else an address says is not in it. */
export function fileNameOf(report: string, { from, to }: Params): string {
  const days = [from, to].filter((day) => day !== undefined && /^\d{4}-\d\d-\d\d$/.test(day));
  return [report, ...days].join('_');
}

/** Errors: `usage` for an account that is not known; those of `runReport`. */
export async function answered(desk: Desk, report: Report, params: Params, signal: AbortSignal): Promise<ReportResult> {
  await desk.app.refuseUnknown(params.account ?? null, signal);
  return runReport(desk.engine, report, params, signal, desk.clock, desk.scopes);
}

/** The rows as a file. Errors: as {@link answered}; `limit_exceeded`. */
export async function downloadOf(desk: Desk, report: Report, params: Params, format: Format, signal: AbortSignal): Promise<Bytes> {
  if (format === 'csv') {
    const { columns, rows } = await answered(desk, report, params, signal);
    return bytesOf([csvLine(columns.map(({ name }) => name)), ...rows.map(csvLine)].join(''));
  }
  await desk.app.refuseUnknown(params.account ?? null, signal);
  const folder = await mkdtemp(join(desk.tempFolder, 'tonearm-download-'));
  try {
    const path = join(folder, 'rows.parquet');
    if ((await writeReport(desk.engine, report, params, path, desk.clock, signal)) > MOST_BYTES) throw tooMuch();
    return new Uint8Array(await readFile(path));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const tooMuch = (): PipelineError =>
  new PipelineError('the file would be too large', { code: 'limit_exceeded', hint: 'Ask for fewer days, or use `tonearm export`.' });
