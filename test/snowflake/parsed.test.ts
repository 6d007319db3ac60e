import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { snowflakeSql } from '../../src/engines/snowflake/dialect.ts';
import { cloudSql } from '../../src/reports/cloud.ts';
import { REPORTS } from '../../src/reports/reports.ts';
import { NOW, ZONES } from '../../src/reports/testing.ts';

interface Parser {
  parse(sql: string, dialect: 'snowflake'): { readonly success: boolean; readonly error?: string; readonly ast?: unknown };
}

/** Of no grammar of Snowflake's own, and lenient: what it refuses is wrong, or one of those below. */
const PARSER: string = '@polyglot-sql/sdk';
const parser: Parser = await import(PARSER);

/** Statements of Snowflake that the parser does not know, or takes as they are without a look: docs.snowflake.com has each. */
const NOT_PARSED: readonly RegExp[] = [
  /^CREATE (DATABASE|SCHEMA) IF NOT EXISTS .* COMMENT = /,
  /^CREATE (WAREHOUSE|ROLE|FILE FORMAT|STAGE|STORAGE INTEGRATION) /,
  /^CREATE OR REPLACE (STREAM|PIPE|TASK) /,
  /^ALTER (STORAGE INTEGRATION|TASK|PIPE) /,
  /^DESC(RIBE)? /,
  /^GRANT [A-Z, ]+ ON (ALL (TABLES|VIEWS) IN SCHEMA|PIPE|TASK|INTEGRATION) /,
  /^DROP (SCHEMA|ROLE|INTEGRATION) /,
  /^EXECUTE TASK /,
  // Table functions of a schema.
  /\bTABLE\("[^(]*\(/,
];

/** Words that name nothing unless they are quoted. https://docs.snowflake.com/en/sql-reference/reserved-keywords */
const RESERVED = new Set(
  `account all alter and any as between by case cast check column connect connection constraint create cross current current_date current_time current_timestamp
  current_user database delete distinct drop else exists false following for from full grant group gscluster having ilike in increment inner insert intersect into is
  issue join lateral left like localtime localtimestamp minus natural not null of on or order organization qualify regexp revoke right rlike row rows sample schema
  select set some start table tablesample then to trigger true try_cast union unique update using values view when whenever where with`.split(
    /\s+/,
  ),
);

/** Names that a statement gives, in small letters; types of casts are among them. */
const namesGiven = (sql: string): readonly string[] =>
  [...sql.replaceAll(/'(?:[^'\\]|''|\\.)*'/gs, "''").matchAll(/\bas (?!select\b)([a-z_]\w*)|(?:with|,) ([a-z_]\w*) as \(/gi)].map(
    ([, column, relation]) => (column ?? relation ?? '').toLowerCase(),
  );

/** Statements of a file that was looked at; of a task, those of its body but for the words of its script. */
async function statementsOf(file: string): Promise<readonly string[]> {
  const text = await readFile(new URL(`../../src/engines/snowflake/${file}`, import.meta.url), 'utf8');
  return text
    .replaceAll(/^(?:IF \(|EXCEPTION|END).*$/gm, '')
    .split(/\n(?=-- |[A-Z]{3,}[A-Z ]* )/)
    .map((part) => part.trim().replace(/;$/, ''))
    .filter((part) => part !== '' && !part.startsWith('-- '));
}

/** The SQL of every report, by its name. */
function reports(): readonly (readonly [name: string, sql: string])[] {
  const named = Object.fromEntries(REPORTS.flatMap(({ params }) => Object.keys(params.shape)).map((name) => [name, 'x']));
  const params = { ...named, time_zone: null, limit: 5, threshold_hours: 5, content: 'music', now: NOW.toISOString() };
  const dialect = { place: { database: 'TONEARM', schema: 'LAKE' }, zones: ZONES, params };
  return [...REPORTS.map(({ name }) => name), 'scope'].map((name) => [name, snowflakeSql(cloudSql(name), dialect).sql] as const);
}

/** One of each shape: statements that differ in names and texts alone are taken or refused alike. */
function shapesOf(statements: readonly string[]): readonly string[] {
  const shape = (sql: string): string =>
    sql
      .replaceAll(/'(?:[^'\\]|''|\\.)*'/gs, "''")
      .replaceAll(/"(?:[^"]|"")*"/g, '""')
      .replaceAll(/\b(?:VARCHAR|BOOLEAN|DATE|VARIANT|NUMBER\(\d+, \d+\)|TIMESTAMP_NTZ\(6\))/g, 'T')
      .replaceAll(/([^,(]+, )\1+/g, '$1');
  return [...new Map(statements.map((sql) => [shape(sql), sql])).values()];
}

const faultOf = (sql: string): string | null => {
  const { success, error = '' } = parser.parse(sql, 'snowflake');
  return success ? null : error;
};

describe('SQL of Snowflake', () => {
  it('has statements for tables, views, loads and sums that a parser takes', async () => {
    const all = [...(await statementsOf('statements.golden.txt')), ...(await statementsOf('pipes.golden.txt'))];
    const parsed = shapesOf(all.filter((sql) => !NOT_PARSED.some((pattern) => pattern.test(sql))));
    expect(parsed.length).toBeGreaterThan(60);
    expect(parsed.map((sql) => [sql.slice(0, 80), faultOf(sql)]).filter(([, fault]) => fault !== null)).toEqual([]);
  });

  it('gives no name that is a word of Snowflake, in views and reports', async () => {
    const views = await statementsOf('statements.golden.txt');
    const names = new Set([...views, ...reports().map(([, sql]) => sql)].flatMap(namesGiven));
    expect(names.size).toBeGreaterThan(100);
    expect([...names].filter((name) => RESERVED.has(name))).toEqual([]);
  });

  it('has reports that a parser takes, which refuses what is broken', () => {
    for (const sql of ['SELECT a FROM b WHERE', 'SELECT (a FROM b', 'SELEC 1', 'SELECT CASE WHEN a THEN b FROM c'])
      expect([sql, faultOf(sql)]).not.toEqual([sql, null]);
    const texts = reports();
    expect(texts.map(([name, sql]) => [name, faultOf(sql)]).filter(([, fault]) => fault !== null)).toEqual([]);
    // Words of other engines that the parser takes, too.
    const foreign = /\b(?:filter \(|unnest|(?:semi|anti|asof) join|array_join|with ordinality|is (?:not )?(?:true|false))|::|\$\w/i;
    expect(texts.map(([name, sql]) => [name, foreign.exec(sql)?.[0]]).filter(([, found]) => found !== undefined)).toEqual([]);
  });
});
