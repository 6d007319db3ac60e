import type { z } from 'zod';
import type { coverage } from '../reports/coverage.ts';

export type Month = z.output<typeof coverage.row>;

export interface CoverageOptions {
  readonly account: string | null;
  /** Days, `YYYY-MM-DD`; whole months are shown. */
  readonly from: string | null;
  readonly to: string | null;
}

/** When to ask Spotify for the next export, and why. */
export interface NextExport {
  readonly account: string;
  /** A day, `YYYY-MM-DD`; null where nothing is left to make certain. */
  readonly askOn: string | null;
  /** UTC days that are not certain yet. */
  readonly uncertainDays: number;
  readonly oldestUncertainDay: string | null;
  readonly because: string;
}

export interface Coverage {
  readonly months: readonly Month[];
  /** Of all the days known, whichever months were asked for. */
  readonly next: readonly NextExport[];
}
