import { Duration, type Stack } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { ArnPrincipal, PolicyDocument, PolicyStatement, PrincipalWithConditions, Role } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Deployment } from '../../src/pipeline/deploy/deployment.ts';
import type { SnowflakeGuest } from '../../src/pipeline/snowflake-answers.ts';
import { acknowledgeWildcards } from './exceptions.ts';
import type { LakeStack } from './lake-stack.ts';

const ZONES = ['tables/', 'catalog/'] as const;

/** What lets Snowflake read the tables, and where its pipes hear of new files; nothing where it was not connected. */
export function snowflakeOf(stack: Stack, deployment: Deployment, lake: LakeStack): void {
  const { snowflake } = deployment;
  if (snowflake === null) return;
  roleFor(stack, deployment, lake, snowflake);
  const { topicName, subscriberArn } = snowflake;
  if (subscriberArn !== null) topicFor(stack, deployment, lake, topicName, subscriberArn);
}

/** Its name is known before it is there, so that Snowflake's integration can be made first and says who will come. */
function roleFor(stack: Stack, deployment: Deployment, { key }: LakeStack, { roleName, userArn, externalId }: SnowflakeGuest): void {
  const { name, bucket, root } = deployment;
  const arn = `arn:${stack.partition}:s3:::${bucket}`;
  // https://docs.snowflake.com/en/user-guide/data-load-snowpipe-auto-s3
  const statements = [
    new PolicyStatement({ actions: ['s3:GetObject', 's3:GetObjectVersion'], resources: ZONES.map((zone) => `${arn}/${root}${zone}*`) }),
    new PolicyStatement({
      actions: ['s3:ListBucket'],
      resources: [arn],
      conditions: { StringLike: { 's3:prefix': ZONES.map((zone) => `${root}${zone}*`) } },
    }),
    new PolicyStatement({ actions: ['s3:GetBucketLocation'], resources: [arn] }),
    new PolicyStatement({
      actions: ['kms:Decrypt'],
      resources: [key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `s3.${stack.region}.amazonaws.com` } },
    }),
  ];
  const role = new Role(stack, 'snowflake-role', {
    roleName,
    assumedBy: new PrincipalWithConditions(new ArnPrincipal(userArn), { StringEquals: { 'sts:ExternalId': externalId } }),
    description: `Snowflake reads tables and catalog of ${name}, and nothing else of it.`,
    inlinePolicies: { own: new PolicyDocument({ statements }) },
  });
  acknowledgeWildcards(role, stack, statements);
}

/**
 * The bucket tells EventBridge already; it tells the topic of new files of tables and versions of the catalog, and Snowflake's queue subscribes when a pipe
 * is made. By way of EventBridge for the same reason as the queue of raw objects: Snowflake takes its events from a topic as it takes those of S3
 * (option 3 of https://docs.snowflake.com/en/user-guide/data-load-snowpipe-auto-s3).
 */
function topicFor(stack: Stack, deployment: Deployment, { key }: LakeStack, topicName: string, subscriberArn: string): void {
  const { name, bucket, root } = deployment;
  const topic = new Topic(stack, 'snowflake-topic', { topicName, masterKey: key, enforceSSL: true });
  topic.addToResourcePolicy(
    new PolicyStatement({ principals: [new ArnPrincipal(subscriberArn)], actions: ['sns:Subscribe'], resources: [topic.topicArn] }),
  );
  const rule = new Rule(stack, 'snowflake-objects', {
    ruleName: `${name}-snowflake-objects`,
    description: 'Tells Snowflake of every new file of tables and catalog.',
    eventPattern: {
      source: ['aws.s3'],
      detailType: ['Object Created'],
      detail: { bucket: { name: [bucket] }, object: { key: ZONES.map((zone) => ({ prefix: `${root}${zone}` })) } },
    },
  });
  // With it the CDK lets EventBridge publish there, and use the key of the topic.
  rule.addTarget(new SnsTopic(topic, { retryAttempts: 185, maxEventAge: Duration.hours(24) }));
}
