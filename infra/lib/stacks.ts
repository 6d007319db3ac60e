import type { App } from 'aws-cdk-lib';
import type { Deployment } from '../../src/pipeline/deploy/deployment.ts';
import { type LakeStack, lakeStack } from './lake-stack.ts';
import { pipelineStack } from './pipeline-stack.ts';

/** Ways of the CDK that are not its default for the sake of older apps (https://docs.aws.amazon.com/cdk/v2/guide/featureflags.html). */
const FLAGS = [
  '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy',
  '@aws-cdk/aws-iam:minimizePolicies',
  '@aws-cdk/core:checkSecretUsage',
  '@aws-cdk/aws-sns-subscriptions:restrictSqsDescryption',
] as const;

/** Both stacks of a deployment. */
export function stacksOf(
  app: App,
  deployment: Deployment,
  code: string,
): { readonly lake: LakeStack['stack']; readonly pipeline: LakeStack['stack'] } {
  for (const flag of FLAGS) app.node.setContext(flag, true);
  // The stack of the data cannot go while the other one uses its key.
  app.node.setContext('@aws-cdk/core:defaultCrossStackReferences', 'strong');
  const lake = lakeStack(app, deployment);
  return { lake: lake.stack, pipeline: pipelineStack(app, deployment, lake, code) };
}
