import type { Table } from '../../tables/star-schema.ts';
import { ADVANCE, CATALOG_HEADS, CATALOG_VERSIONS, MISSING_FILES } from './objects.ts';
import { landedName, landedSchema, type SnowflakePlace, schemaName, storedSchema } from './place.ts';
import { identifier, literal } from './quoted.ts';
import type { SnowflakeRow, SnowflakeSession } from './session.ts';

type Named = Pick<SnowflakePlace, 'database' | 'schema' | 'warehouse'>;

/** Days that Snowflake keeps events for a pipe that is paused, and tells of loads. https://docs.snowflake.com/en/user-guide/data-load-snowpipe-manage */
export const KEPT_DAYS = 14;
const COST_DAYS = 7;

/** As https://docs.snowflake.com/en/sql-reference/functions/system_pipe_status tells it. */
export interface PipeHealth {
  readonly pipe: string;
  /** `RUNNING` is well. */
  readonly state: string;
  /** The newest event that reached the queue of the pipes; null: none did. */
  readonly heardAt: Date | null;
  readonly error: string | null;
}

const pipesOf = (tables: readonly Table[]): readonly string[] => [CATALOG_VERSIONS, ...tables.map(({ name }) => name.toUpperCase())];

/** All pipes in one statement. */
export const pipesStatement = (place: Named, tables: readonly Table[]): string =>
  `SELECT ${pipesOf(tables)
    .map((pipe) => `SYSTEM$PIPE_STATUS(${literal(landedName(place, pipe))}) AS ${identifier(pipe)}`)
    .join(', ')}`;

/** Errors: those of a session. */
export async function pipeHealth(
  session: SnowflakeSession,
  place: Named,
  tables: readonly Table[],
  signal: AbortSignal,
): Promise<readonly PipeHealth[]> {
  const [row = {}] = await session.run(pipesStatement(place, tables), signal);
  return pipesOf(tables).map((pipe) => {
    const told: Readonly<Record<string, unknown>> = JSON.parse(String(row[pipe] ?? '{}'));
    const heard = told.lastReceivedMessageTimestamp;
    return {
      pipe,
      state: String(told.executionState ?? 'UNKNOWN'),
      heardAt: typeof heard === 'string' && heard !== '' ? new Date(heard) : null,
      error: typeof told.error === 'string' ? told.error : null,
    };
  });
}

/** A file of which Snowflake says that it loaded it, or why it did not. */
export interface CopiedFile {
  readonly table: string;
  /** As Snowflake names it, with or without what stands before it in the bucket. */
  readonly file: string;
  readonly status: string;
  readonly message: string | null;
  readonly bytes: number;
}

const HISTORY = '"INFORMATION_SCHEMA"."COPY_HISTORY"';

/** Loads of the last 14 days, of all tables in one statement. `isPiped`: of what pipes bring; else of what is loaded at once. */
export const copiesStatement = (place: Named, tables: readonly Table[], isPiped: boolean): string =>
  tables
    .map(({ name }) => {
      const table = `${schemaName(place, isPiped ? landedSchema(place) : storedSchema(place))}.${identifier(name.toUpperCase())}`;
      const since = `START_TIME => DATEADD(DAY, -${KEPT_DAYS}, CURRENT_TIMESTAMP())`;
      return `SELECT ${literal(name)} AS "TABLE_NAME", "FILE_NAME", "STATUS", "FIRST_ERROR_MESSAGE", "FILE_SIZE" FROM TABLE(${identifier(place.database)}.${HISTORY}(TABLE_NAME => ${literal(table)}, ${since}))`;
    })
    .join(' UNION ALL ');

/** Errors: those of a session. */
export async function copiedFiles(
  session: SnowflakeSession,
  place: Named,
  tables: readonly Table[],
  isPiped: boolean,
  signal: AbortSignal,
): Promise<readonly CopiedFile[]> {
  const rows = await session.run(copiesStatement(place, tables, isPiped), signal);
  return rows.map((row) => ({
    table: String(row.TABLE_NAME),
    file: String(row.FILE_NAME),
    status: String(row.STATUS),
    message: row.FIRST_ERROR_MESSAGE === null || row.FIRST_ERROR_MESSAGE === undefined ? null : String(row.FIRST_ERROR_MESSAGE),
    bytes: Number(row.FILE_SIZE),
  }));
}

/** A file that a version waits for. */
export interface MissingFile {
  readonly version: number;
  readonly table: string;
  readonly file: string;
  readonly rows: number;
  readonly arrived: number;
  /** Since the version arrived. */
  readonly minutes: number;
}

export const missingStatement = (place: Named): string =>
  `SELECT "M"."VERSION", "M"."TABLE_NAME", "M"."FILE", "M"."ROW_COUNT", "M"."ARRIVED_COUNT", DATEDIFF(MINUTE, "H"."ARRIVED_AT", CURRENT_TIMESTAMP()) AS "MINUTES" FROM ${landedName(place, MISSING_FILES)} AS "M" JOIN ${landedName(place, CATALOG_HEADS)} AS "H" ON "H"."VERSION" = "M"."VERSION" ORDER BY "M"."VERSION", "M"."FILE"`;

/** Of every version that arrived and is not shown. Errors: those of a session. */
export async function missingFiles(session: SnowflakeSession, place: Named, signal: AbortSignal): Promise<readonly MissingFile[]> {
  const rows = await session.run(missingStatement(place), signal);
  return rows.map((row) => ({
    version: Number(row.VERSION),
    table: String(row.TABLE_NAME),
    file: String(row.FILE),
    rows: Number(row.ROW_COUNT),
    arrived: Number(row.ARRIVED_COUNT),
    minutes: Number(row.MINUTES),
  }));
}

export const arrivedStatement = (place: Named): string =>
  `SELECT COALESCE(MAX("VERSION"), 0) AS "VERSION" FROM ${landedName(place, CATALOG_HEADS)}`;

/** The highest version of the catalog that a pipe brought; 0: none. Errors: those of a session. */
export async function arrivedVersion(session: SnowflakeSession, place: Named, signal: AbortSignal): Promise<number> {
  const [row] = await session.run(arrivedStatement(place), signal);
  return Number(row?.VERSION ?? 0);
}

/** What has Snowflake look again for a file; what it loaded already it passes over. https://docs.snowflake.com/en/sql-reference/sql/alter-pipe */
export function refreshStatement(place: Named, table: string | null, file: string): string {
  const [pipe, prefix] =
    table === null ? [CATALOG_VERSIONS, file.replace(/^catalog\//, '')] : [table.toUpperCase(), file.replace(/^tables\/[^/]+\//, '')];
  return `ALTER PIPE ${landedName(place, pipe)} REFRESH PREFIX = ${literal(prefix)}`;
}

/** What has the task look whether a version is whole. Snowflake suspends one that failed ten times. https://docs.snowflake.com/en/sql-reference/sql/create-task */
export function wakeStatements(place: Named): string {
  const task = landedName(place, ADVANCE);
  return `ALTER TASK ${task} RESUME; EXECUTE TASK ${task}`;
}

/** What starts a pipe again: one that was paused for longer than events are kept is stale, and must be forced. */
export const resumeStatement = (place: Named, pipe: string, isStale: boolean): string =>
  isStale
    ? `SELECT SYSTEM$PIPE_FORCE_RESUME(${literal(landedName(place, pipe))}, 'STALENESS_CHECK_OVERRIDE')`
    : `ALTER PIPE ${landedName(place, pipe)} SET PIPE_EXECUTION_PAUSED = FALSE`;

/** Credits of one kind of work. */
export interface Cost {
  readonly what: string;
  readonly credits: number;
}

/** Of the last seven days: of the warehouse, whoever used it; of all pipes of the account; of the tasks of this schema. */
export function costStatement(place: Named, isPiped: boolean): string {
  const since = `DATE_RANGE_START => DATEADD(DAY, -${COST_DAYS}, CURRENT_TIMESTAMP())`;
  const sum = (what: string, name: string, more: string, where = ''): string =>
    `SELECT ${literal(what)} AS "WHAT", COALESCE(SUM("CREDITS_USED"), 0) AS "CREDITS" FROM TABLE(${identifier(place.database)}."INFORMATION_SCHEMA".${identifier(name)}(${since}${more}))${where}`;
  const warehouse = sum(`warehouse ${place.warehouse}`, 'WAREHOUSE_METERING_HISTORY', `, WAREHOUSE_NAME => ${literal(place.warehouse)}`);
  if (!isPiped) return warehouse;
  const ours = ` WHERE "DATABASE_NAME" = ${literal(place.database)} AND "SCHEMA_NAME" = ${literal(landedSchema(place))}`;
  return [warehouse, sum('pipes', 'PIPE_USAGE_HISTORY', ''), sum('tasks', 'SERVERLESS_TASK_HISTORY', '', ours)].join(' UNION ALL ');
}

/** Errors: those of a session. */
export async function weekCosts(session: SnowflakeSession, place: Named, isPiped: boolean, signal: AbortSignal): Promise<readonly Cost[]> {
  const rows: readonly SnowflakeRow[] = await session.run(costStatement(place, isPiped), signal);
  return rows.map((row) => ({ what: String(row.WHAT), credits: Number(row.CREDITS) }));
}
