import { RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { CfnCrawler, CfnDatabase, CfnSecurityConfiguration } from 'aws-cdk-lib/aws-glue';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Deployment } from '../../src/pipeline/deploy/deployment.ts';
import { acknowledge, acknowledgeWildcards } from './exceptions.ts';
import type { LakeStack } from './lake-stack.ts';
import { databaseName } from './names.ts';

/** What a crawler asks of the Data Catalog for tables of its own; https://docs.aws.amazon.com/glue/latest/dg/crawler-prereqs.html */
const CATALOG_ACTIONS = [
  'glue:GetDatabase',
  'glue:GetTable',
  'glue:GetTables',
  'glue:CreateTable',
  'glue:UpdateTable',
  'glue:GetPartition',
  'glue:GetPartitions',
  'glue:BatchGetPartition',
  'glue:BatchCreatePartition',
  'glue:BatchUpdatePartition',
  'glue:CreatePartition',
  'glue:UpdatePartition',
];

/** Guesses the schema of raw once a day, into a database of its own: nothing of Tonearm reads it. */
export function crawlerOf(stack: Stack, deployment: Deployment, { key }: LakeStack): void {
  const { name, bucket, root } = deployment;
  const database = `${databaseName(deployment)}_raw`;
  const made = new CfnDatabase(stack, 'raw-database', {
    catalogId: stack.account,
    databaseInput: { name: database, description: 'What a crawler guesses of raw.' },
  });
  made.applyRemovalPolicy(RemovalPolicy.DESTROY);
  const arn = (resource: string): string => `arn:${stack.partition}:glue:${stack.region}:${stack.account}:${resource}`;
  const objects = `arn:${stack.partition}:s3:::${bucket}`;
  const security = new CfnSecurityConfiguration(stack, 'crawler-encryption', {
    name: `${name}-crawler`,
    encryptionConfiguration: { cloudWatchEncryption: { cloudWatchEncryptionMode: 'SSE-KMS', kmsKeyArn: key.keyArn } },
  });
  const log = `arn:${stack.partition}:logs:${stack.region}:${stack.account}:log-group:/aws-glue/crawlers*`;
  const statements = [
    new PolicyStatement({ actions: ['s3:GetObject'], resources: [`${objects}/${root}raw/*`] }),
    new PolicyStatement({ actions: ['s3:ListBucket', 's3:GetBucketLocation'], resources: [objects] }),
    new PolicyStatement({ actions: CATALOG_ACTIONS, resources: [arn('catalog'), arn(`database/${database}`), arn(`table/${database}/*`)] }),
    new PolicyStatement({ actions: ['glue:GetSecurityConfiguration'], resources: ['*'] }),
    new PolicyStatement({ actions: ['kms:Decrypt'], resources: [key.keyArn] }),
    new PolicyStatement({
      actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents', 'logs:AssociateKmsKey'],
      resources: [log],
    }),
  ];
  const role = new Role(stack, 'crawler-role', {
    assumedBy: new ServicePrincipal('glue.amazonaws.com'),
    description: `Reads raw of ${name}, and nothing else of it.`,
    inlinePolicies: { own: new PolicyDocument({ statements }) },
  });
  acknowledgeWildcards(role, stack, statements);
  acknowledge(
    role,
    'AwsSolutions-IAM5[Resource::*]',
    'AWS has no name for a single security configuration (glue:GetSecurityConfiguration).',
  );
  const crawler = new CfnCrawler(stack, 'crawler', {
    name: `${name}-raw`,
    role: role.roleArn,
    databaseName: database,
    crawlerSecurityConfiguration: security.ref,
    schedule: { scheduleExpression: 'cron(0 5 * * ? *)' },
    targets: { s3Targets: [{ path: `s3://${bucket}/${root}raw/` }] },
    schemaChangePolicy: { updateBehavior: 'UPDATE_IN_DATABASE', deleteBehavior: 'LOG' },
    recrawlPolicy: { recrawlBehavior: 'CRAWL_EVERYTHING' },
  });
  crawler.addResourceDependency(made);
}
