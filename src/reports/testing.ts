/** For tests: a hand-made lake and the reports over it, asked at a fixed time. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDuckDbEngine } from '../engines/duckdb/engine.ts';
import type { TimeZones } from '../engines/duckdb/local-time.ts';
import type { Scalar } from '../engines/engine.ts';
import { createSampleLake, type SampleLake } from '../engines/testing.ts';
import type { Report } from './report.ts';
import { reportNamed } from './reports.ts';
import { type ReportResult, runReport } from './run-report.ts';

export const NOW = new Date('2026-11-21T12:00:00Z');

export type Params = Readonly<Record<string, unknown>>;

export interface ReportLake {
  ask(report: string | Report, params?: Params): Promise<ReportResult>;
  rows(report: string, params?: Params): Promise<readonly (readonly Scalar[])[]>;
  /** The named columns of each row, in the order asked for. */
  pick(report: string | Report, columns: string, params?: Params): Promise<readonly (readonly (Scalar | undefined)[])[]>;
  close(): Promise<void>;
}

export async function createReportLake(fill: (lake: SampleLake) => Promise<void>, zones: TimeZones = {}): Promise<ReportLake> {
  const lake = await createSampleLake(await mkdtemp(join(tmpdir(), 'tonearm-reports-')));
  await fill(lake);
  const { catalog, store, files, folder } = lake;
  const engine = createDuckDbEngine({ catalog, store, files, memoryLimit: '300MB', threads: 1, tempDir: join(folder, 'spill'), zones });
  const ask: ReportLake['ask'] = (report, params = {}) =>
    runReport(engine, typeof report === 'string' ? reportNamed(report) : report, params, new AbortController().signal, { now: () => NOW });
  return {
    ask,
    rows: async (name, params) => (await ask(name, params)).rows,
    pick: async (report, columns, params) => {
      const result = await ask(report, params);
      const places = columns.split(' ').map((column) => result.columns.findIndex((found) => found.name === column));
      return result.rows.map((row) => places.map((at) => row[at]));
    },
    close: async () => {
      await engine.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const SEEN = '2026-11-01 00:00:00';

/** A row of a dimension with its bookkeeping: seen at one time, in every column group it may have. */
export const dimension = (row: Params): Params => ({
  ...row,
  ...Object.fromEntries(
    ['core', 'album', 'ids', 'release', 'size', 'show'].flatMap((group) => [
      [`_${group}_at`, SEEN],
      [`_${group}_shape`, 2],
    ]),
  ),
});

/** A play of a minute of an export, of the account `me`, named by its time and track. */
export const play = (ended: string, track: string | null, more: Params = {}): Params => ({
  play_id: `${ended} ${track} ${JSON.stringify(more)}`,
  account_id: 'me',
  ended_at: ended,
  kind: 'track',
  track_id: track,
  track_uri: track === null ? null : `spotify:track:${track}`,
  track_name: 'Song',
  artist_name: 'Björk',
  ms_played: 60_000,
  confidence: 'certain',
  source: 'export',
  evidence_count: 1,
  ...more,
});
