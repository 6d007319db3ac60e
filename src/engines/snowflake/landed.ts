import { CATALOG_SCHEMA } from '../../tables/catalog-text.ts';
import type { Table } from '../../tables/star-schema.ts';
import { type ConnectedBucket, externalKey } from './external.ts';
import { copiedColumns } from './loaded-columns.ts';
import {
  ARRIVALS,
  ARRIVED_FILES,
  CATALOG_FILES,
  CATALOG_HEADS,
  CATALOG_LOADED,
  CATALOG_STAGE,
  CATALOG_VERSIONS,
  FILE_COLUMN,
  FILE_FORMAT,
  FRESH_FILES,
  JSON_FORMAT,
  LANDED_COLUMN,
  LOADED_FILES,
  MISSING_FILES,
  NEXT_VERSION,
  ROW_COLUMN,
  TABLES_STAGE,
  TAKEN_ARRIVALS,
  VISIBLE_FILES,
} from './objects.ts';
import { landedName, landedSchema, type SnowflakePlace, storedName } from './place.ts';
import { identifier, literal } from './quoted.ts';
import { fingerprintOf, heldColumns, type Step, schemaStep, step, tableStep, varchar, viewStep, whole } from './step.ts';

const ARRIVED_ROWS = 'ARRIVED_ROWS';
const LANDED_COLUMNS = [varchar(FILE_COLUMN), whole(ROW_COLUMN), { name: LANDED_COLUMN, type: 'TIMESTAMP_LTZ' }];

/** What pipes bring, and views that say which versions of the catalog are whole: nothing of it is seen by who asks. */
export function landedSteps(place: SnowflakePlace, tables: readonly Table[]): readonly Step[] {
  const schema = landedSchema(place);
  return [
    schemaStep(place, schema, 'rows as pipes bring them, before they are shown'),
    tableStep(place, schema, {
      name: CATALOG_VERSIONS,
      columns: [...LANDED_COLUMNS, { name: 'CONTENT', type: 'VARIANT' }],
      grain: 'one reading of one version of the catalog',
    }),
    ...tables.map((table) =>
      tableStep(place, schema, {
        name: table.name.toUpperCase(),
        columns: [...heldColumns(table), ...LANDED_COLUMNS],
        grain: `one reading of a row: ${table.grain}`,
      }),
    ),
    tableStep(place, schema, {
      name: TAKEN_ARRIVALS,
      columns: [varchar(FILE_COLUMN)],
      grain: 'nothing: what arrived is passed over into it',
    }),
    ...landedViews(place, tables).map((view) => viewStep(place, { schema, ...view })),
    streamStep(place, tables),
  ];
}

/** A stream breaks where its view is replaced, so it is made anew with it. */
function streamStep(place: SnowflakePlace, tables: readonly Table[]): Step {
  const made = step({
    name: `stream ${ARRIVALS}`,
    because: 'wakes the task that shows a version when it is whole, and nothing else does',
    statements: [
      `CREATE OR REPLACE STREAM ${landedName(place, ARRIVALS)} ON VIEW ${landedName(place, ARRIVED_ROWS)} APPEND_ONLY = TRUE COMMENT = 'What arrived since the task looked'`,
    ],
  });
  return { ...made, fingerprint: fingerprintOf(`${made.fingerprint} ${arrivedRows(place, tables)}`) };
}

const arrivedRows = (place: SnowflakePlace, tables: readonly Table[]): string =>
  [CATALOG_VERSIONS, ...tables.map(({ name }) => name)]
    .map((name) => `SELECT "${FILE_COLUMN}" FROM ${landedName(place, name)}`)
    .join(' UNION ALL ');

interface View {
  readonly name: string;
  readonly grain: string;
  readonly sql: string;
}

/** Each after those that it reads. */
const landedViews = (place: SnowflakePlace, tables: readonly Table[]): readonly View[] => [
  ...arrivedViews(place, tables),
  ...waitingViews(place),
];

/** What arrived: rows, versions of the catalog with their files, and how much of each file. */
function arrivedViews(place: SnowflakePlace, tables: readonly Table[]): readonly View[] {
  const versions = `${landedName(place, CATALOG_VERSIONS)} AS "V"`;
  const of = (value: string, field: string): string => `GET_PATH(${value}, ${literal(field)})`;
  const text = (value: string, field: string): string => `AS_VARCHAR(${of(value, field)})`;
  const number = (value: string, field: string): string => `AS_INTEGER(${of(value, field)})`;
  const [version, partition, file] = ['"V"."CONTENT"', '"P"."VALUE"', '"F"."VALUE"'] as const;
  const each = (value: string, field: string, name: string): string =>
    `LATERAL FLATTEN(INPUT => ${of(value, field)}) AS ${identifier(name)}`;
  // A swept version is a stub without partitions, and one of a newer layout is left alone: its names may mean something else.
  const isWhole = `${number(version, 'schema')} = ${CATALOG_SCHEMA}`;
  const known = tables.map(({ name }) => literal(name)).join(', ');
  const names = `${text(partition, 'table')} AS "TABLE_NAME", ${text(partition, 'name')} AS "PARTITION_NAME", ${text(partition, 'buildId')} AS "BUILD_ID"`;
  return [
    { name: ARRIVED_ROWS, grain: 'one row that a pipe brought', sql: arrivedRows(place, tables) },
    {
      name: CATALOG_HEADS,
      grain: 'one version of the catalog that arrived',
      sql: `SELECT ${number(version, 'version')} AS "VERSION", ${text(version, 'runId')} AS "RUN_ID", TO_TIMESTAMP_TZ(${text(version, 'committedAt')}) AS "COMMITTED_AT", MIN("V"."${LANDED_COLUMN}") AS "ARRIVED_AT" FROM ${versions} WHERE ${isWhole} GROUP BY 1, 2, 3`,
    },
    {
      name: CATALOG_FILES,
      grain: 'one file of one version of the catalog',
      sql: `SELECT DISTINCT ${number(version, 'version')} AS "VERSION", ${names}, ${text(file, 'key')} AS "FILE", ${number(file, 'rows')} AS "ROW_COUNT" FROM ${versions}, ${each(version, 'partitions', 'P')}, ${each(partition, 'files', 'F')} WHERE ${isWhole} AND ${text(partition, 'table')} IN (${known})`,
    },
    {
      name: ARRIVED_FILES,
      grain: 'one file of which rows arrived, each counted once',
      sql: tables
        .map(
          ({ name }) =>
            `SELECT "${FILE_COLUMN}" AS "FILE", COUNT(DISTINCT "${ROW_COLUMN}") AS "ROW_COUNT" FROM ${landedName(place, name)} GROUP BY "${FILE_COLUMN}"`,
        )
        .join(' UNION ALL '),
    },
  ];
}

/** What that means for the version that is shown, and for those after it. */
function waitingViews(place: SnowflakePlace): readonly View[] {
  const at = (name: string): string => landedName(place, name);
  const [loaded, noted] = [storedName(place, CATALOG_LOADED), storedName(place, LOADED_FILES)];
  return [
    {
      name: MISSING_FILES,
      grain: 'one file that a version not shown yet lacks',
      sql: `SELECT "C"."VERSION", "C"."TABLE_NAME", "C"."PARTITION_NAME", "C"."BUILD_ID", "C"."FILE", "C"."ROW_COUNT", COALESCE("A"."ROW_COUNT", 0) AS "ARRIVED_COUNT" FROM ${at(CATALOG_FILES)} AS "C" JOIN ${loaded} AS "L" ON "C"."VERSION" > "L"."VERSION" LEFT JOIN ${noted} AS "N" ON "N"."FILE" = "C"."FILE" LEFT JOIN ${at(ARRIVED_FILES)} AS "A" ON "A"."FILE" = "C"."FILE" WHERE "N"."FILE" IS NULL AND COALESCE("A"."ROW_COUNT", 0) <> "C"."ROW_COUNT"`,
    },
    {
      name: NEXT_VERSION,
      grain: 'the highest version that is whole and not shown yet',
      sql: `SELECT "H"."VERSION", "H"."RUN_ID" FROM ${at(CATALOG_HEADS)} AS "H" JOIN ${loaded} AS "L" ON "H"."VERSION" > "L"."VERSION" WHERE "H"."VERSION" NOT IN (SELECT "VERSION" FROM ${at(MISSING_FILES)}) ORDER BY "H"."VERSION" DESC LIMIT 1`,
    },
    {
      name: VISIBLE_FILES,
      grain: 'one file of the version that is shown',
      sql: `SELECT "C"."TABLE_NAME", "C"."PARTITION_NAME", "C"."FILE", "C"."ROW_COUNT" FROM ${at(CATALOG_FILES)} AS "C" JOIN ${loaded} AS "L" ON "C"."VERSION" = "L"."VERSION"`,
    },
    {
      name: FRESH_FILES,
      grain: 'one file of the version that is shown, whose rows are still to be moved',
      sql: `SELECT "V"."TABLE_NAME", "V"."PARTITION_NAME", "V"."FILE", "V"."ROW_COUNT" FROM ${at(VISIBLE_FILES)} AS "V" LEFT JOIN ${noted} AS "N" ON "N"."FILE" = "V"."FILE" WHERE "N"."FILE" IS NULL`,
    },
  ];
}

/**
 * A pipe for each table and one for the catalog. They are made anew where they change, which forgets what they loaded: what comes twice is taken once.
 * Grants go with a pipe, so they come with it; the role that loads must be there.
 */
export function pipeSteps(place: SnowflakePlace, from: ConnectedBucket, tables: readonly Table[]): readonly Step[] {
  const pipe = (name: string, because: string, copy: string): Step => {
    const made = landedName(place, name);
    return step({
      name: `pipe ${name}`,
      because,
      statements: [
        `CREATE OR REPLACE PIPE ${made} AUTO_INGEST = TRUE AWS_SNS_TOPIC = ${literal(from.topicArn)} COMMENT = ${literal(because)} AS ${copy}`,
        `GRANT MONITOR, OPERATE ON PIPE ${made} TO ROLE ${identifier(place.role)}`,
      ],
    });
  };
  const copy = (into: string, columns: readonly (readonly [column: string, value: string])[], stage: string, rest: string): string =>
    `COPY INTO ${landedName(place, into)} (${columns.map(([column]) => column).join(', ')}) FROM (SELECT ${columns.map(([, value]) => value).join(', ')} FROM @${storedName(place, stage)}/${rest} ON_ERROR = SKIP_FILE`;
  const landed = (zone: 'tables' | 'catalog'): readonly (readonly [string, string])[] => [
    [identifier(FILE_COLUMN), externalKey(from, zone)],
    [identifier(ROW_COLUMN), 'METADATA$FILE_ROW_NUMBER'],
    [identifier(LANDED_COLUMN), 'METADATA$START_SCAN_TIME'],
  ];
  const format = (name: string): string => `FILE_FORMAT = (FORMAT_NAME = ${literal(storedName(place, name))})`;
  // Beside the versions lie the segments of what was consumed.
  const versions = `) ${format(JSON_FORMAT)} PATTERN = '.*[0-9]{12}[.]json'`;
  return [
    pipe(
      CATALOG_VERSIONS,
      'brings versions of the catalog as they are written',
      copy(CATALOG_VERSIONS, [...landed('catalog'), ['"CONTENT"', '$1']], CATALOG_STAGE, versions),
    ),
    ...tables.map((table) => {
      const columns = copiedColumns(table).map(({ column, value }) => [column, value] as const);
      const text = copy(table.name, [...columns, ...landed('tables')], TABLES_STAGE, `${table.name}/) ${format(FILE_FORMAT)}`);
      return pipe(table.name.toUpperCase(), `brings files of ${table.name} as they are written`, text);
    }),
  ];
}
