import { join } from 'node:path';
import { Arn, ArnFormat, Duration, RemovalPolicy, Size, type Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  CfnFunction,
  Code,
  EventInvokeConfig,
  EventSourceMapping,
  Function as LambdaFunction,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Deployment } from '../../src/pipeline/deploy/deployment.ts';
import {
  FUNCTIONS,
  type FunctionName,
  type FunctionNeeds,
  NODE_OPTIONS,
  type Permission,
  QUEUES,
} from '../../src/surfaces/lambda/functions.ts';
import { acknowledge, acknowledgeWildcards } from './exceptions.ts';
import type { LakeStack } from './lake-stack.ts';
import { databaseName, secretName } from './names.ts';
import type { Queues } from './queues.ts';

export type Functions = Readonly<Record<FunctionName, LambdaFunction>>;

interface Place {
  readonly stack: Stack;
  readonly deployment: Deployment;
  readonly lake: LakeStack;
  readonly queues: Queues;
  /** Folder that holds a folder of code for each function. */
  readonly code: string;
}

/** Each function with a role of its own, its log, and the queue that starts it; what it may is what `functions.ts` says, and no more. */
export function functionsOf(place: Place): Functions {
  const made = FUNCTIONS.map((needs) => [needs.name, functionOf(place, needs)] as const);
  return Object.fromEntries(made) as Record<FunctionName, LambdaFunction>;
}

function functionOf(place: Place, needs: FunctionNeeds): LambdaFunction {
  const { stack, deployment, code } = place;
  const { name, memoryMb, timeoutSeconds, storageMb, handler } = needs;
  const functionName = `${deployment.name}-${name}`;
  const logGroup = new LogGroup(stack, `${name}-log`, {
    logGroupName: `/aws/lambda/${functionName}`,
    retention: RetentionDays.ONE_MONTH,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const made = new LambdaFunction(stack, name, {
    functionName,
    runtime: Runtime.NODEJS_24_X,
    architecture: deployment.architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
    handler,
    code: Code.fromAsset(join(code, name)),
    memorySize: memoryMb,
    timeout: Duration.seconds(timeoutSeconds),
    ephemeralStorageSize: Size.mebibytes(storageMb),
    environment: environmentOf(place, needs),
    role: roleOf(place, needs, logGroup),
    logGroup,
  });
  traced(made);
  if (needs.from === null) {
    // Whatever is left undone after an hour is done by the next start of the schedule.
    new EventInvokeConfig(stack, `${name}-starts`, { function: made, retryAttempts: 2, maxEventAge: Duration.hours(1) });
  } else startedBy(place, made, needs.from);
  return made;
}

/** X-Ray follows each event. Set on the resource itself: the construct would add the right as a policy beside the role's own. */
function traced(made: LambdaFunction): void {
  const { defaultChild } = made.node;
  if (!(defaultChild instanceof CfnFunction)) throw new Error(`${made.node.id} is no function`);
  defaultChild.tracingConfig = { mode: 'Active' };
}

function startedBy({ stack, queues }: Place, target: LambdaFunction, from: (typeof QUEUES)[number]['name']): void {
  const needs = QUEUES.find(({ name }) => name === from);
  if (needs === undefined) throw new Error(`no queue ${from}`);
  new EventSourceMapping(stack, `${from}-events`, {
    target,
    eventSourceArn: queues[from].queueArn,
    batchSize: needs.batchSize,
    maxBatchingWindow: Duration.seconds(needs.windowSeconds),
    maxConcurrency: needs.concurrency,
    reportBatchItemFailures: true,
  });
}

const VALUES: Readonly<Record<string, (place: Place) => string>> = {
  TONEARM_LAKE: ({ deployment }) => `s3://${deployment.bucket}/${deployment.root}`.replace(/\/$/, ''),
  TONEARM_CONFIG: () => '/var/task/tonearm.yaml',
  TONEARM_DEPLOYMENT: ({ deployment }) => deployment.name,
  TONEARM_SECRETS: ({ deployment }) => deployment.name,
  TONEARM_BUILD_QUEUE_URL: ({ queues }) => queues.build.queueUrl,
  TONEARM_ATHENA: () => '1',
  NODE_OPTIONS: () => NODE_OPTIONS,
};

function environmentOf(place: Place, { name, environment }: FunctionNeeds): Readonly<Record<string, string>> {
  return Object.fromEntries(
    environment.map((variable) => {
      const value = VALUES[variable];
      if (value === undefined) throw new Error(`${name} needs ${variable}, of which nothing is known here`);
      return [variable, value(place)];
    }),
  );
}

function roleOf(place: Place, needs: FunctionNeeds, log: LogGroup): Role {
  const { stack, deployment } = place;
  const statements = statementsOf(place, needs, log);
  const role = new Role(stack, `${needs.name}-role`, {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    description: `What the function ${needs.name} of ${deployment.name} may do.`,
    inlinePolicies: { own: new PolicyDocument({ statements: [...statements] }) },
  });
  acknowledgeWildcards(role, stack, statements);
  acknowledge(role, 'AwsSolutions-IAM5[Resource::*]', 'X-Ray knows no resources: whoever may tell it of traces may tell it of all.');
  return role;
}

function statementsOf(place: Place, { may }: FunctionNeeds, log: LogGroup): readonly PolicyStatement[] {
  const usesSecrets = may.some(({ on }) => on === 'secret');
  const { key } = place.lake;
  return [
    ...may.map((permission) => statementOf(place, permission)),
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
    new PolicyStatement({ actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], resources: ['*'] }),
    new PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [`${log.logGroupArn}`] }),
    // Only through the services that hold what it encrypts.
    new PolicyStatement({
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [key.keyArn],
      conditions: {
        StringEquals: {
          'kms:ViaService': [
            `s3.${place.stack.region}.amazonaws.com`,
            ...(usesSecrets ? [`secretsmanager.${place.stack.region}.amazonaws.com`] : []),
          ],
        },
      },
    }),
  ];
}

function statementOf(place: Place, permission: Permission): PolicyStatement {
  const { stack, deployment, queues } = place;
  const { bucket, root } = deployment;
  const actions = [...permission.actions];
  const arn = (service: string, resource: string, resourceName: string, arnFormat = ArnFormat.SLASH_RESOURCE_NAME): string =>
    Arn.format({ service, resource, resourceName, arnFormat }, stack);
  switch (permission.on) {
    case 'bucket':
      // Without a condition on the prefix: under one, S3 answers 403 in place of 404 where an object is missing, and that a thing is missing is an answer here.
      return new PolicyStatement({ actions, resources: [`arn:${stack.partition}:s3:::${bucket}`] });
    case 'objects':
      return new PolicyStatement({
        actions,
        resources: permission.zones.map((zone) => `arn:${stack.partition}:s3:::${bucket}/${root}${zone}/*`),
      });
    case 'queue':
      return new PolicyStatement({ actions, resources: [queues[permission.queue].queueArn] });
    case 'secret': {
      // Secrets Manager adds six characters of its own to the name in the ARN.
      const end = permission.secret === 'app' ? 'app-??????' : 'login/*';
      return new PolicyStatement({
        actions,
        resources: [arn('secretsmanager', 'secret', secretName(deployment, end), ArnFormat.COLON_RESOURCE_NAME)],
      });
    }
    case 'glue': {
      const database = databaseName(deployment);
      const resources = [
        `arn:${stack.partition}:glue:${stack.region}:${stack.account}:catalog`,
        arn('glue', 'database', database),
        arn('glue', 'table', `${database}/*`),
      ];
      return new PolicyStatement({ actions, resources });
    }
  }
}
