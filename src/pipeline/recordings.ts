import { recordingSuggestions as report } from '../reports/recording-suggestions.ts';
import type { Context } from './context.ts';
import { withEngine } from './engine-access.ts';
import { reportRows } from './report-rows.ts';
import type { Recordings, RuleBook } from './rule-book.ts';

export function createRecordings(context: Context, rules: RuleBook): Recordings {
  return {
    suggest: ({ limit }, signal) => withEngine(context, (engine) => reportRows(engine, report, { limit }, context.clock, signal)),
    decide: (tracks, isSame, signal) => rules.add({ kind: isSame ? 'same_recording' : 'different_recordings', tracks }, signal),
  };
}
