import { type App, Stack, Tags } from 'aws-cdk-lib';
import type { Deployment } from '../../src/pipeline/deploy/deployment.ts';
import { alarmsOf } from './alarms.ts';
import { catalogOf } from './catalog.ts';
import { functionsOf } from './functions.ts';
import type { LakeStack } from './lake-stack.ts';
import { environmentOf } from './names.ts';
import { queuesOf, toldOfRaw } from './queues.ts';
import { schedulesOf } from './schedules.ts';
import { snowflakeOf } from './snowflake.ts';

/** The stack `<name>-pipeline`: all that can be made again. `code`: the folder that holds a folder of code for each function. */
export function pipelineStack(app: App, deployment: Deployment, lake: LakeStack, code: string): Stack {
  const { name } = deployment;
  const stack = new Stack(app, `${name}-pipeline`, {
    ...environmentOf(deployment),
    description: 'What reads Spotify and builds the tables of Tonearm.',
  });
  // CloudFormation takes no tags of a dashboard.
  Tags.of(stack).add('tonearm', name, { excludeResourceTypes: ['AWS::CloudWatch::Dashboard'] });
  stack.addStackDependency(lake.stack);
  const queues = queuesOf(stack, deployment);
  toldOfRaw(stack, deployment, queues);
  const functions = functionsOf({ stack, deployment, lake, queues, code });
  schedulesOf(stack, deployment, functions.extract, queues.dead.extract);
  catalogOf(stack, deployment, lake);
  snowflakeOf(stack, deployment, lake);
  alarmsOf({ stack, deployment, lake, functions, queues });
  return stack;
}
