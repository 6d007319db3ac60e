import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import type { ObjectStore, StoredObject } from '../../landing/object-store.ts';
import type { RunSummary } from '../../tables/run-summary.ts';
import { type Table, tableNamed } from '../../tables/star-schema.ts';
import { duckDbType } from '../../tables/stored.ts';
import { ruleRows } from '../duckdb/rules.ts';
import { readRules, ruleObjects } from '../rule-files.ts';
import { RUN_FILES } from './dialect.ts';
import { folded, type SnowflakePlace, storedName, storedSchema } from './place.ts';
import { literal } from './quoted.ts';
import type { SnowflakeSession } from './session.ts';
import { type Columns, type Step, step, tableStep, varchar } from './step.ts';
import { snowflakeType } from './types.ts';

/** Rules and summaries of runs: they lie in no table's files, and views read them. */
const RULES = 'rules';
const READING_LOADED = 'READING_LOADED';

type Named = Pick<SnowflakePlace, 'database' | 'schema'>;

const columnsOf = (table: Table): Columns =>
  table.columns.map(({ name, type }) => ({ name: name.toUpperCase(), type: snowflakeType(duckDbType(type)) }));

/** What holds them. */
export function readingSteps(place: Named): readonly Step[] {
  const noted = storedName(place, READING_LOADED);
  const schema = storedSchema(place);
  const rules = tableNamed(RULES);
  return [
    tableStep(place, schema, {
      name: READING_LOADED,
      columns: [varchar('FINGERPRINT')],
      grain: 'what tells the loaded rules and runs from others',
    }),
    step({
      name: `row of ${READING_LOADED}`,
      because: 'whoever loads rules and runs changes it first, so that of two at once one waits',
      statements: [`INSERT INTO ${noted} ("FINGERPRINT") SELECT '' WHERE NOT EXISTS (SELECT 1 FROM ${noted})`],
    }),
    tableStep(place, schema, { name: RULES.toUpperCase(), columns: columnsOf(rules), grain: rules.grain }),
    tableStep(place, schema, {
      name: RUN_FILES.toUpperCase(),
      columns: [varchar('FILE'), varchar('LINE')],
      grain: 'the summary of one run, as JSON',
    }),
  ];
}

/** Text of one statement, which Snowflake limits to 1 MB. https://docs.snowflake.com/en/user-guide/query-size-limits */
const MOST_TEXT = 400_000;
const AT_ONCE = 16;

/**
 * Brings rules and summaries of runs to what the lake has, in one transaction. Nothing to do costs one statement. Where two do it at once, the second leaves it
 * to the first. Errors: those of a session; `corrupt` for a rule that is none.
 */
export async function loadReading(session: SnowflakeSession, place: Named, store: ObjectStore, signal: AbortSignal): Promise<void> {
  const [rules, runs] = [await ruleObjects(store), await runObjects(store)];
  const wanted = fingerprintOf([...rules, ...runs]);
  const noted = storedName(place, READING_LOADED);
  const [row] = await session.run(`SELECT "FINGERPRINT" FROM ${noted}`, signal);
  const found = String(row?.FINGERPRINT ?? '');
  if (found === wanted) return;
  const runTable = storedName(place, RUN_FILES);
  const there = new Set((await session.run(`SELECT "FILE" FROM ${runTable}`, signal)).map(({ FILE }) => String(FILE)));
  const marks = new Set(runs.map(markOf));
  const gone = [...there].filter((mark) => !marks.has(mark));
  const statements = [
    `DELETE FROM ${storedName(place, RULES)}`,
    ...rulesInserted(place, ruleRows(await readRules(store, rules))),
    ...(gone.length === 0 ? [] : [`DELETE FROM ${runTable} WHERE "FILE" IN (${gone.map(literal).join(', ')})`]),
    ...inserted(
      `${runTable} ("FILE", "LINE")`,
      await runLines(
        store,
        runs.filter((run) => !there.has(markOf(run))),
      ),
    ),
  ];
  await session.run('BEGIN TRANSACTION', signal);
  try {
    const change = `UPDATE ${noted} SET "FINGERPRINT" = ${literal(wanted)} WHERE "FINGERPRINT" = ${literal(found)}`;
    const [changed] = await session.run(change, signal);
    const isFirst = Number(changed?.['number of rows updated']) === 1;
    if (isFirst) for (const statement of statements) await session.run(statement, signal);
    await session.run(isFirst ? 'COMMIT' : 'ROLLBACK', signal);
  } catch (error) {
    await session.run('ROLLBACK', new AbortController().signal).catch(() => undefined);
    throw error;
  }
}

async function runObjects(store: ObjectStore): Promise<readonly StoredObject[]> {
  const found: StoredObject[] = [];
  for await (const object of store.list('runs/')) if (object.key.endsWith('.json')) found.push(object);
  return found;
}

/** Changes with what the object holds. */
const markOf = ({ key, size, etag }: StoredObject): string => `${key} ${size} ${etag}`;

const fingerprintOf = (objects: readonly StoredObject[]): string =>
  createHash('sha256').update(objects.map(markOf).join('\n')).digest('hex');

function rulesInserted(place: Named, rows: ReturnType<typeof ruleRows>): readonly string[] {
  const { columns } = tableNamed(RULES);
  const into = `${storedName(place, RULES)} (${columns.map(({ name }) => folded(name)).join(', ')})`;
  const values = rows.map((row) =>
    columns.map(({ name, type }) => {
      const value = row[name];
      return `CAST(${value === undefined ? 'NULL' : literal(value)} AS ${snowflakeType(duckDbType(type))})`;
    }),
  );
  return inserted(into, values);
}

/** Of a summary, what views show of it. */
async function runLines(store: ObjectStore, objects: readonly StoredObject[]): Promise<readonly (readonly string[])[]> {
  const lines: (readonly string[])[] = [];
  for (let at = 0; at < objects.length; at += AT_ONCE) {
    const some = await Promise.all(
      objects.slice(at, at + AT_ONCE).map(async (object) => {
        const stream = await store.open(object.key);
        return stream === null ? [] : [[literal(markOf(object)), literal(shownOf(JSON.parse(await text(stream))))]];
      }),
    );
    lines.push(...some.flat());
  }
  return lines;
}

function shownOf({ runId, verb, startedAt, finishedAt, outcome, exitCode, catalogVersion, total, streams, outcomes }: RunSummary): string {
  const messages = outcomes.map(({ message }) => ({ message }));
  return JSON.stringify({ runId, verb, startedAt, finishedAt, outcome, exitCode, catalogVersion, total, streams, outcomes: messages });
}

/** As many statements as the text takes. */
function inserted(into: string, rows: readonly (readonly string[])[]): readonly string[] {
  const statements: string[] = [];
  let selects: string[] = [];
  let length = 0;
  const end = (): void => {
    if (selects.length > 0) statements.push(`INSERT INTO ${into} ${selects.join(' UNION ALL ')}`);
    [selects, length] = [[], 0];
  };
  for (const row of rows) {
    const select = `SELECT ${row.join(', ')}`;
    if (length + select.length > MOST_TEXT) end();
    selects.push(select);
    length += select.length;
  }
  end();
  return statements;
}
