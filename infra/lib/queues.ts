import { Duration, type Stack } from 'aws-cdk-lib';
import { EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Deployment } from '../../src/pipeline/deploy/deployment.ts';
import { QUEUES, type QueueName } from '../../src/surfaces/lambda/functions.ts';
import { acknowledge } from './exceptions.ts';

/** Those that start functions, and those that hold what could not be worked on. */
export type Queues = Readonly<Record<QueueName, Queue>> & { readonly dead: Readonly<Record<QueueName | 'extract', Queue>> };

/** The most that there is. */
const DEAD_DAYS = 14;

/** `<name>-stage`, `<name>-build`, and dead letters of these and of starts that reached no function. */
export function queuesOf(stack: Stack, { name }: Deployment): Queues {
  const dead = (of: string): Queue =>
    new Queue(stack, `${of}-dead`, {
      queueName: `${name}-${of}-dead`,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(DEAD_DAYS),
    });
  const letters = { stage: dead('stage'), build: dead('build'), extract: dead('extract') };
  acknowledge(letters.extract, 'AwsSolutions-SQS3', 'It holds the dead letters of the schedules, which are no queue.');
  const made = QUEUES.map((needs) => [
    needs.name,
    new Queue(stack, `${needs.name}-queue`, {
      queueName: `${name}-${needs.name}`,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(needs.visibilitySeconds),
      retentionPeriod: Duration.days(needs.retentionDays),
      deadLetterQueue: { queue: letters[needs.name], maxReceiveCount: needs.receives },
    }),
  ]);
  return { ...(Object.fromEntries(made) as Record<QueueName, Queue>), dead: letters };
}

/**
 * New raw objects are told to the queue `stage`, in the words that S3 itself uses for queues. By way of EventBridge, since a notification of the bucket
 * would tie its stack to this one: the queue could then be removed only together with the data.
 */
export function toldOfRaw(stack: Stack, { name, bucket, root }: Deployment, queues: Queues): void {
  const rule = new Rule(stack, 'raw-objects', {
    ruleName: `${name}-raw-objects`,
    description: 'Tells the queue of every raw object that lands.',
    eventPattern: {
      source: ['aws.s3'],
      detailType: ['Object Created'],
      detail: { bucket: { name: [bucket] }, object: { key: [{ prefix: `${root}raw/` }] } },
    },
  });
  const message = RuleTargetInput.fromObject({
    Records: [
      {
        eventSource: 'aws:s3',
        eventName: 'ObjectCreated:Put',
        s3: { bucket: { name: EventField.fromPath('$.detail.bucket.name') }, object: { key: EventField.fromPath('$.detail.object.key') } },
      },
    ],
  });
  rule.addTarget(
    new SqsQueue(queues.stage, { message, deadLetterQueue: queues.dead.stage, retryAttempts: 185, maxEventAge: Duration.hours(24) }),
  );
}
