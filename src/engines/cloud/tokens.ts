import { PipelineError } from '../../kernel/errors.ts';

/** A token, or what stands between two parentheses. */
export type Node = string | { readonly group: readonly Node[] };

const TOKEN =
  /--[^\n]*|\/\*[\s\S]*?\*\/|\s+|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$\w+|::|<>|!=|<=|>=|\|\||->|\/\/|[\p{L}_][\p{L}\p{N}_]*|\d+(?:\.\d+)?(?:e[+-]?\d+)?|[\s\S]/giu;
const IS_NOTHING = /^(?:\s|--|\/\*)/;

/** The tokens of an SQL text: comments and white space are none; texts, quoted names and `$name` are one each. */
export const tokensOf = (sql: string): readonly string[] =>
  [...sql.matchAll(TOKEN)].map(([text]) => text).filter((text) => !IS_NOTHING.test(text));

/** Errors: `bad_sql` where parentheses do not match. */
export function nodesOf(tokens: readonly string[]): readonly Node[] {
  const open: Node[][] = [[]];
  for (const token of tokens) {
    if (token === '(') open.push([]);
    else if (token !== ')') open.at(-1)?.push(token);
    else {
      const group = open.pop() ?? [];
      const outer = open.at(-1);
      if (outer === undefined) throw unmatched();
      outer.push({ group });
    }
  }
  const [whole] = open;
  if (open.length !== 1 || whole === undefined) throw unmatched();
  return whole;
}

const unmatched = (): PipelineError => new PipelineError('the parentheses of the SQL do not match', { code: 'bad_sql' });

/** What commas part. */
export function argumentsOf(group: readonly Node[]): readonly (readonly Node[])[] {
  const found: Node[][] = [[]];
  for (const node of group) {
    if (node === ',') found.push([]);
    else found.at(-1)?.push(node);
  }
  return found;
}
