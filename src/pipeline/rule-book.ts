import type { z } from 'zod';
import type { recordingSuggestions } from '../reports/recording-suggestions.ts';
import type { rules } from '../reports/rules.ts';

export type RuleInForce = z.output<typeof rules.row>;

/** A rule as somebody says it: all of it but when it was made. */
export type RuleDraft = Readonly<Record<string, unknown>>;

export interface RuleAdded {
  /** Of the file that holds it. */
  readonly key: string;
  /** With what it does to the plays there are now. */
  readonly rule: RuleInForce;
  /** The same rule was in force before, and nothing was written. */
  readonly wasThere: boolean;
}

/** Rules as they are kept in the lake, a readable file each. */
export interface RuleBook {
  list(options: { readonly account: string | null }, signal: AbortSignal): Promise<readonly RuleInForce[]>;
  /** Errors: `usage` for what is no rule, or contradicts one, and for an account that is not known. */
  add(draft: RuleDraft, signal: AbortSignal): Promise<RuleAdded>;
  /** Undoes a rule, damaged or not. Errors: `not_found`. */
  remove(id: string): Promise<{ readonly key: string }>;
}

export type RecordingSuggestion = z.output<typeof recordingSuggestions.row>;

/** What may be one recording beyond a shared ISRC, and what a person says to it. */
export interface Recordings {
  /** The most played first. */
  suggest(options: { readonly limit: number }, signal: AbortSignal): Promise<readonly RecordingSuggestion[]>;
  /** Makes the rule that the tracks, by their URIs, are one recording, or that they are not. Errors: those of a rule. */
  decide(tracks: readonly [string, string], isSame: boolean, signal: AbortSignal): Promise<RuleAdded>;
}
