import { z } from 'zod';
import type { Config } from '../config.ts';
import type { ConnectedBucket, Source } from '../engines/snowflake/external.ts';
import { PipelineError } from '../kernel/errors.ts';
import { bucketOf } from '../kernel/lake-place.ts';
import type { Versioned } from '../kernel/versioned.ts';
import type { ObjectStore } from '../landing/object-store.ts';
import { createVersions } from '../landing/versions.ts';
import type { awsAccount } from './aws-account.ts';
import type { SnowflakeGuest } from './snowflake-answers.ts';

/** What Snowflake and AWS know of one another: who of Snowflake may take on which role. It holds no key; without the user's own, the external id opens nothing. */
const Connection = z.object({
  bucket: z.string(),
  root: z.string(),
  roleArn: z.string(),
  topicArn: z.string(),
  /** Of Snowflake, in its own AWS account. */
  userArn: z.string(),
  externalId: z.string(),
  /** Who of Snowflake subscribes to the topic; null where that was not asked. */
  subscriberArn: z.string().nullable(),
});

export type SnowflakeConnection = Readonly<z.infer<typeof Connection>>;

/** Kept in the lake, so that whoever deploys and whoever loads knows it. Lost, `tonearm snowflake connect` finds it again. */
const connectionNotes = (store: ObjectStore): Versioned<SnowflakeConnection> =>
  createVersions<SnowflakeConnection>({ store, prefix: 'state/_snowflake.connection/', parse: (json) => Connection.parse(json), keep: 10 });

/** Writes what became known; false where it was known already. Errors: those of the store; `conflict` where two connect at once. */
export async function noteConnection(store: ObjectStore, connection: SnowflakeConnection): Promise<boolean> {
  const notes = connectionNotes(store);
  const known = await notes.read();
  if (known !== null && JSON.stringify(known.value) === JSON.stringify(Connection.parse(connection))) return false;
  if ((await notes.write(known?.version ?? 0, Connection.parse(connection))) === 'written') return true;
  throw new PipelineError('another `tonearm snowflake connect` was first', { code: 'conflict', retryable: true, hint: 'Run it again.' });
}

interface Lake {
  readonly config: Config;
  readonly store: ObjectStore;
}

/** That of this lake's bucket; null where none was made, or another bucket was connected. Errors: those of the store. */
export async function connectionOf({ config, store }: Lake): Promise<SnowflakeConnection | null> {
  const place = bucketOf(config.lake);
  if (place === null) return null;
  const known = (await connectionNotes(store).read())?.value;
  return known !== undefined && known.bucket === place.bucket && known.root === rootOf(place.prefix) ? known : null;
}

const rootOf = (prefix: string): string => (prefix === '' ? '' : `${prefix}/`);

/**
 * Whom the deployment lets in: nobody where the settings have files go through this machine, or where nothing is connected, as before the bucket is there.
 * Errors: those of the store.
 */
export async function snowflakeGuest(context: Lake): Promise<SnowflakeGuest | null> {
  const { snowflake } = context.config;
  if (snowflake === undefined || snowflake.load === 'put') return null;
  try {
    const known = await connectionOf(context);
    if (known === null) return null;
    const { roleArn, topicArn, userArn, externalId, subscriberArn } = known;
    const [roleName = '', topicName = ''] = [roleArn.replace(/^.*\//, ''), topicArn.replace(/^.*:/, '')];
    return { roleName, topicName, userArn, externalId, subscriberArn: snowflake.load === 'pipe' ? subscriberArn : null };
  } catch (error) {
    if (error instanceof PipelineError && error.cause instanceof Error && error.cause.message === 'NoSuchBucket') return null;
    throw error;
  }
}

/** Where rows come from, by the settings and by what is connected. Errors: `config` where the settings want a bucket that is not connected. */
export async function snowflakeSource(context: Lake): Promise<Source> {
  const load = context.config.snowflake?.load ?? null;
  if (load === 'put') return { load };
  const from = await connectionOf(context);
  if (from !== null) return { load: load ?? 'stage', from };
  if (load === null) return { load: 'put' };
  const isFolder = bucketOf(context.config.lake) === null;
  throw new PipelineError(
    isFolder
      ? `snowflake.load is ${load}, and the lake is in no bucket`
      : `snowflake.load is ${load}, and Snowflake is not connected to the bucket`,
    {
      code: 'config',
      hint: isFolder
        ? 'Write load: put, or put the lake into a bucket: docs/aws.md.'
        : 'Run `tonearm snowflake connect`: docs/snowflake.md.',
    },
  );
}

/**
 * The bucket of the lake, and what AWS calls the role and the topic that `tonearm deploy` makes for Snowflake.
 * Errors: `config` for a lake in no bucket; those of {@link awsAccount}.
 */
export async function bucketToConnect({ lake, aws, bucket }: Config, account: typeof awsAccount): Promise<ConnectedBucket> {
  const place = bucketOf(lake);
  if (place === null) {
    throw new PipelineError(`Snowflake can be connected to a bucket, and this lake is in ${lake}`, {
      code: 'config',
      hint: 'Without one, files go through this machine: `tonearm snowflake publish`. A lake in a bucket: docs/aws.md.',
    });
  }
  const name = `${aws?.name ?? 'tonearm'}-snowflake`;
  const { id, partition, region } = await account(aws?.region ?? bucket?.region ?? null);
  return {
    bucket: place.bucket,
    root: rootOf(place.prefix),
    roleArn: `arn:${partition}:iam::${id}:role/${name}`,
    topicArn: `arn:${partition}:sns:${region}:${id}:${name}`,
  };
}
