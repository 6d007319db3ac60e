import { PipelineError } from '../../kernel/errors.ts';
import { tokensOf } from '../cloud/tokens.ts';

/** What holds no words of SQL: comments, texts, names. https://docs.snowflake.com/en/sql-reference/data-types-text */
const SILENT = /--[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\]|''|\\[\s\S])*'|"(?:[^"]|"")*"|\$\$[\s\S]*?\$\$/g;

const READS: ReadonlySet<string> = new Set(['select', 'with', 'values']);

/**
 * Refuses a person's SQL that is not one SELECT or EXPLAIN of one. It is asked as a role that may read views and nothing else, and Snowflake is told to take
 * one statement. Errors: `bad_sql`.
 */
export function guard(sql: string): void {
  const told = sql.replaceAll(SILENT, (text) => (/^['"$]/.test(text) ? ' _ ' : ' '));
  if (/['"]|\$\$|\/\*/.test(told)) throw refused('a text, a name or a comment does not end');
  const tokens = tokensOf(told).map((token) => token.toLowerCase());
  const statement = tokens.at(-1) === ';' ? tokens.slice(0, -1) : tokens;
  if (statement.includes(';') || told.includes('->>')) throw refused('one statement at a time');
  if (!READS.has(firstWord(statement))) throw refused('only SELECT can be asked here');
  // `WITH p AS PROCEDURE … CALL p()` begins as a query does; functions of SYSTEM$ do things to sessions and queries.
  if (statement.includes('procedure') || statement.includes('call')) throw refused('a procedure cannot be called here');
  if (/\bsystem\$/i.test(told)) throw refused('functions of the system cannot be asked here');
}

/** Of the statement that is run or explained. */
function firstWord(words: readonly string[]): string {
  let at = 0;
  if (words[at] === 'explain') at += words[at + 1] === 'using' ? 3 : 1;
  while (words[at] === '(') at += 1;
  return words[at] ?? '';
}

const refused = (message: string): PipelineError =>
  new PipelineError(message, { code: 'bad_sql', hint: 'A query is one SELECT (or EXPLAIN of one) over the tables of the lake.' });
