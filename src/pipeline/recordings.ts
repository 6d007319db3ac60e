import type { z } from 'zod';
import { recordingSuggestions as report } from '../reports/recording-suggestions.ts';
import type { Context } from './context.ts';
import { withEngine } from './engine-access.ts';
import { reportRows } from './report-rows.ts';
import type { RuleAdded, RuleBook } from './rules.ts';

export type RecordingSuggestion = z.output<typeof report.row>;

/** What may be one recording beyond a shared ISRC, and what a person says to it. */
export interface Recordings {
  /** The most played first. */
  suggest(options: { readonly limit: number }, signal: AbortSignal): Promise<readonly RecordingSuggestion[]>;
  /** Makes the rule that the tracks, by their URIs, are one recording, or that they are not. Errors: those of a rule. */
  decide(tracks: readonly [string, string], isSame: boolean, signal: AbortSignal): Promise<RuleAdded>;
}

export function createRecordings(context: Context, rules: RuleBook): Recordings {
  return {
    suggest: ({ limit }, signal) => withEngine(context, (engine) => reportRows(engine, report, { limit }, context.clock, signal)),
    decide: (tracks, isSame, signal) => rules.add({ kind: isSame ? 'same_recording' : 'different_recordings', tracks }, signal),
  };
}
