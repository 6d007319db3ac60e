/** The functions in a deployment of their own on moto_server and a simulated Spotify, and what AWS does between them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateDatabaseCommand, GlueClient } from '@aws-sdk/client-glue';
import { PutBucketNotificationConfigurationCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { CLIENT_ID, CLIENT_SECRET } from '../../simulator/http/tokens.ts';
import { serve } from '../../simulator/server.ts';
import { createSimulator, type Simulator } from '../../simulator/simulator.ts';
import { createMovableClock, createSystemClock, type VirtualClock } from '../../src/kernel/clock.ts';
import { createMemoryStore } from '../../src/landing/memory-store.ts';
import type { App } from '../../src/pipeline/app.ts';
import { createVaultCredentials } from '../../src/pipeline/credentials.ts';
import { secretsVault } from '../../src/pipeline/secrets-manager.ts';
import { loadSettings } from '../../src/pipeline/settings.ts';
import { createApp } from '../../src/pipeline/wiring.ts';
import { beginLogin, redeemCode } from '../../src/source/login.ts';
import { type FunctionName, QUEUES, type QueueName } from '../../src/surfaces/lambda/functions.ts';
import type { Invocation, World } from '../../src/surfaces/lambda/world.ts';
import { addressAfter } from '../browser.ts';
import { SILENT } from '../sample-account.ts';
import type { Asker } from './asked.ts';
import type { Moto } from './moto.ts';
import type { AssumedRole, AwsCredentials } from './roles.ts';

export const NAME = 'flow';
const PREFIX = 'my/lake/';
const STREAMS = ['saved_tracks', 'recently_played', 'playlists'];
/** Nobody asks there: it is how the simulator, which is in this process, is called. */
const UNASKED = 'http://127.0.0.1:9';
const PAST_MS = 3 * 24 * 60 * 60 * 1000;
const REDIRECT = 'http://127.0.0.1:8899/callback';

const RECORD = {
  ...{ attributes: {}, messageAttributes: {}, md5OfBody: '', eventSource: 'aws:sqs', eventSourceARN: '', awsRegion: '' },
} as const;

/** A message as Lambda gives it. */
type QueueRecord = { messageId: string; receiptHandle: string; body: string } & Record<string, unknown>;
export type Take = (event: { Records: QueueRecord[] }) => Promise<BatchAnswer>;

type Received = Pick<Message, 'MessageId' | 'Body' | 'ReceiptHandle'>;
interface BatchAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

export interface Deployment {
  readonly lake: string;
  readonly bucket: string;
  readonly endpoint: string;
  /** Holds tonearm.yaml, as the bundle of a function does. */
  readonly folder: string;
  /** Of somebody who may do everything. */
  readonly client: S3Client;
  readonly clock: VirtualClock;
  readonly simulator: Simulator;
  /** What a function finds; `minutesAhead`: its clock is wrong by so much. */
  world(name: string, more?: { readonly minutesAhead?: number; readonly fetch?: typeof fetch; readonly endpoint?: string }): Promise<World>;
  /** Does the work with the rights of that function, where rights are enforced. One at a time: AWS's SDK finds them in the environment of the process. */
  as<T>(name: FunctionName, work: () => Promise<T>): Promise<T>;
  /** Empty where rights are not enforced. */
  readonly roles: ReadonlyMap<FunctionName, AssumedRole>;
  /** Makes a login at the simulator and keeps it as `tonearm login` on a laptop does. */
  logIn(): Promise<void>;
  /** Gives the messages that wait to the function as Lambda does: batches, and what is not named as failed is deleted. Gives how many were given. */
  deliver(queue: QueueName, take: Take, how?: Delivery): Promise<number>;
  waiting(queue: string): Promise<number>;
  /** The lake as a person works on it, on a machine of their own; or another one. */
  laptop(lake?: string): Promise<App>;
  remove(): Promise<void>;
}

export interface Delivery {
  /** Every message twice, the second time after the others, in another order. */
  readonly twice?: boolean;
}

export const invocation = (ms = 600_000): Invocation => ({ awsRequestId: 'request', getRemainingTimeInMillis: () => ms });

export const recordOf = ({ MessageId = '', Body = '', ReceiptHandle = '' }: Received): QueueRecord => ({
  ...{ ...RECORD, messageId: MessageId, receiptHandle: ReceiptHandle, body: Body },
});

/** Once created, the queues and the notification are those that a deployment makes; only waiting is shorter. */
async function createQueues(sqs: SQSClient): Promise<ReadonlyMap<string, { readonly url: string; readonly arn: string }>> {
  const queues = new Map<string, { url: string; arn: string }>();
  const create = async (name: string, attributes: Record<string, string>): Promise<void> => {
    const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName: `${NAME}-${name}`, Attributes: attributes }));
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }));
    queues.set(name, { url, arn: Attributes?.QueueArn ?? '' });
  };
  for (const { name, receives } of QUEUES) {
    await create(`${name}-dead`, {});
    const policy = { deadLetterTargetArn: queues.get(`${name}-dead`)?.arn, maxReceiveCount: receives };
    await create(name, { VisibilityTimeout: '0', RedrivePolicy: JSON.stringify(policy) });
  }
  return queues;
}

/** What the SDK signs its requests with, from now on. */
function signAs({ accessKeyId, secretAccessKey, sessionToken }: AwsCredentials): void {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey });
  if (sessionToken === undefined) delete process.env.AWS_SESSION_TOKEN;
  else process.env.AWS_SESSION_TOKEN = sessionToken;
}

/**
 * `isServed`: Spotify has a port and the clock is that of the machine, for functions in processes of their own. `askers`: the bucket keeps versions as a
 * deployed one does, and everybody has the rights of the templates alone; whoever asks is put in there.
 */
export async function deploy(
  moto: Moto,
  { isServed = false, askers = null }: { readonly isServed?: boolean; readonly askers?: Map<string, Asker> | null } = {},
): Promise<Deployment> {
  const { endpoint } = moto;
  const isEnforced = askers !== null;
  process.env.AWS_ENDPOINT_URL = endpoint;
  await fetch(`${endpoint}/moto-api/reset`, { method: 'POST' });
  const { bucket } = await moto.bucket();
  // The CDK behind it takes seconds to load.
  const rights = isEnforced ? await import('./roles.ts') : null;
  const person = (await rights?.administrator(endpoint)) ?? null;
  if (person !== null) signAs(person);
  const client = new S3Client({ endpoint, forcePathStyle: true });
  if (isEnforced) await client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  const glue = new GlueClient({});
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: NAME } }));
  glue.destroy();
  const clock = createMovableClock(createSystemClock());
  if (!isServed) clock.set(new Date('2026-03-02T12:00:00Z'));
  const joinedOn = new Date(clock.now().getTime() - PAST_MS).toISOString().slice(0, 10);
  const ada = { name: 'ada', displayName: 'Ada', joinedOn, country: 'DE', utcOffsetMinutes: 60, playsPerDay: 8 };
  const simulator = createSimulator({
    ...{ seed: 'flow', mode: 'development', clock, artists: 10, accounts: [ada], refreshAnswers: { pkce: 'new' } },
  });
  const server = isServed ? await serve(simulator, { port: 0 }) : null;
  const spotify = server?.url ?? UNASKED;
  const ask: typeof fetch = async (input, init) => simulator.app.fetch(new Request(input, init));
  const sqs = new SQSClient({});
  const secrets = new SecretsManagerClient({});
  const queues = await createQueues(sqs);
  const urlOf = (queue: string): string => queues.get(queue)?.url ?? '';
  await client.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: bucket,
      NotificationConfiguration: {
        QueueConfigurations: [
          {
            QueueArn: queues.get('stage')?.arn,
            Events: ['s3:ObjectCreated:*'],
            Filter: { Key: { FilterRules: [{ Name: 'prefix', Value: `${PREFIX}raw/` }] } },
          },
        ],
      },
    }),
  );
  const app = JSON.stringify({ client_id: CLIENT_ID, client_secret: CLIENT_SECRET });
  await secrets.send(new CreateSecretCommand({ Name: `tonearm/${NAME}/app`, SecretString: app }));
  const folder = await mkdtemp(join(tmpdir(), 'tonearm-functions-'));
  const lake = `s3://${bucket}/${PREFIX.slice(0, -1)}`;
  const settingsAt = async (at: string): Promise<string> => {
    const path = join(folder, at === endpoint ? 'tonearm.yaml' : `tonearm-${new URL(at).port}.yaml`);
    const asked = `spotify: { api_url: "${spotify}/v1", accounts_url: "${spotify}", client_id: ${CLIENT_ID} }`;
    const accounts = `accounts: [{ name: ada, time_zone: Europe/Berlin, streams: [${STREAMS.join(', ')}] }]`;
    await writeFile(path, `s3: { endpoint: "${at}" }\naws: { name: ${NAME} }\nmemory_limit: 512MB\n${asked}\n${accounts}\n`);
    return path;
  };
  await settingsAt(endpoint);
  const deployed = { name: NAME, bucket, root: PREFIX, accounts: ['ada'], schedules: [] };
  const roles = (await rights?.assumedRoles(endpoint, deployed)) ?? new Map<FunctionName, AssumedRole>();
  const known = [...roles].map(([name, { credentials }]) => ({ name, credentials }));
  for (const { name, credentials } of [...known, ...(person === null ? [] : [{ name: null, credentials: person }])])
    askers?.set(credentials.accessKeyId, { name, secret: credentials.secretAccessKey });
  await rights?.enforceRights(endpoint, true);

  async function logIn(): Promise<void> {
    const options = { accountsUrl: spotify, clientId: CLIENT_ID, clock, fetch: ask, retry: { attempts: 1, baseMs: 1, maxWaitMs: 1 } };
    const scopes = ['user-library-read', 'user-read-recently-played', 'playlist-read-private', 'playlist-read-collaborative'];
    const attempt = beginLogin({ ...options, redirectUri: REDIRECT, scopes });
    const code = (await addressAfter(attempt.url, { account: 'ada', fetch: ask })).searchParams.get('code') ?? '';
    const { refreshToken, scopes: granted } = await redeemCode(options, attempt, code);
    const place = { name: NAME, region: null, accountsUrl: spotify, clientId: CLIENT_ID };
    const vault = secretsVault(place, { store: createMemoryStore(), clock });
    await createVaultCredentials(vault, { clientId: CLIENT_ID, clock, log: SILENT }).keep({
      ...{ account: 'ada', accountId: 'ada', displayName: 'Ada', clientId: CLIENT_ID, scopes: [...granted] },
      ...{ loggedInAt: clock.now().toISOString(), refreshToken },
    });
  }

  async function receiveAll(queue: string): Promise<readonly Received[]> {
    const found = new Map<string, Received>();
    for (;;) {
      const QueueUrl = urlOf(queue);
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 20 }));
      if (Messages.length === 0) return [...found.values()];
      for (const message of Messages) found.set(message.MessageId ?? '', message);
    }
  }

  return {
    ...{ lake, bucket, endpoint, folder, client, clock, simulator, roles, logIn },
    as: async (name, work) => {
      const role = roles.get(name);
      if (person === null || role === undefined) return work();
      signAs(role.credentials);
      try {
        return await work();
      } finally {
        signAs(person);
      }
    },
    world: async (name, { minutesAhead = 0, fetch: other = ask, endpoint: at = endpoint } = {}) => {
      const own = createMovableClock(clock);
      own.advance(minutesAhead * 60_000);
      return {
        env: {
          TONEARM_LAKE: lake,
          TONEARM_CONFIG: await settingsAt(at),
          TONEARM_DEPLOYMENT: NAME,
          TONEARM_SECRETS: NAME,
          TONEARM_BUILD_QUEUE_URL: urlOf('build'),
          // In an Athena of this deployment alone there is one publisher.
          ...(name === 'build' ? { TONEARM_ATHENA: '1' } : {}),
          TONEARM_CACHE: join(folder, name),
          AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1024',
        },
        ...{ clock: own, fetch: other, log: SILENT, metrics: { count: () => undefined, flush: () => undefined } },
      };
    },
    deliver: async (queue, take, { twice = false } = {}) => {
      const messages = await receiveAll(queue);
      const failed = new Set<string>();
      const given = twice ? [...messages, ...[...messages].reverse()] : messages;
      const size = QUEUES.find(({ name }) => name === queue)?.batchSize ?? 10;
      for (let start = 0; start < given.length; start += size) {
        const { batchItemFailures } = await take({ Records: given.slice(start, start + size).map(recordOf) });
        for (const { itemIdentifier } of batchItemFailures) failed.add(itemIdentifier);
      }
      for (const { MessageId = '', ReceiptHandle } of messages) {
        if (!failed.has(MessageId)) continue;
        await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: urlOf(queue), ReceiptHandle, VisibilityTimeout: 0 }));
      }
      const done = messages.filter(({ MessageId = '' }) => !failed.has(MessageId));
      for (let start = 0; start < done.length; start += 10) {
        const Entries = done.slice(start, start + 10).map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }));
        await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: urlOf(queue), Entries }));
      }
      return messages.length;
    },
    waiting: async (queue) => {
      const asked = new GetQueueAttributesCommand({
        ...{ QueueUrl: urlOf(queue), AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] },
      });
      const { Attributes = {} } = await sqs.send(asked);
      return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible);
    },
    laptop: async (at = lake) => {
      const env = { TONEARM_CACHE: join(folder, 'laptop') };
      const settings = await loadSettings({ cwd: folder, env, flags: { lake: at, config: join(folder, 'tonearm.yaml') } });
      const nobody: typeof fetch = async () => Promise.reject(new Error('asked'));
      return createApp(settings, { clock, log: SILENT, fetch: nobody, progress: () => undefined });
    },
    remove: async () => {
      await server?.close();
      client.destroy();
      sqs.destroy();
      secrets.destroy();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
