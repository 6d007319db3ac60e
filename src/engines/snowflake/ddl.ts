import { createHash } from 'node:crypto';
import { STORED_TABLES, type Table } from '../../tables/star-schema.ts';
import { storedColumns } from '../../tables/stored.ts';
import { folded, readerRole, type SnowflakePlace, schemaName, storedName, storedSchema } from './place.ts';
import { identifier, literal } from './quoted.ts';
import { snowflakeType } from './types.ts';
import { snowflakeViews, viewName } from './views.ts';

/** One thing that must be there. Every statement may run again. */
export interface Step {
  readonly name: string;
  readonly because: string;
  readonly statements: readonly string[];
  /** Changes with anything of `statements`. */
  readonly fingerprint: string;
  /** Table or view that it makes, as `SCHEMA.NAME`; null: nothing that Snowflake lists among them. */
  readonly makes: string | null;
  /** Its columns, in order; what is missing is added. None for a view. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** Stage that files go through, their format, and what is noted about them: which version is loaded, of which files, and which steps were taken. */
export const STAGE = 'LOADING';
export const FILE_FORMAT = 'PARQUET_FILES';
export const CATALOG_LOADED = 'CATALOG_LOADED';
export const LOADED_FILES = 'LOADED_FILES';
export const APPLIED_STEPS = 'APPLIED_STEPS';
/** Column of every loaded table: the key of the file that the row is of. */
export const FILE_COLUMN = '_file';

type Columns = Step['columns'];
type Making = Pick<Step, 'name' | 'because' | 'statements'> & { readonly makes?: string; readonly columns?: Columns };

function step({ name, because, statements, makes = '', columns = [] }: Making): Step {
  const fingerprint = createHash('sha256').update(statements.join(';\n')).digest('hex').slice(0, 16);
  return { name, because, statements, fingerprint, makes: makes === '' ? null : makes, columns };
}

const upper = (name: string): string => name.toUpperCase();

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
    ...[
      [schema, 'what people ask'],
      [stored, 'rows as the files of the lake hold them, and what is noted about loads'],
    ].map(([name = '', because = '']) =>
      step({
        name: `schema ${name}`,
        because,
        statements: [`CREATE SCHEMA IF NOT EXISTS ${schemaName(place, name)} COMMENT = ${literal(because)}`],
      }),
    ),
    step({
      name: `file format ${FILE_FORMAT}`,
      because: 'times of the files are times, not numbers',
      statements: [`CREATE FILE FORMAT IF NOT EXISTS ${storedName(place, FILE_FORMAT)} TYPE = PARQUET USE_LOGICAL_TYPE = TRUE`],
    }),
    step({
      name: `stage ${STAGE}`,
      because: 'files go through it; none stays',
      statements: [`CREATE STAGE IF NOT EXISTS ${storedName(place, STAGE)} COMMENT = 'Files on their way into tables'`],
    }),
  ];
}

/** Columns of a loaded table: those of the files, and the file. */
const loadedColumns = (table: Table): Columns => [
  ...storedColumns(table).map(({ name, type }) => ({ name: upper(name), type: snowflakeType(type) })),
  { name: upper(FILE_COLUMN), type: 'VARCHAR' },
];

function tableStep(place: SnowflakePlace, name: string, columns: Columns, grain: string, told: ReadonlyMap<string, string>): Step {
  const listed = columns.map((column) => {
    const description = told.get(column.name);
    return `${identifier(column.name)} ${column.type}${description === undefined ? '' : ` COMMENT ${literal(description)}`}`;
  });
  return step({
    name: `table ${upper(name)}`,
    because: `one row is ${grain}`,
    statements: [`CREATE TABLE IF NOT EXISTS ${storedName(place, name)} (${listed.join(', ')}) COMMENT = ${literal(grain)}`],
    makes: `${storedSchema(place)}.${upper(name)}`,
    columns,
  });
}

const varchar = (name: string): Columns[number] => ({ name, type: 'VARCHAR' });
const whole = (name: string): Columns[number] => ({ name, type: 'NUMBER(19, 0)' });

function notes(place: SnowflakePlace): readonly Step[] {
  const none = new Map<string, string>();
  const loaded = storedName(place, CATALOG_LOADED);
  return [
    tableStep(place, CATALOG_LOADED, [whole('VERSION'), varchar('RUN_ID')], 'the version of the catalog that is loaded', none),
    step({
      name: `row of ${CATALOG_LOADED}`,
      because: 'a load changes it first, so that of two at once one waits; 0 is the empty lake',
      statements: [`INSERT INTO ${loaded} ("VERSION", "RUN_ID") SELECT 0, '' WHERE NOT EXISTS (SELECT 1 FROM ${loaded})`],
    }),
    tableStep(
      place,
      LOADED_FILES,
      [varchar('TABLE_NAME'), varchar('PARTITION_NAME'), varchar('FILE'), whole('ROW_COUNT')],
      'one file whose rows are loaded',
      none,
    ),
    tableStep(
      place,
      APPLIED_STEPS,
      [varchar('STEP'), varchar('FINGERPRINT')],
      'one step of `tonearm snowflake apply` that was taken',
      none,
    ),
  ];
}

function views(place: SnowflakePlace): readonly Step[] {
  return snowflakeViews(place).map((view) =>
    step({
      name: `view ${view.schema}.${view.name}`,
      because: `one row is ${view.grain}`,
      statements: [`CREATE OR REPLACE VIEW ${viewName(place, view)} COPY GRANTS COMMENT = ${literal(view.grain)} AS ${view.sql}`],
      makes: `${view.schema}.${view.name}`,
    }),
  );
}

/** `objects`: all that the grants on ALL reach; with one more they are made again. */
function grants(place: SnowflakePlace, objects: readonly string[]): readonly Step[] {
  const { database, schema, warehouse, role, user } = place;
  const [loader, reader] = [identifier(role), identifier(readerRole(place))];
  const [shown, stored] = [schemaName(place, schema), schemaName(place, storedSchema(place))];
  const usage = (who: string, schemas: readonly string[]): readonly string[] => [
    `GRANT USAGE ON WAREHOUSE ${identifier(warehouse)} TO ROLE ${who}`,
    `GRANT USAGE ON DATABASE ${identifier(database)} TO ROLE ${who}`,
    ...schemas.map((name) => `GRANT USAGE ON SCHEMA ${name} TO ROLE ${who}`),
  ];
  const again = createHash('sha256').update(objects.join()).digest('hex').slice(0, 16);
  const made = [
    step({
      name: `role ${role}`,
      because: 'loads, and can make, change and drop no table',
      statements: [
        `CREATE ROLE IF NOT EXISTS ${loader} COMMENT = 'Loads the tables of Tonearm'`,
        ...usage(loader, [shown, stored]),
        `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${stored} TO ROLE ${loader}`,
        `GRANT SELECT ON ALL VIEWS IN SCHEMA ${stored} TO ROLE ${loader}`,
        `GRANT SELECT ON ALL VIEWS IN SCHEMA ${shown} TO ROLE ${loader}`,
        `GRANT READ, WRITE ON STAGE ${storedName(place, STAGE)} TO ROLE ${loader}`,
        `GRANT USAGE ON FILE FORMAT ${storedName(place, FILE_FORMAT)} TO ROLE ${loader}`,
        `GRANT ROLE ${loader} TO USER ${identifier(user)}`,
      ],
    }),
    step({
      name: `role ${readerRole(place)}`,
      because: 'for people and dashboards: reads the views, and nothing else',
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

/** Everything that must be there, in the order in which it is made. */
export function wantedSteps(place: SnowflakePlace): readonly Step[] {
  const tables = STORED_TABLES.map((table) => {
    const told = new Map(table.columns.map(({ name, description }) => [upper(name), description]));
    return tableStep(place, table.name, loadedColumns(table), table.grain, told);
  });
  const made = [...ground(place), ...notes(place), ...tables, ...views(place)];
  return [
    ...made,
    ...grants(
      place,
      made.map(({ makes }) => makes ?? ''),
    ),
  ];
}

/** What takes it all away again. Database and warehouse stay: they may be somebody else's, too. So does a role that has a name of its own. */
export function dropStatements(place: SnowflakePlace): readonly string[] {
  const roles = [place.role === `${place.database}_LOADER` ? place.role : null, readerRole(place)];
  return [
    `DROP SCHEMA IF EXISTS ${schemaName(place, place.schema)} CASCADE`,
    `DROP SCHEMA IF EXISTS ${schemaName(place, storedSchema(place))} CASCADE`,
    ...roles.flatMap((role) => (role === null ? [] : [`DROP ROLE IF EXISTS ${identifier(role)}`])),
  ];
}

/** Columns of a loaded table, as COPY and the tables name them. */
export const copiedColumns = (table: Table): readonly { readonly column: string; readonly value: string }[] => [
  ...storedColumns(table).map(({ name, type }) => ({ column: folded(name), value: `$1:${identifier(name)}::${snowflakeType(type)}` })),
  { column: folded(FILE_COLUMN), value: 'METADATA$FILENAME' },
];
