import keptMembers from '../duckdb/kept/members.sql';
import keptStays from '../duckdb/kept/stays.sql';
import { argumentsOf, type Node, nodesOf, tokensOf } from './tokens.ts';

/** A call, of which the arguments are in the engine's SQL already. */
export type Call = (args: readonly string[]) => string;

/** What an engine says otherwise than the texts that all engines in the cloud share, which are written as for DuckDB. */
export interface Words {
  /** A token that stands for itself: `$name`, a text, a quoted name, a word, a sign. */
  token(token: string): string;
  /** `stored.<table>` or `shown.<table>`; `isNamed`: the text gives it a name itself. */
  table(schema: 'stored' | 'shown', name: string, isNamed: boolean): string;
  /** `value::type`. */
  cast(value: string, type: string): string;
  /** `interval 1 day`. */
  interval(count: string, unit: string): string;
  /** Functions that are called otherwise or mean something else. Any other is passed on. */
  readonly calls: Readonly<Record<string, Call>>;
  /** `call(args) filter (where condition)`; null: the engine says it so, too. */
  filtered(call: string, args: readonly string[], condition: string): string | null;
}

/** Words before a parenthesis that are no function. */
const KEYWORDS: ReadonlySet<string> = new Set(
  'all and as between by case distinct else end exists filter from having in interval is join like limit not on or over select then union using values when where with'.split(
    ' ',
  ),
);

/**
 * A text of a report or a view in an engine's SQL. It knows what these texts are written in and no more: `::type`, intervals, `stored.<table>`, `is [not] false`,
 * functions, `kept.<what>`. Not told apart, and so not to be written in a text for all: grouping by an alias or by `all`, `*` but one column, joins that one engine lacks,
 * a qualified column after `using`. `change`: what is done to the whole text first.
 */
export function translated(sql: string, words: Words, change: (nodes: readonly Node[]) => readonly Node[] = (nodes) => nodes): string {
  return spoken(change(withKept(nodesOf(tokensOf(sql)))), words);
}

/** What DuckDB keeps with a session is worked out in place, from the tables that everybody may read. */
const KEPT: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({ members: keptMembers, stays: keptStays }).map(([name, text]) => [
    name,
    text.slice(text.indexOf(' as', text.indexOf('kept.')) + ' as'.length).replaceAll('stored.', ''),
  ]),
);

function withKept(nodes: readonly Node[]): readonly Node[] {
  const out: Node[] = [];
  for (let at = 0; at < nodes.length; at += 1) {
    const [node, kept] = [nodes[at], lower(nodes[at]) === 'kept' && nodes[at + 1] === '.' ? KEPT[lower(nodes[at + 2])] : undefined];
    if (node === undefined) continue;
    if (kept === undefined) out.push(typeof node === 'string' ? node : { group: withKept(node.group) });
    else {
      out.push({ group: nodesOf(tokensOf(kept)) });
      if (lower(nodes[at + 3]) !== 'as') out.push('as', lower(nodes[at + 2]));
      at += 2;
    }
  }
  return out;
}

function spoken(nodes: readonly Node[], words: Words): string {
  const out: string[] = [];
  for (let at = 0; at < nodes.length; at += 1) at += step(nodes, at, out, words);
  return out.join(' ');
}

const isWord = (node: Node | undefined): node is string => typeof node === 'string' && /^[\p{L}_"]/u.test(node);
const lower = (node: Node | undefined): string => (typeof node === 'string' ? node.toLowerCase() : '');

/** Adds to `out` what stands at a place, and gives how many nodes after it are used up. */
function step(nodes: readonly Node[], at: number, out: string[], words: Words): number {
  const [node, next, afterNext] = [nodes[at], nodes[at + 1], nodes[at + 2]];
  if (node === undefined) return 0;
  if (typeof node !== 'string') {
    out.push(`(${spoken(node.group, words)})`);
    return 0;
  }
  const word = node.toLowerCase();
  if ((word === 'stored' || word === 'shown') && next === '.' && isTable(nodes, at)) {
    out.push(words.table(word, lower(afterNext), lower(nodes[at + 3]) === 'as'));
    return 2;
  }
  if (node === '.') {
    out.push(`${out.pop() ?? ''}.${lower(next)}`);
    return 1;
  }
  if (node === '::') {
    out.push(words.cast(out.pop() ?? '', lower(next)));
    return 1;
  }
  if (word === 'interval' && /^\d+$/.test(lower(next))) {
    out.push(words.interval(lower(next), lower(afterNext)));
    return 2;
  }
  if (word === 'is' && (lower(next) === 'false' || (lower(next) === 'not' && lower(afterNext) === 'false'))) {
    const isTrueOrNull = `coalesce(${out.pop() ?? ''}, true)`;
    out.push(lower(next) === 'not' ? isTrueOrNull : `not ${isTrueOrNull}`);
    return lower(next) === 'not' ? 2 : 1;
  }
  if (isWord(node) && !KEYWORDS.has(word) && next !== undefined && typeof next !== 'string') return call(nodes, at, out, words);
  out.push(words.token(node));
  return 0;
}

/** `shown` is a name that texts give to what they work out, too. */
const isTable = (nodes: readonly Node[], at: number): boolean =>
  lower(nodes[at]) === 'stored' || /^(from|join)$/.test(lower(nodes[at - 1]));

function call(nodes: readonly Node[], at: number, out: string[], words: Words): number {
  const [word, group, filter, condition] = [lower(nodes[at]), nodes[at + 1], nodes[at + 2], nodes[at + 3]];
  if (group === undefined || typeof group === 'string') return 0;
  const args = (): readonly string[] => argumentsOf(group.group).map((argument) => spoken(argument, words));
  if (lower(filter) === 'filter' && condition !== undefined && typeof condition !== 'string' && lower(condition.group[0]) === 'where') {
    const said = words.filtered(word, args(), spoken(condition.group.slice(1), words));
    if (said !== null) {
      out.push(said);
      return 3;
    }
  }
  const known = words.calls[word];
  out.push(known === undefined ? `${word}(${spoken(group.group, words)})` : known(args()));
  return 1;
}
