import { RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { CfnNamedQuery, CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { CfnDatabase } from 'aws-cdk-lib/aws-glue';
import type { Deployment } from '../../src/pipeline/deploy/deployment.ts';
import { crawlerOf } from './crawler.ts';
import type { LakeStack } from './lake-stack.ts';
import { ATHENA_RESULTS, databaseName } from './names.ts';
import { SAVED_QUERIES } from './saved-queries.ts';

/** A query that would read more than this ends: about five US cents. */
const MOST_SCANNED_BYTES = 10_000_000_000;

/** The database that a build publishes to, the workgroup that asks it, and questions to start from. */
export function catalogOf(stack: Stack, deployment: Deployment, lake: LakeStack): void {
  const database = databaseName(deployment);
  const made = new CfnDatabase(stack, 'database', {
    catalogId: stack.account,
    databaseInput: {
      name: database,
      description: `Tables of the lake ${deployment.name}.`,
      locationUri: `s3://${deployment.bucket}/${deployment.root}tables/`,
    },
  });
  made.applyRemovalPolicy(RemovalPolicy.DESTROY);
  const workgroup = new CfnWorkGroup(stack, 'workgroup', {
    name: deployment.name,
    description: `Asks the lake ${deployment.name}.`,
    recursiveDeleteOption: true,
    workGroupConfiguration: {
      enforceWorkGroupConfiguration: true,
      publishCloudWatchMetricsEnabled: true,
      bytesScannedCutoffPerQuery: MOST_SCANNED_BYTES,
      engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
      resultConfiguration: {
        outputLocation: `s3://${deployment.bucket}/${deployment.root}${ATHENA_RESULTS}`,
        encryptionConfiguration: { encryptionOption: 'SSE_KMS', kmsKey: lake.key.keyArn },
        expectedBucketOwner: stack.account,
      },
    },
  });
  for (const { id, name, description, sql } of SAVED_QUERIES) {
    const query = new CfnNamedQuery(stack, `query-${id}`, { name, description, database, workGroup: deployment.name, queryString: sql });
    query.addResourceDependency(workgroup);
  }
  if (deployment.crawler) crawlerOf(stack, deployment, lake);
}
