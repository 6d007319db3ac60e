import type { Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Deployment } from '../../src/pipeline/deploy/deployment.ts';

/** A start that Lambda did not take within this time is not worth making: the next one is near, and what it finds is the same. */
const OLDEST_START_SECONDS = 600;

/** A schedule for each job of the settings, all with one role that may start `extract`, and nothing else. */
export function schedulesOf(stack: Stack, { name, schedules }: Deployment, extract: LambdaFunction, dead: Queue): void {
  const group = new CfnScheduleGroup(stack, 'schedules', { name });
  const role = new Role(stack, 'scheduler-role', {
    // Of this deployment alone (https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html).
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': stack.account, 'aws:SourceArn': group.attrArn } },
    }),
    description: `Starts extract of ${name}.`,
    inlinePolicies: {
      own: new PolicyDocument({
        statements: [
          new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [extract.functionArn] }),
          new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [dead.queueArn] }),
        ],
      }),
    },
  });
  for (const { name: end, account, streams, expression, timeZone } of schedules) {
    new CfnSchedule(stack, `schedule-${end}`, {
      name: `${name}-${end}`,
      groupName: group.ref,
      description: `${streams.join(', ')} of ${account}`,
      scheduleExpression: expression,
      scheduleExpressionTimezone: timeZone,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: extract.functionArn,
        roleArn: role.roleArn,
        input: JSON.stringify({ account, streams }),
        deadLetterConfig: { arn: dead.queueArn },
        retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: OLDEST_START_SECONDS },
      },
    });
  }
}
