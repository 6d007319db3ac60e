/** The statements of Snowflake that Tonearm writes, brought to DuckDB. Any other is refused. */

import { duckQuery } from './queries.ts';

const TYPES: Readonly<Record<string, string>> = {
  'NUMBER(19, 0)': 'BIGINT',
  'NUMBER(3, 0)': 'TINYINT',
  'TIMESTAMP_NTZ(6)': 'TIMESTAMP',
  TIMESTAMP_LTZ: 'TIMESTAMPTZ',
  VARIANT: 'JSON',
  VARCHAR: 'VARCHAR',
  BOOLEAN: 'BOOLEAN',
  FLOAT: 'DOUBLE',
  DATE: 'DATE',
};

export const duckType = (type: string): string => {
  const known = TYPES[type];
  if (known === undefined) throw new Error(`no type of Snowflake: ${type}`);
  return known;
};

const TEXT = String.raw`'(?:[^'\\]|''|\\.)*'`;
const NAME = `"(?:[^"]|"")*"`;
const QUALIFIED = `${NAME}(?:\\.${NAME})*`;

/** What a text of Snowflake says. */
export const textOf = (literal: string): string => literal.slice(1, -1).replaceAll("''", "'").replaceAll(/\\(.)/g, '$1');
const duckText = (literal: string): string => `'${textOf(literal).replaceAll("'", "''")}'`;

/** Texts as DuckDB writes them, and what stands between them changed. */
export function outsideTexts(sql: string, change: (code: string) => string): string {
  return sql
    .split(new RegExp(`(${TEXT})`))
    .map((part, at) => (at % 2 === 1 ? duckText(part) : change(part)))
    .join('');
}

/** Statements about the bucket of the lake, and what loads it by itself. */
export type LakePlan =
  | { readonly kind: 'integration'; readonly name: string; readonly allowed: readonly string[] }
  | { readonly kind: 'told'; readonly of: 'integration' | 'policy' | 'trial'; readonly name: string }
  | { readonly kind: 'stage'; readonly name: string; readonly url: string; readonly integration: string }
  | { readonly kind: 'pipe'; readonly name: string; readonly copy: PipeCopy }
  | { readonly kind: 'task'; readonly name: string; readonly statements: readonly string[] }
  /** Ends a task where the query has no row. */
  | { readonly kind: 'unless'; readonly sql: string };

export interface PipeCopy {
  readonly into: string;
  readonly columns: string;
  readonly values: readonly string[];
  readonly stage: string;
  readonly path: string;
  readonly pattern: RegExp | null;
  readonly isJson: boolean;
}

/** What a statement is. `sql`: what DuckDB runs for it; null: it changes nothing that a table shows. */
export type Plan =
  | { readonly kind: 'ddl'; readonly sql: string | null; readonly adds: string | null }
  | { readonly kind: 'rows' | 'inserted' | 'updated' | 'deleted'; readonly sql: string }
  | { readonly kind: 'begin' | 'commit' | 'rollback' }
  | { readonly kind: 'put'; readonly path: string; readonly target: string }
  | { readonly kind: 'remove'; readonly stage: string }
  | {
      readonly kind: 'copy';
      readonly into: string;
      readonly columns: string;
      readonly values: readonly string[];
      readonly stage: string;
      readonly files: readonly string[];
      readonly format: string;
      readonly isForced: boolean;
    }
  | LakePlan
  /** Objects that must be there. */
  | { readonly kind: 'grant'; readonly needs: readonly string[] };

type Rule = readonly [pattern: RegExp, plan: (found: readonly string[], sql: string) => Plan];

const rule = (pattern: string, plan: Rule[1]): Rule => [
  new RegExp(`^${pattern.replaceAll('<name>', `(${QUALIFIED})`).replaceAll('<text>', `(${TEXT})`)}$`, 's'),
  plan,
];
const ddl = (sql: string | null, adds: string | null = null): Plan => ({ kind: 'ddl', sql, adds });

const query = (sql: string): string =>
  duckQuery(outsideTexts(sql, (code) => code.replaceAll(/"\w+"\."INFORMATION_SCHEMA"/g, 'information_schema')));

/** Columns without their comments, with types of DuckDB. */
const columnsOf = (listed: string): string =>
  listed
    .replaceAll(new RegExp(` COMMENT ${TEXT}`, 'gs'), '')
    .replaceAll(
      new RegExp(`(${NAME}) ([A-Z_]+(?:\\(\\d+(?:, \\d+)?\\))?)`, 'g'),
      (_, name: string, type: string) => `${name} ${duckType(type)}`,
    );

const valuesOf = (listed: string): readonly string[] => listed.split(/, (?=\$1|METADATA\$|CONCAT\()/);

const RULES: readonly Rule[] = [
  rule(
    'CREATE WAREHOUSE IF NOT EXISTS <name> WAREHOUSE_SIZE = XSMALL AUTO_SUSPEND = \\d+ AUTO_RESUME = TRUE INITIALLY_SUSPENDED = TRUE COMMENT = <text>',
    ([, name = '']) => ddl(null, `WAREHOUSE ${name}`),
  ),
  rule('CREATE DATABASE IF NOT EXISTS <name> COMMENT = <text>', ([, name = '']) =>
    ddl(`attach if not exists ':memory:' as ${name}`, `DATABASE ${name}`),
  ),
  rule('CREATE SCHEMA IF NOT EXISTS <name> COMMENT = <text>', ([, name = '']) =>
    ddl(`create schema if not exists ${name}`, `SCHEMA ${name}`),
  ),
  rule('CREATE FILE FORMAT IF NOT EXISTS <name> TYPE = PARQUET USE_LOGICAL_TYPE = TRUE NULL_IF = \\(\\)', ([, name = '']) =>
    ddl(null, `FILE FORMAT ${name}`),
  ),
  rule('CREATE STAGE IF NOT EXISTS <name> COMMENT = <text>', ([, name = '']) => ddl(null, `STAGE ${name}`)),
  rule('CREATE TABLE IF NOT EXISTS <name> \\((.*)\\) COMMENT = <text>', ([, name = '', listed = '']) =>
    ddl(`create table if not exists ${name} (${columnsOf(listed)})`),
  ),
  rule('ALTER TABLE <name> ADD COLUMN IF NOT EXISTS <name> ([A-Z_]+(?:\\([\\d, ]+\\))?)', ([, name = '', column = '', type = '']) =>
    ddl(`alter table ${name} add column if not exists ${column} ${duckType(type)}`),
  ),
  rule('CREATE OR REPLACE VIEW <name> COPY GRANTS COMMENT = <text> AS (SELECT .*)', ([, name = '', , sql = '']) =>
    ddl(`create or replace view ${name} as ${query(sql)}`),
  ),
  rule('CREATE ROLE IF NOT EXISTS <name> COMMENT = <text>', ([, name = '']) => ddl(null, `ROLE ${name}`)),
  rule('DROP SCHEMA IF EXISTS <name> CASCADE', ([, name = '']) => ddl(`drop schema if exists ${name} cascade`)),
  rule('DROP ROLE IF EXISTS <name>', () => ddl(null)),
  rule('GRANT [A-Z, ]+ ON ALL (?:TABLES|VIEWS) IN SCHEMA <name> TO ROLE <name>', ([, schema = '', role = '']) => ({
    kind: 'grant',
    needs: [`SCHEMA ${schema}`, `ROLE ${role}`],
  })),
  rule(
    'GRANT [A-Z, ]+ ON (WAREHOUSE|DATABASE|SCHEMA|STAGE|FILE FORMAT|PIPE|TASK) <name> TO ROLE <name>',
    ([, kind = '', name = '', role = '']) => ({
      kind: 'grant',
      needs: [`${kind} ${name}`, `ROLE ${role}`],
    }),
  ),
  rule('GRANT ROLE <name> TO USER <name>', ([, role = '']) => ({ kind: 'grant', needs: [`ROLE ${role}`] })),
  rule('USE SECONDARY ROLES NONE', () => ddl(null)),
  rule('BEGIN TRANSACTION', () => ({ kind: 'begin' })),
  rule('COMMIT', () => ({ kind: 'commit' })),
  rule('ROLLBACK', () => ({ kind: 'rollback' })),
  rule('PUT <text> <text> AUTO_COMPRESS = FALSE OVERWRITE = TRUE', ([, path = '', target = '']) => ({
    kind: 'put',
    path: textOf(path).replace('file://', ''),
    target: textOf(target),
  })),
  rule('REMOVE @<name>', ([, stage = '']) => ({ kind: 'remove', stage })),
  rule(
    'COPY INTO <name> \\(([^)]*)\\) FROM \\(SELECT (.*) FROM @<name>\\) FILES = \\((.*)\\) FILE_FORMAT = \\(FORMAT_NAME = <text>\\) ON_ERROR = ABORT_STATEMENT( FORCE = TRUE)?',
    ([, into = '', columns = '', values = '', stage = '', files = '', format = '', forced]) => ({
      kind: 'copy',
      into,
      columns,
      stage,
      isForced: forced !== undefined,
      values: valuesOf(values),
      files: [...files.matchAll(new RegExp(TEXT, 'gs'))].map(([text]) => textOf(text)),
      format: textOf(format),
    }),
  ),
  rule('INSERT INTO <name> \\((?:<name>(?:, )?)+\\) (?:SELECT|VALUES) .*', (_, sql) => ({ kind: 'inserted', sql: query(sql) })),
  rule('UPDATE <name> SET .* WHERE .*', (_, sql) => ({ kind: 'updated', sql: query(sql) })),
  rule('DELETE FROM <name>(?: WHERE .*)?', (_, sql) => ({ kind: 'deleted', sql: query(sql) })),
  rule('SELECT .* FROM "(?:.*)', (_, sql) => ({ kind: 'rows', sql: query(sql) })),
];

/** Any query of tables: what it is made of is looked at, word by word. */
const ASKED: Rule = [/^\(*\s*(?:select|with|values)\b.*$/is, (_, sql) => ({ kind: 'rows', sql: query(sql) })];

const SETTINGS = `ENABLED = TRUE STORAGE_AWS_ROLE_ARN = <text> STORAGE_ALLOWED_LOCATIONS = \\(((?:${TEXT}(?:, )?)+)\\)`;
const PIPE =
  /^COPY INTO ((?:"[^"]*"\.?)+) \(([^)]*)\) FROM \(SELECT (.*) FROM @((?:"[^"]*"\.?)+)\/(.*?)\) FILE_FORMAT = \(FORMAT_NAME = '(.*?)'\)(?: PATTERN = '(.*?)')? ON_ERROR = SKIP_FILE$/s;

function pipeCopy(sql: string): PipeCopy {
  const [, into, columns, values = '', stage, path, format = '', pattern] = PIPE.exec(sql) ?? [];
  if (into === undefined || columns === undefined || stage === undefined || path === undefined)
    throw new Error(`no COPY of a pipe: ${sql}`);
  const isJson = format.includes('JSON');
  return {
    into,
    columns,
    values: valuesOf(values),
    stage,
    path,
    pattern: pattern === undefined ? null : new RegExp(`^${pattern}$`),
    isJson,
  };
}

/** Each statement of a task must be one that Tonearm writes. */
function taskStatements(body: string): readonly string[] {
  const statements = body.split(';\n').filter((sql) => sql !== '' && !sql.startsWith('EXCEPTION'));
  for (const sql of statements) if (planOf(sql) === null) throw new Error(`not a statement of Tonearm: ${sql}`);
  return statements;
}

/** What Snowflake keeps of itself is in tables of the stand-in. */
const ofItself = (sql: string): string =>
  sql
    .replaceAll(new RegExp(`SYSTEM\\$PIPE_STATUS\\((${TEXT})\\)`, 'g'), '(select status from memory.main.pipe_status where pipe = $1)')
    .replaceAll(
      new RegExp(
        `TABLE\\("\\w+"\\."INFORMATION_SCHEMA"\\."COPY_HISTORY"\\(TABLE_NAME => (${TEXT}), START_TIME => DATEADD\\(DAY, -14, CURRENT_TIMESTAMP\\(\\)\\)\\)\\)`,
        'g',
      ),
      '(select * from memory.main.copy_history where table_key = $1)',
    )
    .replaceAll(
      /TABLE\("\w+"\."INFORMATION_SCHEMA"\."(\w+_HISTORY)"\(DATE_RANGE_START => DATEADD\(DAY, -7, CURRENT_TIMESTAMP\(\)\)(?:, WAREHOUSE_NAME => '\w+')?\)\)/g,
      'memory.main.$1',
    )
    .replaceAll(/DATEDIFF\(MINUTE, ([^,]+), CURRENT_TIMESTAMP\(\)\)/g, "date_diff('minute', $1, now())");

const LAKE_RULES: readonly Rule[] = [
  rule('SELECT (?:SYSTEM\\$PIPE_STATUS\\(<text>\\) AS <name>(?:, )?)+', (_, sql) => ({ kind: 'rows', sql: ofItself(sql) })),
  rule('SELECT (?:[^(]|COALESCE\\(SUM\\()*FROM TABLE\\("\\w+"\\."INFORMATION_SCHEMA".*_HISTORY".*', (_, sql) => ({
    kind: 'rows',
    sql: ofItself(sql),
  })),
  rule('SELECT "M"\\."VERSION", .* AS "MINUTES" FROM .*', (_, sql) => ({ kind: 'rows', sql: ofItself(sql) })),
  rule(
    `CREATE STORAGE INTEGRATION IF NOT EXISTS <name> TYPE = EXTERNAL_STAGE STORAGE_PROVIDER = 'S3' ${SETTINGS} COMMENT = <text>`,
    ([, name = '', , allowed = '']) => ({
      kind: 'integration',
      name,
      allowed: [...allowed.matchAll(new RegExp(TEXT, 'gs'))].map(([text]) => textOf(text)),
    }),
  ),
  rule(`ALTER STORAGE INTEGRATION <name> SET ${SETTINGS}`, ([, name = '']) => ({ kind: 'grant', needs: [`INTEGRATION ${name}`] })),
  rule('DROP INTEGRATION IF EXISTS <name>', () => ddl(null)),
  rule('DESC INTEGRATION <name>', ([, name = '']) => ({ kind: 'told', of: 'integration', name })),
  rule('SELECT SYSTEM\\$GET_AWS_SNS_IAM_POLICY\\(<text>\\) AS "POLICY"', ([, topic = '']) => ({
    kind: 'told',
    of: 'policy',
    name: textOf(topic),
  })),
  rule('SELECT SYSTEM\\$VALIDATE_STORAGE_INTEGRATION\\(<text>, <text>, <text>, <text>\\) AS "ANSWER"', ([, name = '']) => ({
    kind: 'told',
    of: 'trial',
    name: `"${textOf(name)}"`,
  })),
  rule(
    'CREATE STAGE IF NOT EXISTS <name> URL = <text> STORAGE_INTEGRATION = <name> COMMENT = <text>',
    ([, name = '', url = '', integration = '']) => ({
      kind: 'stage',
      name,
      url: textOf(url),
      integration,
    }),
  ),
  rule('CREATE FILE FORMAT IF NOT EXISTS <name> TYPE = JSON', ([, name = '']) => ddl(null, `FILE FORMAT ${name}`)),
  // As if nothing had been taken from it; who drives the task knows whether it has anything.
  rule('CREATE OR REPLACE STREAM <name> ON VIEW <name> APPEND_ONLY = TRUE COMMENT = <text>', ([, name = '', view = '']) =>
    ddl(`create or replace view ${name} as select * from ${view}`),
  ),
  rule(
    'CREATE OR REPLACE PIPE <name> AUTO_INGEST = TRUE AWS_SNS_TOPIC = <text> COMMENT = <text> AS (COPY .*)',
    ([, name = '', , , copy = '']) => ({
      kind: 'pipe',
      name,
      copy: pipeCopy(copy),
    }),
  ),
  rule(
    "CREATE OR REPLACE TASK <name> (?:TARGET_COMPLETION_INTERVAL = <text>|SCHEDULE = <text> USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE = 'XSMALL') COMMENT = <text>(?: WHEN SYSTEM\\$STREAM_HAS_DATA\\(<text>\\))? AS BEGIN\n(.*)END",
    (found) => ({ kind: 'task', name: found[1] ?? '', statements: taskStatements(found.at(-1) ?? '') }),
  ),
  rule('ALTER TASK <name> RESUME', ([, name = '']) => ({ kind: 'grant', needs: [`TASK ${name}`] })),
  rule("IF \\(NOT EXISTS \\((SELECT .*)\\)\\) THEN COMMIT; RETURN '[^']*'; END IF", ([, sql = '']) => ({
    kind: 'unless',
    sql: query(sql),
  })),
];

/** Null: no statement that Tonearm writes. */
export function planOf(sql: string): Plan | null {
  for (const [pattern, plan] of [...LAKE_RULES, ...RULES, ASKED]) {
    const found = pattern.exec(sql);
    if (found !== null) return plan(found, sql);
  }
  return null;
}
