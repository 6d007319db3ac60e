import { PipelineError } from '../../kernel/errors.ts';
import { tokensOf } from '../cloud/tokens.ts';

/** What holds no words of SQL: comments, texts, names. https://docs.snowflake.com/en/sql-reference/data-types-text */
const SILENT = /--[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\]|''|\\[\s\S])*'|"(?:[^"]|"")*"|\$\$[\s\S]*?\$\$/g;

const READS: ReadonlySet<string> = new Set(['select', 'with', 'values']);

/** A stage that is written as a text, or as a name. */
const STAGE = ' _stage ';
/** Quotes keep no function from being called. */
const SYSTEM = /\bsystem\$/i;

/** What is silent, without a word of its own. */
function silenced(text: string): string {
  if (/^(?:'@|\$\$@)/.test(text)) return STAGE;
  if (text.startsWith('"')) return SYSTEM.test(text) ? ' system$ ' : ' _ ';
  return /^['$]/.test(text) ? ' _ ' : ' ';
}

/**
 * Refuses a person's SQL that is not one SELECT or EXPLAIN of one. It is asked as a role that may read views and nothing else, with no other role of the
 * user's beside it, and Snowflake is told to take one statement. Errors: `bad_sql`.
 */
export function guard(sql: string): void {
  const told = sql.replaceAll(SILENT, silenced);
  if (/['"]|\$\$|\/\*/.test(told)) throw refused('a text, a name or a comment does not end');
  const tokens = tokensOf(told).map((token) => token.toLowerCase());
  const statement = tokens.at(-1) === ';' ? tokens.slice(0, -1) : tokens;
  if (statement.includes(';') || told.includes('->>')) throw refused('one statement at a time');
  if (!READS.has(firstWord(statement))) throw refused('only SELECT can be asked here');
  // `WITH p AS PROCEDURE … CALL p()` begins as a query does; functions of SYSTEM$ do things to sessions and queries.
  if (statement.includes('procedure') || statement.includes('call')) throw refused('a procedure cannot be called here');
  if (SYSTEM.test(told)) throw refused('functions of the system cannot be asked here');
  // It calls any function, whatever its name: https://docs.snowflake.com/en/sql-reference/identifier-literal
  if (hasPair(statement, 'identifier', '(')) throw refused('a name is written as it is here, without IDENTIFIER');
  // The stage of a user is open to each of its roles.
  if (told.includes('@') || hasPair(statement, 'from', '_stage') || hasPair(statement, 'join', '_stage'))
    throw refused('stages cannot be read here');
}

const hasPair = (words: readonly string[], first: string, then: string): boolean =>
  words.some((word, at) => word === first && words[at + 1] === then);

/** Of the statement that is run or explained. */
function firstWord(words: readonly string[]): string {
  let at = 0;
  if (words[at] === 'explain') at += words[at + 1] === 'using' ? 3 : 1;
  while (words[at] === '(') at += 1;
  return words[at] ?? '';
}

const refused = (message: string): PipelineError =>
  new PipelineError(message, { code: 'bad_sql', hint: 'A query is one SELECT (or EXPLAIN of one) over the tables of the lake.' });
