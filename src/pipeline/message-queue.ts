import type { Message, SQSClient } from '@aws-sdk/client-sqs';
import { PipelineError } from '../kernel/errors.ts';
import { s3Facts } from '../landing/s3-error.ts';
import { awsError } from './aws-error.ts';

const ATTEMPTS = 5;
const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 30_000 };
/** The most that one request gives. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
const RECEIVED_AT_ONCE = 10;

export interface ReceivedMessage {
  readonly body: string;
  /** Takes it out of the queue. */
  readonly delete: () => Promise<void>;
}

/** One queue of Amazon SQS. Errors of all: see {@link awsError}. */
export interface MessageQueue {
  send(body: string): Promise<void>;
  /** Up to ten that are there; nobody else sees them for so many seconds. Empty: none was found within the wait. */
  receive(options: { readonly hiddenSeconds: number; readonly waitSeconds: number }): Promise<readonly ReceivedMessage[]>;
  /** About. */
  count(): Promise<number>;
}

async function connect(region: string | null) {
  const sdk = await import('@aws-sdk/client-sqs');
  const client: SQSClient = new sdk.SQSClient({
    ...(region === null ? {} : { region }),
    maxAttempts: ATTEMPTS,
    requestHandler: TIMEOUTS,
  });
  return { sdk, client };
}
type Sqs = Awaited<ReturnType<typeof connect>>;

const ACTIONS = 'sqs:GetQueueUrl, GetQueueAttributes, ReceiveMessage, DeleteMessage and SendMessage on it';

/** Loads the SDK with the first request. `region` null: that of AWS's own variables and files. */
export function createMessageQueue(url: string, region: string | null): MessageQueue {
  let connected: Promise<Sqs> | null = null;
  const ask = async <T>(doing: string, work: (sqs: Sqs) => Promise<T>): Promise<T> => {
    try {
      connected ??= connect(region);
      return await work(await connected);
    } catch (error) {
      throw awsError(error, { doing, place: `the queue ${url}`, actions: ACTIONS });
    }
  };
  const received = ({ Body, ReceiptHandle }: Message): ReceivedMessage => ({
    body: Body ?? '',
    delete: () =>
      ask('delete from', async ({ sdk, client }) => {
        await client.send(new sdk.DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
      }),
  });
  return {
    send: (MessageBody) =>
      ask('send to', async ({ sdk, client }) => {
        await client.send(new sdk.SendMessageCommand({ QueueUrl: url, MessageBody }));
      }),
    receive: ({ hiddenSeconds, waitSeconds }) =>
      ask('receive from', async ({ sdk, client }) => {
        const { Messages = [] } = await client.send(
          new sdk.ReceiveMessageCommand({
            QueueUrl: url,
            MaxNumberOfMessages: RECEIVED_AT_ONCE,
            VisibilityTimeout: hiddenSeconds,
            WaitTimeSeconds: waitSeconds,
          }),
        );
        return Messages.map(received);
      }),
    count: () =>
      ask('count', async ({ sdk, client }) => {
        const { Attributes } = await client.send(
          new sdk.GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['ApproximateNumberOfMessages'] }),
        );
        return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
      }),
  };
}

/** The queue of that name. Errors: `not_found`; see {@link awsError}. */
export async function queueNamed(name: string, region: string | null): Promise<MessageQueue> {
  try {
    const { sdk, client } = await connect(region);
    const { QueueUrl = '' } = await client.send(new sdk.GetQueueUrlCommand({ QueueName: name }));
    client.destroy();
    return createMessageQueue(QueueUrl, region);
  } catch (error) {
    if (/QueueDoesNotExist|NonExistentQueue/.test(s3Facts(error).name)) {
      throw new PipelineError(`there is no queue ${name}`, {
        code: 'not_found',
        hint: 'Is aws.name that of the deployment, and the region its own? `tonearm deploy apply` makes the queues.',
        cause: new Error(s3Facts(error).name),
      });
    }
    throw awsError(error, { doing: 'find', place: `the queue ${name}`, actions: ACTIONS });
  }
}
