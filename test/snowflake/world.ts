import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { ConnectedBucket, Source } from '../../src/engines/snowflake/external.ts';
import type { SnowflakePlace } from '../../src/engines/snowflake/place.ts';
import type { SnowflakeDriver, SnowflakeRow, SnowflakeSession } from '../../src/engines/snowflake/session.ts';
import { applySnowflake } from '../../src/engines/snowflake/setup.ts';
import { createStandIn, type StandIn } from './stand-in.ts';

export const PASSPHRASE = 'correct horse';

export interface SnowflakeWorld {
  readonly standIn: StandIn;
  readonly place: SnowflakePlace;
  readonly driver: SnowflakeDriver;
}

const newKeys = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: PASSPHRASE },
  });
/** Finding the primes takes longer than all else of a world. */
let keys: ReturnType<typeof newKeys> | null = null;

/** A stand-in, and a user of it with an encrypted key in that folder. */
export async function createSnowflakeWorld(folder: string): Promise<SnowflakeWorld> {
  keys ??= newKeys();
  const pair = keys;
  const keyFile = join(folder, 'ana.p8');
  await writeFile(keyFile, pair.privateKey, { mode: 0o600 });
  const standIn = await createStandIn('ANA', pair.publicKey);
  const place: SnowflakePlace = {
    account: 'my-org',
    user: 'ANA',
    auth: 'key_pair',
    keyFile,
    passphrase: PASSPHRASE,
    token: null,
    role: 'TONEARM_LOADER',
    warehouse: 'TONEARM',
    database: 'TONEARM',
    schema: 'LAKE',
    address: standIn.url,
  };
  const driver: SnowflakeDriver = createRequire(import.meta.url)('snowflake-sdk');
  return { standIn, place, driver };
}

export interface BucketWorld extends SnowflakeWorld {
  readonly source: Source;
}

export const BUCKET: ConnectedBucket = {
  bucket: 'my-lake',
  root: 'me/',
  roleArn: 'arn:aws:iam::123456789012:role/tonearm-snowflake',
  topicArn: 'arn:aws:sns:eu-central-1:123456789012:tonearm-snowflake',
};

/** What Snowflake tells of its own work. */
const KEPT_OF_ITSELF = [
  'pipe_status ("PIPE" varchar, "STATUS" varchar)',
  'copy_history (table_key varchar, "FILE_NAME" varchar, "STATUS" varchar, "FIRST_ERROR_MESSAGE" varchar, "FILE_SIZE" bigint)',
  'warehouse_metering_history ("CREDITS_USED" double)',
  'pipe_usage_history ("CREDITS_USED" double)',
  'serverless_task_history ("DATABASE_NAME" varchar, "SCHEMA_NAME" varchar, "CREDITS_USED" double)',
];

/** A session without the driver and its requests, for what is not about them. */
export async function sessionPast({ standIn }: SnowflakeWorld): Promise<SnowflakeSession> {
  const warehouse = await standIn.enter();
  let asked = 0;
  return {
    run: async (sql) => {
      asked += 1;
      return rowsOf(await warehouse.run(sql));
    },
    asked: () => asked,
    close: () => warehouse.leave(),
  };
}

/** Rows of an answer as the driver gives them. */
export function rowsOf(answer: Readonly<Record<string, unknown>>): readonly SnowflakeRow[] {
  const { rowtype = [], rowset = [] } = answer as {
    readonly rowtype?: readonly { readonly name: string }[];
    readonly rowset?: readonly (readonly (string | null)[])[];
  };
  return rowset.map((row) => Object.fromEntries(rowtype.map(({ name }, at) => [name, row[at] ?? null])));
}

/** A stand-in with all that pipes need, which takes that folder for the lake in a bucket. */
export async function createBucketWorld(folder: string, lake: string): Promise<BucketWorld> {
  const world = await createSnowflakeWorld(folder);
  world.standIn.shared.buckets.set('s3://my-lake/me/', lake);
  const source = { load: 'pipe', from: BUCKET } as const;
  const session = await sessionPast(world);
  await applySnowflake(session, world.place, new AbortController().signal, source);
  await session.close();
  for (const table of KEPT_OF_ITSELF) await world.standIn.duckdb.run(`create table memory.main.${table}`);
  for (const pipe of world.standIn.shared.pipes.keys())
    await world.standIn.duckdb.run(`insert into memory.main.pipe_status values ('${pipe}', '{"executionState":"RUNNING"}')`);
  return { ...world, source };
}
