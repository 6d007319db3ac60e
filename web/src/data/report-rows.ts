import type { z } from 'zod';
import type { coverage } from '../../../src/reports/coverage.ts';
import type { freshness } from '../../../src/reports/freshness.ts';
import type { listeningClock } from '../../../src/reports/listening-clock.ts';
import type { listeningTotals } from '../../../src/reports/listening-totals.ts';
import type { onThisDay } from '../../../src/reports/on-this-day.ts';
import type { playsPerDay } from '../../../src/reports/plays-per-day.ts';
import type { recentPlays } from '../../../src/reports/recent-plays.ts';
import type { runs } from '../../../src/reports/runs.ts';
import type { sessions } from '../../../src/reports/sessions.ts';
import type { streaks } from '../../../src/reports/streaks.ts';
import type { topAlbums } from '../../../src/reports/top-albums.ts';
import type { topArtists } from '../../../src/reports/top-artists.ts';
import type { topTracks } from '../../../src/reports/top-tracks.ts';
import type { ReportAnswer } from '../../../src/surfaces/http/answers.ts';

type RowOf<Report extends { readonly row: z.ZodObject }> = z.output<Report['row']>;

/** Rows of the reports that the page asks for, as the reports declare them. */
export interface ReportRows {
  readonly 'listening-totals': RowOf<typeof listeningTotals>;
  readonly 'plays-per-day': RowOf<typeof playsPerDay>;
  readonly 'listening-clock': RowOf<typeof listeningClock>;
  readonly 'top-tracks': RowOf<typeof topTracks>;
  readonly 'top-artists': RowOf<typeof topArtists>;
  readonly 'top-albums': RowOf<typeof topAlbums>;
  readonly 'recent-plays': RowOf<typeof recentPlays>;
  readonly sessions: RowOf<typeof sessions>;
  readonly coverage: RowOf<typeof coverage>;
  readonly freshness: RowOf<typeof freshness>;
  readonly runs: RowOf<typeof runs>;
  readonly streaks: RowOf<typeof streaks>;
  readonly 'on-this-day': RowOf<typeof onThisDay>;
}

export type ReportName = keyof ReportRows;

export interface Told<Row> {
  readonly rows: readonly Row[];
  readonly answer: ReportAnswer;
}

/** The rows by the names of their columns: the server sends each name once. */
export function toldOf<Row>(answer: ReportAnswer): Told<Row> {
  const names = answer.columns.map(({ name }) => name);
  const rows = answer.rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at] ?? null])) as Row);
  return { rows, answer };
}
