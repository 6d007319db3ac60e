import { CreateDatabaseCommand, GetTablesCommand, GlueClient } from '@aws-sdk/client-glue';
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FUNCTIONS, type FunctionName } from '../../src/surfaces/lambda/functions.ts';
import { describeWithS3 } from './moto.ts';
import { ACCOUNT, type AwsCredentials, assumedRoles, enforceRights, type Policy, REGION, reaches } from './roles.ts';

const ZONES = ['landed', 'raw', 'observed', 'tables', 'catalog', 'state', 'removed', 'rules', 'runs', 'athena', 'athena-results'] as const;
const QUEUES = ['stage', 'build', 'stage-dead', 'build-dead', 'extract-dead'] as const;
const SECRETS = [
  'tonearm/tonearm/app',
  'tonearm/tonearm/login/ana',
  'tonearm/tonearm/login/ben',
  'tonearm/other/app',
  'tonearm/other/login/ana',
] as const;
const ACTIONS: Readonly<Record<string, string>> = { get: 's3:GetObject', put: 's3:PutObject', remove: 's3:DeleteObject' };

interface Clients {
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly secrets: SecretsManagerClient;
  readonly glue: GlueClient;
}

/** Whether it was allowed. What fails for another reason than rights is an error of the test. */
async function mayDo(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    (error: unknown) => {
      const { name = '', $metadata } = error as { readonly name?: string; readonly $metadata?: { readonly httpStatusCode?: number } };
      if (/AccessDenied/.test(name) || $metadata?.httpStatusCode === 403) return false;
      throw error;
    },
  );
}

describeWithS3('the roles of a deployment, under rights that are enforced,', (moto) => {
  const clients = new Map<FunctionName, Clients>();
  const policies = new Map<FunctionName, Policy>();

  function clientsOf(credentials: AwsCredentials): Clients {
    const options = { endpoint: moto().endpoint, region: REGION, credentials };
    return {
      s3: new S3Client({ ...options, forcePathStyle: true }),
      sqs: new SQSClient(options),
      secrets: new SecretsManagerClient(options),
      glue: new GlueClient(options),
    };
  }

  beforeAll(async () => {
    const { endpoint, client } = moto();
    await fetch(`${endpoint}/moto-api/reset`, { method: 'POST' });
    const options = { endpoint, region: REGION };
    const [sqs, secrets, glue] = [new SQSClient(options), new SecretsManagerClient(options), new GlueClient(options)];
    for (const Bucket of ['my-lake', 'another-lake']) {
      await fetch(`${endpoint}/${Bucket}`, { method: 'PUT' });
      const keys = [...ZONES.map((zone) => `me/${zone}/there`), 'another/raw/there'];
      await Promise.all(keys.map((Key) => client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }))));
    }
    for (const name of QUEUES) await sqs.send(new CreateQueueCommand({ QueueName: `tonearm-${name}` }));
    for (const Name of SECRETS) await secrets.send(new CreateSecretCommand({ Name, SecretString: '{}' }));
    for (const Name of ['tonearm', 'another']) await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name } }));
    for (const [name, { credentials, policy }] of await assumedRoles(endpoint)) {
      clients.set(name, clientsOf(credentials));
      policies.set(name, policy);
    }
    await enforceRights(endpoint, true);
  }, 60_000);
  afterAll(() => enforceRights(moto().endpoint, false));

  const of = (name: FunctionName): Clients => clients.get(name) ?? raise();
  const raise = (): never => {
    throw new Error('no such function');
  };
  const declared = (name: FunctionName) => FUNCTIONS.find((one) => one.name === name)?.may ?? raise();

  async function objectRights(name: FunctionName, Bucket: string, root: string, zones: readonly string[]): Promise<readonly string[]> {
    const { s3 } = of(name);
    const rights: string[] = [];
    for (const zone of zones) {
      const Key = `${root}${zone}/there`;
      if (await mayDo(s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' })))) rights.push(`put ${zone}`);
      if (await mayDo(s3.send(new GetObjectCommand({ Bucket, Key })))) rights.push(`get ${zone}`);
      if (await mayDo(s3.send(new DeleteObjectCommand({ Bucket, Key: `${Key}-not` })))) rights.push(`remove ${zone}`);
    }
    return rights.sort();
  }

  it.each(FUNCTIONS.map(({ name }) => name))('%s touches the zones that it was declared to, in its own lake alone', async (name) => {
    const expected = declared(name).flatMap((one) =>
      one.on === 'objects'
        ? one.zones.flatMap((zone) =>
            Object.keys(ACTIONS).flatMap((verb) => (one.actions.includes(ACTIONS[verb] ?? '') ? [`${verb} ${zone}`] : [])),
          )
        : [],
    );
    expect(expected.length).toBeGreaterThan(2);
    expect(await objectRights(name, 'my-lake', 'me/', ZONES)).toEqual([...new Set(expected)].sort());
    expect(await objectRights(name, 'my-lake', 'another/', ['raw'])).toEqual([]);
    expect(await objectRights(name, 'another-lake', 'me/', ['raw'])).toEqual([]);
    expect(await mayDo(of(name).s3.send(new ListObjectsV2Command({ Bucket: 'my-lake' })))).toBe(true);
    expect(await mayDo(of(name).s3.send(new ListObjectsV2Command({ Bucket: 'another-lake' })))).toBe(false);
  });

  it.each([
    ['extract', [], []],
    ['stage', ['stage'], ['build']],
    ['build', ['build'], []],
  ] as const)('%s takes from %j and sends to %j', async (name, takes, sends) => {
    const { sqs } = of(name);
    const rights = { takes: [] as string[], sends: [] as string[] };
    for (const queue of QUEUES) {
      const QueueUrl = `${moto().endpoint}/${ACCOUNT}/tonearm-${queue}`;
      if (await mayDo(sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 0 })))) rights.takes.push(queue);
      if (await mayDo(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' })))) rights.sends.push(queue);
    }
    expect(rights).toEqual({ takes: [...takes], sends: [...sends] });
  });

  it.each([
    ['extract', ['read app', 'read login/ana', 'write login/ana', 'read login/ben', 'write login/ben']],
    ['stage', []],
    ['build', []],
  ] as const)('%s has of the secrets %j, of its own deployment', async (name, expected) => {
    const { secrets } = of(name);
    const [first] = SECRETS;
    const verbs = {
      read: ['secretsmanager:GetSecretValue', () => secrets.send(new GetSecretValueCommand({ SecretId: first }))],
      write: ['secretsmanager:PutSecretValue', () => secrets.send(new PutSecretValueCommand({ SecretId: first, SecretString: '{}' }))],
    } as const;
    const rights: string[] = [];
    for (const secret of SECRETS) {
      const arn = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${secret}-a1b2c3`;
      for (const [verb, [action, work]] of Object.entries(verbs)) {
        if ((await mayDo(work())) && reaches(policies.get(name), action, arn))
          rights.push(`${verb} ${secret.replace('tonearm/tonearm/', '')}`);
      }
    }
    expect(rights).toEqual([...expected]);
  });

  it.each([
    ['extract', []],
    ['stage', []],
    ['build', ['tonearm']],
  ] as const)('%s sees the tables of %j', async (name, expected) => {
    const { glue } = of(name);
    const seen: string[] = [];
    for (const DatabaseName of ['tonearm', 'another']) {
      const arn = `arn:aws:glue:${REGION}:${ACCOUNT}:table/${DatabaseName}/plays`;
      const isAllowed = await mayDo(glue.send(new GetTablesCommand({ DatabaseName })));
      if (isAllowed && reaches(policies.get(name), 'glue:GetTables', arn)) seen.push(DatabaseName);
    }
    expect(seen).toEqual([...expected]);
  });
});
