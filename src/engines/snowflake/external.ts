import { CATALOG_STAGE, JSON_FORMAT, TABLES_STAGE } from './objects.ts';
import { type SnowflakePlace, storedName } from './place.ts';
import { identifier, literal } from './quoted.ts';
import { type Step, step } from './step.ts';

/** The bucket of the lake, as Snowflake is let into it. */
export interface ConnectedBucket {
  readonly bucket: string;
  /** Before every key of the lake: empty, or ends with `/`. */
  readonly root: string;
  /** Of AWS: what Snowflake takes on to read it. */
  readonly roleArn: string;
  /** Where the bucket tells of new files. */
  readonly topicArn: string;
}

/** Where the rows come from: through this machine, from the bucket when a load is asked for, or from the bucket as its events tell. */
export type Source = { readonly load: 'put' } | { readonly load: 'stage' | 'pipe'; readonly from: ConnectedBucket };

/** An object of the account, not of a database: so it is called after it. */
export const integrationName = ({ database }: Pick<SnowflakePlace, 'database'>): string => `${database}_LAKE`;

/** What Snowflake may read of the bucket, and no more. */
const locations = ({ bucket, root }: ConnectedBucket): readonly string[] =>
  ['tables/', 'catalog/'].map((zone) => `s3://${bucket}/${root}${zone}`);

/**
 * Never CREATE OR REPLACE: a new integration has a new external id, which the role would not know
 * (https://docs.snowflake.com/en/user-guide/data-load-s3-config-storage-integration).
 */
export function integrationStep(place: Pick<SnowflakePlace, 'database'>, from: ConnectedBucket): Step {
  const name = identifier(integrationName(place));
  const allowed = locations(from).map(literal).join(', ');
  const settings = `ENABLED = TRUE STORAGE_AWS_ROLE_ARN = ${literal(from.roleArn)} STORAGE_ALLOWED_LOCATIONS = (${allowed})`;
  return step({
    name: `storage integration ${integrationName(place)}`,
    because: 'lets Snowflake read tables/ and catalog/ of the bucket, by a role of AWS and without a key',
    statements: [
      `CREATE STORAGE INTEGRATION IF NOT EXISTS ${name} TYPE = EXTERNAL_STAGE STORAGE_PROVIDER = 'S3' ${settings} COMMENT = 'Made by Tonearm'`,
      `ALTER STORAGE INTEGRATION ${name} SET ${settings}`,
    ],
  });
}

export const describeIntegration = (place: Pick<SnowflakePlace, 'database'>): string =>
  `DESC INTEGRATION ${identifier(integrationName(place))}`;

/** Who may subscribe to the topic, as a policy in JSON. */
export const subscriberPolicy = ({ topicArn }: ConnectedBucket): string =>
  `SELECT SYSTEM$GET_AWS_SNS_IAM_POLICY(${literal(topicArn)}) AS "POLICY"`;

/** Whether the role lets Snowflake list, as JSON. */
export const tryIntegration = (place: Pick<SnowflakePlace, 'database'>, from: ConnectedBucket): string =>
  `SELECT SYSTEM$VALIDATE_STORAGE_INTEGRATION(${[integrationName(place), locations(from)[0] ?? '', '', 'list'].map(literal).join(', ')}) AS "ANSWER"`;

/** Stages of the bucket; their URLs are those that the integration allows. */
export function externalSteps(place: SnowflakePlace, from: ConnectedBucket): readonly Step[] {
  const [tables = '', catalog = ''] = locations(from);
  const stage = (name: string, url: string, because: string): Step =>
    step({
      name: `stage ${name}`,
      because,
      statements: [
        `CREATE STAGE IF NOT EXISTS ${storedName(place, name)} URL = ${literal(url)} STORAGE_INTEGRATION = ${identifier(integrationName(place))} COMMENT = ${literal(because)}`,
      ],
    });
  return [
    stage(TABLES_STAGE, tables, "files of the lake's tables, where they lie"),
    stage(CATALOG_STAGE, catalog, "versions of the lake's catalog, where they lie"),
    step({
      name: `file format ${JSON_FORMAT}`,
      because: 'a version of the catalog is one object of JSON',
      statements: [`CREATE FILE FORMAT IF NOT EXISTS ${storedName(place, JSON_FORMAT)} TYPE = JSON`],
    }),
  ];
}

/**
 * SQL for the key of the file that a row is of. Of a stage in a bucket the name is told with all that stands before it in the bucket
 * (https://docs.snowflake.com/en/user-guide/querying-metadata); were it told from the stage on, the key would be the same.
 */
export function externalKey({ root }: ConnectedBucket, zone: 'tables' | 'catalog'): string {
  const before = `^(${`${root}${zone}/`.replaceAll(/[^\w/=-]/g, (sign) => `[${sign}]`)})?`;
  return `CONCAT(${literal(`${zone}/`)}, REGEXP_REPLACE(METADATA$FILENAME, ${literal(before)}, ''))`;
}
