/** In plain words what docs/ledger.md says of each rule. */
const REASONS: Readonly<Record<string, string>> = {
  rule_1a: 'polled again: the same moment and item as another polled record',
  rule_1b: 'the same second, length and item as another record of the extended history',
  rule_1c: 'a near copy: the same item and length, at most 30 seconds from another record',
  rule_1d: 'the same minute, names and length as a record of another file of the account history',
  rule_2: 'the extended history tells of the same play, and is believed first',
  rule_3: 'an export tells of the same play, and is believed first',
  closed_by_export: 'an export tells of every play of that day, and this is none of them',
};

/** Why the ledger gave a record this verdict, in plain words. */
export function reasonText(verdict: string, reason: string | null): string {
  if (reason !== null) return REASONS[reason] ?? reason;
  return verdict === 'kept' ? 'stands for its play' : '';
}
