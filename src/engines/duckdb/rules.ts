import type { Rule } from '../../tables/rule.ts';
import { tableNamed } from '../../tables/star-schema.ts';
import { quoted } from './quoted.ts';

/** By column of `rules`; what is not there is null. */
type Row = Readonly<Record<string, string | undefined>>;

/** `rules` as a SELECT that holds its rows: there are few, and no file of the lake has them as a table. */
export function rulesSelect(rules: readonly Rule[]): string {
  const { columns } = tableNamed('rules');
  const rows = ruleRows(rules).map((row) => columns.map(({ name, type }) => literal(row[name], type)));
  const nothing = `select ${columns.map(({ name, type }) => `${literal(undefined, type)} as "${name}"`).join(', ')} where false`;
  return [nothing, ...rows.map((row) => `select ${row.join(', ')}`)].join(' union all ');
}

/** `rule_counts(counting)`: whether a rule counts plays so. A constant, so that what is needed for such a rule alone is not read without one. */
export function ruleCountsMacro(rules: readonly Rule[]): string {
  const countings = new Set(rules.flatMap((rule) => (rule.kind === 'count' ? [quoted(rule.counting)] : [])));
  return `create macro rule_counts(asked) as ${countings.size === 0 ? 'false' : `asked in (${[...countings].join(', ')})`}`;
}

const literal = (value: string | undefined, type: string): string =>
  `${value === undefined ? 'null' : quoted(value)}::${type === 'text' ? 'varchar' : type}`;

/** The rows of the table `rules`. */
export const ruleRows = (rules: readonly Rule[]): readonly Row[] => rules.flatMap(rowsOf);

/** A rule over several tracks is a row for each track after the first, beside the first. */
function rowsOf(rule: Rule): readonly Row[] {
  const shared = { rule_id: rule.rule_id, kind: rule.kind, note: rule.note, created_at: instant(rule.created_at) };
  if (rule.kind === 'same_recording' || rule.kind === 'different_recordings') {
    const [first, ...others] = rule.tracks;
    return others.map((other) => ({ ...shared, item_uri: first, other_uri: other }));
  }
  const own = { ...shared, account_id: rule.account };
  if (rule.kind === 'count') return [{ ...own, counting: rule.counting }];
  if (rule.kind === 'override') return [{ ...own, item_uri: rule.item, ...rule.set }];
  return [{ ...own, item_uri: rule.track, of_artist: rule.artist, of_show: rule.show, ...spanOf(rule.span ?? {}) }];
}

const isDay = (bound: string): boolean => bound.length === 10;
const instant = (text: string): string => text.replace('T', ' ').replace('Z', '');

function spanOf({ from, to }: { readonly from?: string | undefined; readonly to?: string | undefined }): Row {
  return {
    ...(from === undefined ? {} : isDay(from) ? { from_day: from } : { from_at: instant(from) }),
    ...(to === undefined ? {} : isDay(to) ? { to_day: to } : { to_at: instant(to) }),
  };
}
