/** What names a relation that a session can be given: a schema has none and is always made. */
const NAMED = /^create (?:or replace )?(?:view|macro|table)\s+(?:if not exists\s+)?([\w.]+)/i;

/** SQL that may ask which relations there are, or whose names are made while it runs. */
const ASKS_FOR_ALL = /\b(information_schema|duckdb_\w+|pg_\w+|sqlite_\w+|pragma\w*|show|describe|summarize|query|query_table)\b/i;

const wordsOf = (sql: string): readonly string[] => sql.toLowerCase().match(/\w+/g) ?? [];

/** The last part of a name in lower case: `stored.plays` and `plays` stand for each other, which makes more than is needed and never less. */
const baseOf = (name: string): string => name.slice(name.lastIndexOf('.') + 1).toLowerCase();

/**
 * Those of the statements that make what `sql` speaks of, and what that is made of, in their order. DuckDB opens a table's files to make its view, which for
 * all tables takes longer than most answers. Names are looked for as words: one that only looks like a table's makes that table, too.
 */
export function neededStatements(statements: readonly string[], sql: string): readonly string[] {
  if (ASKS_FOR_ALL.test(sql)) return statements;
  const made = new Map<string, string[]>();
  for (const statement of statements) {
    const name = NAMED.exec(statement.trimStart())?.[1];
    if (name !== undefined) made.set(baseOf(name), [...(made.get(baseOf(name)) ?? []), statement]);
  }
  const wanted = new Set<string>();
  const queue = [...wordsOf(sql)];
  for (let word = queue.pop(); word !== undefined; word = queue.pop()) {
    if (wanted.has(word) || !made.has(word)) continue;
    wanted.add(word);
    for (const statement of made.get(word) ?? []) queue.push(...wordsOf(statement));
  }
  return statements.filter((statement) => {
    const name = NAMED.exec(statement.trimStart())?.[1];
    return name === undefined || wanted.has(baseOf(name));
  });
}
