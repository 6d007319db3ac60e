import type { App } from 'aws-cdk-lib';
import { Aws, CfnOutput, Duration, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  CfnBucket,
  type IBucket,
  type LifecycleRule,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Deployment } from '../../src/pipeline/deploy/deployment.ts';
import { acknowledge } from './exceptions.ts';
import { ATHENA_RESULTS, environmentOf, secretName } from './names.ts';

/** What outlives the pipeline: the data, the key it is encrypted with, and the logins. */
export interface LakeStack {
  readonly stack: Stack;
  readonly bucket: Bucket;
  readonly key: Key;
}

/** An object that was replaced, or removed by hand, can be had back for so long. Tonearm's own removals leave no version. */
const OLD_VERSIONS_DAYS = 30;
const ACCESS_LOG_DAYS = 90;
const RESULT_DAYS = 7;

const removalOf = ({ isLakeKept }: Deployment): RemovalPolicy => (isLakeKept ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);

/** The stack `<name>-lake`. Everything in it is kept when it is destroyed, unless the deployment says that nothing is: then all but the access logs go. */
export function lakeStack(app: App, deployment: Deployment): LakeStack {
  const { name } = deployment;
  const stack = new Stack(app, `${name}-lake`, {
    ...environmentOf(deployment),
    description: 'The data of Tonearm: kept, whatever is deployed around it.',
  });
  Tags.of(stack).add('tonearm', name);
  const key = encryptionKey(stack, deployment);
  const bucket = lakeBucket(stack, deployment, key);
  for (const account of deployment.accounts)
    secret(stack, deployment, `login/${account}`, key, `Login of the account ${account} at Spotify.`);
  secret(stack, deployment, 'app', key, 'The app at Spotify: {"client_id": "…", "client_secret": "…"}.');
  new CfnOutput(stack, 'Address', { value: `s3://${deployment.bucket}/${deployment.root}`.replace(/\/$/, '') });
  return { stack, bucket, key };
}

function encryptionKey(stack: Stack, deployment: Deployment): Key {
  const { name } = deployment;
  const key = new Key(stack, 'Key', {
    alias: `${name}-lake`,
    description: `Encrypts the lake ${name}, its logins, alarms and query results.`,
    enableKeyRotation: true,
    removalPolicy: removalOf(deployment),
  });
  // Alarms and budgets publish to an encrypted topic (https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html).
  key.addToResourcePolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com'), new ServicePrincipal('budgets.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  );
  return key;
}

function lakeBucket(stack: Stack, deployment: Deployment, key: Key): Bucket {
  const shared = {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
    removalPolicy: RemovalPolicy.RETAIN,
  };
  const logs = new Bucket(stack, 'AccessLogs', {
    ...shared,
    // S3 delivers access logs to no bucket whose key is a customer's (https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html).
    encryption: BucketEncryption.S3_MANAGED,
    lifecycleRules: [{ id: 'access-logs', expiration: Duration.days(ACCESS_LOG_DAYS) }],
  });
  acknowledge(logs, 'AwsSolutions-S1', 'This is the bucket of the access logs; logging it into itself would never end.');
  const bucket = new Bucket(stack, 'Lake', {
    ...shared,
    removalPolicy: removalOf(deployment),
    bucketName: deployment.bucket,
    encryption: BucketEncryption.KMS,
    encryptionKey: key,
    // One request to KMS for many objects: without it each read of a table file would be one.
    bucketKeyEnabled: true,
    versioned: true,
    // The types of the CDK are not written for exact optional properties.
    serverAccessLogsBucket: logs as IBucket,
    serverAccessLogsPrefix: 'lake/',
    lifecycleRules: [...lifecycle(deployment)],
  });
  // Said here, as the CDK's own way to say it is a function that may change the notifications of every bucket.
  const resource = bucket.node.defaultChild;
  if (!(resource instanceof CfnBucket)) throw new Error('a bucket of the CDK is no bucket of CloudFormation any more');
  resource.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
  return bucket;
}

function lifecycle({ root, expiry }: Deployment): readonly LifecycleRule[] {
  return [
    {
      id: 'leftovers',
      abortIncompleteMultipartUploadAfter: Duration.days(1),
      noncurrentVersionExpiration: Duration.days(OLD_VERSIONS_DAYS),
    },
    {
      id: 'query-results',
      prefix: `${root}${ATHENA_RESULTS}`,
      expiration: Duration.days(RESULT_DAYS),
      noncurrentVersionExpiration: Duration.days(1),
    },
    ...expiry.map(({ prefix, days }) => ({
      id: `retention-${prefix.replaceAll('/', '-')}${days}`,
      prefix: `${root}${prefix}`,
      expiration: Duration.days(days),
      noncurrentVersionExpiration: Duration.days(1),
    })),
  ];
}

/** Empty until a login is put into it, so that no value ever stands in a template. */
function secret(stack: Stack, deployment: Deployment, end: string, key: Key, description: string): void {
  const id = `Secret-${end.replaceAll('/', '-')}`;
  const made = new CfnSecret(stack, id, { name: secretName(deployment, end), description, kmsKeyId: key.keyArn });
  made.applyRemovalPolicy(removalOf(deployment));
  const reason =
    end === 'app'
      ? 'Spotify lets nobody change a client secret but the owner of the app, by hand.'
      : 'Spotify itself replaces a refresh token as it is used.';
  acknowledge(made, 'AwsSolutions-SMG4', reason);
}
