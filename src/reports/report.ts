import type { z } from 'zod';

export type Content = 'music' | 'podcasts' | 'audiobooks' | 'all';

/** A named question with its SQL, parameters and row type. Every surface shows the same ones. */
export interface Report<P extends z.ZodObject = z.ZodObject, R extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  /** The question in words, as a person would ask it. */
  readonly question: string;
  readonly params: P;
  readonly row: R;
  /** Tables and views it reads. */
  readonly reads: readonly string[];
  /** Beside the parameters, `$now` is the time at which it is asked. */
  readonly sql: { readonly duckdb: string; readonly athena?: string; readonly snowflake?: string };
  /**
   * Over days without certain coverage, plays may be missing, and surfaces say so. `at-least`: the numbers are a lower bound;
   * `at-most`: the list is longer than the truth. `exact`: nothing can be missing. `none`: it is not about plays.
   */
  readonly coverage: 'at-least' | 'at-most' | 'exact' | 'none';
  /** What of the plays it is about, unless a parameter `content` says it; null = not about plays. */
  readonly content: Content | null;
  /** All plays up to the end of the period matter to it, not only those of the period. */
  readonly looksBack?: true;
  /** What it means when there are no rows, for a person. */
  readonly whenEmpty: string;
}
