import type { z } from 'zod';

/** A named question with its SQL, parameters and row type. Every surface shows the same ones. */
export interface Report<P extends z.ZodObject = z.ZodObject, R extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  /** The question in words, as a person would ask it. */
  readonly question: string;
  readonly params: P;
  readonly row: R;
  /** Tables and views it reads. */
  readonly reads: readonly string[];
  readonly sql: { readonly duckdb: string; readonly athena?: string; readonly snowflake?: string };
  /** `at-least`: over days without certain coverage the numbers are a lower bound, and surfaces say so. */
  readonly coverage: 'at-least' | 'exact' | 'none';
}
