import type { Table } from '../../tables/star-schema.ts';
import { storedColumns } from '../../tables/stored.ts';
import {
  ADVANCE,
  ARRIVALS,
  CATALOG_HEADS,
  CATALOG_LOADED,
  CATALOG_VERSIONS,
  FILE_COLUMN,
  FRESH_FILES,
  LANDED_COLUMN,
  LOADED_FILES,
  NEXT_VERSION,
  ROW_COLUMN,
  SWEEP,
  TAKEN_ARRIVALS,
  VISIBLE_FILES,
} from './objects.ts';
import { folded, landedName, type SnowflakePlace, storedName } from './place.ts';
import { identifier, literal } from './quoted.ts';
import { type Step, step } from './step.ts';

type Named = Pick<SnowflakePlace, 'database' | 'schema'>;

/**
 * Shows the highest version that is whole, in one transaction; nothing where there is none. In Snowflake each statement sees what others committed before it
 * began (https://docs.snowflake.com/en/sql-reference/transactions), so:
 *
 * - the row of the version is written first, which holds off other loads until the end: what is worked out next, stays so;
 * - rows that arrive meanwhile are of a (file, row) that is there already, or of a file that is not moved now;
 * - the stream is passed over within the transaction: where it fails, the stream still has what arrived and wakes the task again.
 */
export function advanceStatements(place: Named, tables: readonly Table[]): readonly string[] {
  const at = (name: string): string => landedName(place, name);
  const [loaded, noted] = [storedName(place, CATALOG_LOADED), storedName(place, LOADED_FILES)];
  const listed = '"TABLE_NAME", "PARTITION_NAME", "FILE", "ROW_COUNT"';
  const visible = `SELECT "FILE" FROM ${at(VISIBLE_FILES)}`;
  return [
    'BEGIN TRANSACTION',
    `INSERT INTO ${at(TAKEN_ARRIVALS)} ("${FILE_COLUMN}") SELECT "${FILE_COLUMN}" FROM ${at(ARRIVALS)} WHERE FALSE`,
    `UPDATE ${loaded} SET "RUN_ID" = "RUN_ID" WHERE TRUE`,
    `IF (NOT EXISTS (SELECT "VERSION" FROM ${at(NEXT_VERSION)})) THEN COMMIT; RETURN 'no version is whole that is not shown'; END IF`,
    `UPDATE ${loaded} SET "VERSION" = "N"."VERSION", "RUN_ID" = "N"."RUN_ID" FROM ${at(NEXT_VERSION)} AS "N" WHERE TRUE`,
    ...tables.flatMap((table) => {
      const columns = [...storedColumns(table).map(({ name }) => folded(name)), identifier(FILE_COLUMN)].join(', ');
      const fresh = `SELECT "FILE" FROM ${at(FRESH_FILES)} WHERE "TABLE_NAME" = ${literal(table.name)}`;
      return [
        `DELETE FROM ${storedName(place, table.name)} WHERE "${FILE_COLUMN}" NOT IN (${visible})`,
        `INSERT INTO ${storedName(place, table.name)} (${columns}) SELECT ${columns} FROM ${at(table.name)} WHERE "${FILE_COLUMN}" IN (${fresh}) QUALIFY ROW_NUMBER() OVER (PARTITION BY "${FILE_COLUMN}", "${ROW_COLUMN}" ORDER BY "${LANDED_COLUMN}") = 1`,
      ];
    }),
    `DELETE FROM ${noted} WHERE "FILE" NOT IN (${visible})`,
    `INSERT INTO ${noted} (${listed}) SELECT ${listed} FROM ${at(FRESH_FILES)}`,
    'COMMIT',
  ];
}

/** Rows that pipes brought are kept so long after a version that needs them no more. */
const KEPT = "INTERVAL '1 DAY'";

/**
 * Removes what pipes brought a day before the version that is shown was written: by then it was moved, or no later version can name it, as a build
 * must commit its files within half a day. Each statement stands alone. `isAll`: also what may be of use yet, as a removal has it.
 */
export function sweepStatements(place: Named, tables: readonly Table[], isAll = false): readonly string[] {
  const shown = `SELECT "H"."COMMITTED_AT" - ${KEPT} FROM ${landedName(place, CATALOG_HEADS)} AS "H" JOIN ${storedName(place, CATALOG_LOADED)} AS "L" ON "H"."VERSION" = "L"."VERSION"`;
  const old = isAll ? 'TRUE' : `"${LANDED_COLUMN}" < (${shown})`;
  const below = `AS_INTEGER(GET_PATH("CONTENT", 'version')) < (SELECT "VERSION" FROM ${storedName(place, CATALOG_LOADED)})`;
  return [
    ...tables.map(({ name }) => `DELETE FROM ${landedName(place, name)} WHERE ${old}`),
    `DELETE FROM ${landedName(place, CATALOG_VERSIONS)} WHERE ${isAll ? '' : `${old} AND `}${below}`,
  ];
}

/** Run by Snowflake itself, by the second and without a warehouse; whoever makes them may need EXECUTE MANAGED TASK. */
export function taskSteps(place: SnowflakePlace, tables: readonly Table[]): readonly Step[] {
  const task = (name: string, because: string, [how, when]: readonly [string, string], statements: readonly string[]): Step => {
    const made = landedName(place, name);
    const body = statements.map((sql) => `${sql};\n`).join('');
    const isWhole = statements[0] === 'BEGIN TRANSACTION';
    return step({
      name: `task ${name}`,
      because,
      statements: [
        `CREATE OR REPLACE TASK ${made} ${how} COMMENT = ${literal(because)}${when} AS BEGIN\n${body}${isWhole ? 'EXCEPTION WHEN OTHER THEN ROLLBACK; RAISE;\n' : ''}END`,
        `GRANT MONITOR, OPERATE ON TASK ${made} TO ROLE ${identifier(place.role)}`,
        `ALTER TASK ${made} RESUME`,
      ],
    });
  };
  return [
    task(
      ADVANCE,
      'shows the highest version of which everything arrived, in one transaction',
      ["TARGET_COMPLETION_INTERVAL = '10 MINUTES'", ` WHEN SYSTEM$STREAM_HAS_DATA(${literal(landedName(place, ARRIVALS))})`],
      advanceStatements(place, tables),
    ),
    task(
      SWEEP,
      'removes what pipes brought, a day after it is of no more use',
      ["SCHEDULE = 'USING CRON 30 3 * * * UTC' USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE = 'XSMALL'", ''],
      sweepStatements(place, tables),
    ),
  ];
}
