import { STORED_TABLES, type Table } from '../../tables/star-schema.ts';
import { externalSteps, integrationName, integrationStep, type Source } from './external.ts';
import { landedSteps, pipeSteps } from './landed.ts';
import { APPLIED_STEPS, CATALOG_LOADED, FILE_COLUMN, FILE_FORMAT, LOADED_FILES, STAGE, TABLES_STAGE } from './objects.ts';
import { landedSchema, readerRole, type SnowflakePlace, schemaName, storedName, storedSchema } from './place.ts';
import { identifier } from './quoted.ts';
import { readingSteps } from './reading.ts';
import { type Columns, fingerprintOf, heldColumns, type Step, schemaStep, step, tableStep, varchar, viewStep, whole } from './step.ts';
import { taskSteps } from './tasks.ts';
import { snowflakeViews } from './views.ts';

/** Seconds without a question after which it stops, and stops costing. It starts again by itself. */
const SUSPEND_SECONDS = 60;

function ground(place: SnowflakePlace): readonly Step[] {
  const { warehouse, database, schema } = place;
  const stored = storedSchema(place);
  return [
    step({
      name: `warehouse ${warehouse}`,
      because: `runs the statements; the smallest, stops by itself after ${SUSPEND_SECONDS} s`,
      statements: [
        `CREATE WAREHOUSE IF NOT EXISTS ${identifier(warehouse)} WAREHOUSE_SIZE = XSMALL AUTO_SUSPEND = ${SUSPEND_SECONDS} AUTO_RESUME = TRUE INITIALLY_SUSPENDED = TRUE COMMENT = 'Made by Tonearm'`,
      ],
    }),
    step({
      name: `database ${database}`,
      because: 'holds everything else',
      statements: [`CREATE DATABASE IF NOT EXISTS ${identifier(database)} COMMENT = 'Made by Tonearm'`],
    }),
    schemaStep(place, schema, 'what people ask'),
    schemaStep(place, stored, 'rows as the files of the lake hold them, and what is noted about loads'),
    step({
      name: `file format ${FILE_FORMAT}`,
      because: 'times of the files are times, not numbers, and every text is itself',
      // Without NULL_IF the text \N would be null. https://docs.snowflake.com/en/sql-reference/sql/create-file-format
      statements: [
        `CREATE FILE FORMAT IF NOT EXISTS ${storedName(place, FILE_FORMAT)} TYPE = PARQUET USE_LOGICAL_TYPE = TRUE NULL_IF = ()`,
      ],
    }),
    step({
      name: `stage ${STAGE}`,
      because: 'files go through it; none stays',
      statements: [`CREATE STAGE IF NOT EXISTS ${storedName(place, STAGE)} COMMENT = 'Files on their way into tables'`],
    }),
  ];
}

/** Columns of a loaded table: those of the files, and the file. */
const loadedColumns = (table: Table): Columns => [...heldColumns(table), varchar(FILE_COLUMN)];

function notes(place: SnowflakePlace): readonly Step[] {
  const schema = storedSchema(place);
  const loaded = storedName(place, CATALOG_LOADED);
  const files = [varchar('TABLE_NAME'), varchar('PARTITION_NAME'), varchar('FILE'), whole('ROW_COUNT')];
  const table = (name: string, columns: Columns, grain: string): Step => tableStep(place, schema, { name, columns, grain });
  return [
    table(CATALOG_LOADED, [whole('VERSION'), varchar('RUN_ID')], 'the version of the catalog that is loaded'),
    step({
      name: `row of ${CATALOG_LOADED}`,
      because: 'a load changes it first, so that of two at once one waits; 0 is the empty lake',
      statements: [`INSERT INTO ${loaded} ("VERSION", "RUN_ID") SELECT 0, '' WHERE NOT EXISTS (SELECT 1 FROM ${loaded})`],
    }),
    table(LOADED_FILES, files, 'one file whose rows are loaded'),
    table(APPLIED_STEPS, [varchar('STEP'), varchar('FINGERPRINT')], 'one step of `tonearm snowflake apply` that was taken'),
  ];
}

/** `objects`: all that the grants on ALL reach; with one more they are made again. */
function grants(place: SnowflakePlace, source: Source, objects: readonly string[]): readonly Step[] {
  const { database, schema, warehouse, role, user } = place;
  const [loader, reader] = [identifier(role), identifier(readerRole(place))];
  const [shown, stored] = [schemaName(place, schema), schemaName(place, storedSchema(place))];
  const usage = (who: string, schemas: readonly string[]): readonly string[] => [
    `GRANT USAGE ON WAREHOUSE ${identifier(warehouse)} TO ROLE ${who}`,
    `GRANT USAGE ON DATABASE ${identifier(database)} TO ROLE ${who}`,
    ...schemas.map((name) => `GRANT USAGE ON SCHEMA ${name} TO ROLE ${who}`),
  ];
  const again = fingerprintOf(objects.join());
  const made = [
    step({
      name: `role ${role}`,
      because: 'loads, and can make, change and drop no table',
      isOfAll: true,
      statements: [
        `CREATE ROLE IF NOT EXISTS ${loader} COMMENT = 'Loads the tables of Tonearm'`,
        ...usage(loader, [shown, stored]),
        `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${stored} TO ROLE ${loader}`,
        `GRANT SELECT ON ALL VIEWS IN SCHEMA ${stored} TO ROLE ${loader}`,
        `GRANT SELECT ON ALL VIEWS IN SCHEMA ${shown} TO ROLE ${loader}`,
        `GRANT READ, WRITE ON STAGE ${storedName(place, STAGE)} TO ROLE ${loader}`,
        `GRANT USAGE ON FILE FORMAT ${storedName(place, FILE_FORMAT)} TO ROLE ${loader}`,
        ...(source.load === 'put' ? [] : [`GRANT USAGE ON STAGE ${storedName(place, TABLES_STAGE)} TO ROLE ${loader}`]),
        ...(source.load === 'pipe' ? usedOfLanded(place, loader) : []),
        `GRANT ROLE ${loader} TO USER ${identifier(user)}`,
      ],
    }),
    step({
      name: `role ${readerRole(place)}`,
      because: 'for people and dashboards: reads the views, and nothing else',
      isOfAll: true,
      statements: [
        `CREATE ROLE IF NOT EXISTS ${reader} COMMENT = 'Reads the tables of Tonearm'`,
        ...usage(reader, [shown]),
        `GRANT SELECT ON ALL VIEWS IN SCHEMA ${shown} TO ROLE ${reader}`,
        `GRANT ROLE ${reader} TO USER ${identifier(user)}`,
      ],
    }),
  ];
  return made.map((one) => ({ ...one, fingerprint: `${one.fingerprint}-${again}` }));
}

/** To look at what arrived, and to take out what a removal took out. */
function usedOfLanded(place: SnowflakePlace, loader: string): readonly string[] {
  const landed = schemaName(place, landedSchema(place));
  return [
    `GRANT USAGE ON SCHEMA ${landed} TO ROLE ${loader}`,
    `GRANT SELECT, DELETE ON ALL TABLES IN SCHEMA ${landed} TO ROLE ${loader}`,
    `GRANT SELECT ON ALL VIEWS IN SCHEMA ${landed} TO ROLE ${loader}`,
  ];
}

/** Everything that must be there, in the order in which it is made. */
export function wantedSteps(place: SnowflakePlace, source: Source = { load: 'put' }): readonly Step[] {
  const tables = STORED_TABLES.map((table) => {
    const told = new Map(table.columns.map(({ name, description }) => [name.toUpperCase(), description]));
    return tableStep(
      place,
      storedSchema(place),
      { name: table.name.toUpperCase(), columns: loadedColumns(table), grain: table.grain },
      told,
    );
  });
  const views = snowflakeViews(place).map((view) => viewStep(place, view));
  const made = [
    ...ground(place),
    ...(source.load === 'put' ? [] : [integrationStep(place, source.from), ...externalSteps(place, source.from)]),
    ...notes(place),
    ...readingSteps(place),
    ...tables,
    ...views,
    ...(source.load === 'pipe' ? landedSteps(place, STORED_TABLES) : []),
  ];
  return [
    ...made,
    ...grants(
      place,
      source,
      made.map(({ makes }) => makes ?? ''),
    ),
    ...(source.load === 'pipe' ? [...pipeSteps(place, source.from, STORED_TABLES), ...taskSteps(place, STORED_TABLES)] : []),
  ];
}

/** What takes it all away again. Database and warehouse stay: they may be somebody else's, too. So does a role that has a name of its own. */
export function dropStatements(place: SnowflakePlace, source: Source = { load: 'put' }): readonly string[] {
  const roles = [place.role === `${place.database}_LOADER` ? place.role : null, readerRole(place)];
  return [
    // What lies in it goes with it: first what loads, with its pipes and tasks.
    ...[landedSchema(place), place.schema, storedSchema(place)].map((name) => `DROP SCHEMA IF EXISTS ${schemaName(place, name)} CASCADE`),
    ...(source.load === 'put' ? [] : [`DROP INTEGRATION IF EXISTS ${identifier(integrationName(place))}`]),
    ...roles.flatMap((role) => (role === null ? [] : [`DROP ROLE IF EXISTS ${identifier(role)}`])),
  ];
}
