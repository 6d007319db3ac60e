/** Where a record about a play came from. */
export type Origin = 'extended_history' | 'account_history' | 'recently_played';

/** Lower is better: which source is believed where two speak of one play. */
export const RANK: Readonly<Record<Origin, 1 | 2 | 3>> = { extended_history: 1, account_history: 2, recently_played: 3 };

/** What the ledger looks at of one record of one account. Times are milliseconds since 1970 (UTC). */
export interface Evidence {
  readonly origin: Origin;
  /** The play ended at or after this … */
  readonly endedFrom: number;
  /** … and before this; equal to `endedFrom` for a point in time. */
  readonly endedUntil: number;
  readonly msPlayed: number | null;
  readonly uri: string | null;
  readonly titleKey: string | null;
  readonly artistKeys: readonly string[];
  /** The second clock of the extended history, when an offline play began; null where it has none. */
  readonly offlineStamp: number | null;
  /** The export file it stood in; null for polled records. */
  readonly fileSha256: string | null;
}

/** What became of one record. */
export interface Verdict {
  readonly verdict: 'kept' | 'merged' | 'duplicate' | 'filtered';
  /** The rule that gave it, such as `rule_1b`, `closed_by_export`; null for `kept`. */
  readonly reason: string | null;
  /** Index of the `kept` record of the play that it speaks of; null where it adds none. */
  readonly play: number | null;
  /** For `kept`: 1 for the first of the plays that no identity tells apart (rule 6), 2 for the second, … ; 0 otherwise. */
  readonly ordinal: number;
}
