import { PipelineError } from '../../kernel/errors.ts';
import { tokensOf } from '../cloud/tokens.ts';

const READS: ReadonlySet<string> = new Set(['select', 'with', 'values', 'table']);

/**
 * Refuses a person's SQL that is not one SELECT or EXPLAIN of one; Athena itself takes one statement only, and what the workgroup's role may not do it does not
 * do. Errors: `bad_sql`.
 */
export function guard(sql: string): void {
  const tokens = tokensOf(sql);
  const last = tokens.lastIndexOf(';') === tokens.length - 1 ? tokens.slice(0, -1) : tokens;
  if (last.includes(';')) throw refused('one statement at a time');
  if (!READS.has(firstWord(last))) throw refused('only SELECT can be asked here');
}

/** Of the statement that is run or explained. */
function firstWord(tokens: readonly string[]): string {
  const words = tokens.map((token) => token.toLowerCase());
  let at = 0;
  if (words[at] === 'explain') {
    at += 1;
    if (words[at] === 'analyze') at += 1;
    if (words[at] === 'verbose') at += 1;
    if (words[at] === '(' && /^(type|format)$/.test(words[at + 1] ?? '')) at = words.indexOf(')') + 1;
  }
  while (words[at] === '(') at += 1;
  return words[at] ?? '';
}

const refused = (message: string): PipelineError =>
  new PipelineError(message, { code: 'bad_sql', hint: 'A query is one SELECT (or EXPLAIN of one) over the tables of the lake.' });
