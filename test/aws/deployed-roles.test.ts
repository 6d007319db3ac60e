import { CreateDatabaseCommand, GetTablesCommand, GlueClient } from '@aws-sdk/client-glue';
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeAll, expect, it } from 'vitest';
import { type Resource, SAMPLE, synthesised } from '../../infra/testing.ts';
import { FUNCTIONS, type FunctionName } from '../../src/surfaces/lambda/functions.ts';
import { describeWithS3 } from './moto.ts';

const ACCOUNT = '123456789012';
const REGION = 'eu-central-1';
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

/** What CloudFormation would put in the place of its functions, for names that are known before. */
function resolved(value: unknown, arns: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((one) => resolved(one, arns));
  if (typeof value !== 'object' || value === null) return value;
  const [[key, inner] = ['', null]] = Object.entries(value);
  const pseudo: Readonly<Record<string, string>> = { 'AWS::Partition': 'aws', 'AWS::AccountId': ACCOUNT, 'AWS::Region': REGION };
  if (key === 'Ref' && typeof inner === 'string') return pseudo[inner] ?? arns.get(inner) ?? inner;
  if (key === 'Fn::GetAtt' && Array.isArray(inner)) return arns.get(String(inner[0])) ?? `arn:aws:other:::${inner[0]}`;
  if (key === 'Fn::ImportValue') return 'arn:aws:kms:eu-central-1:123456789012:key/of-the-lake';
  if (key === 'Fn::Join' && Array.isArray(inner)) return (resolved(inner[1], arns) as readonly string[]).join(String(inner[0]));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, resolved(one, arns)]));
}

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}
interface Policy {
  readonly Statement: readonly Statement[];
}
const listOf = (value: string | readonly string[]): readonly string[] => (typeof value === 'string' ? [value] : value);

/** moto_server knows of S3 and SQS alone which resource is asked for: of the others it enforces actions, and {@link reaches} looks at resources. */
const asEnforced = (statement: Statement): Statement =>
  listOf(statement.Action).every((action) => /^(secretsmanager|glue):/.test(action)) ? { ...statement, Resource: '*' } : statement;

/** Whether a policy names a resource for an action, as IAM reads `*` and `?`. */
const reaches = (policy: Policy | undefined, action: string, arn: string): boolean =>
  (policy?.Statement ?? []).some(
    ({ Action, Resource }) =>
      listOf(Action).includes(action) &&
      listOf(Resource).some((one) =>
        new RegExp(
          `^${one
            .replace(/[.+^$()[\]\\{}|]/g, '\\$&')
            .replaceAll('*', '.*')
            .replaceAll('?', '.')}$`,
        ).test(arn),
      ),
  );

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

  /** The query protocol of IAM and STS, before rights are enforced: a signature is not looked at. */
  async function call(service: 'iam' | 'sts', parameters: Readonly<Record<string, string>>): Promise<string> {
    const scope = `AWS4-HMAC-SHA256 Credential=AKIA/20261121/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
    const answer = await fetch(moto().endpoint, {
      method: 'POST',
      headers: { authorization: scope },
      body: new URLSearchParams(parameters),
    });
    const text = await answer.text();
    expect([service, answer.status, answer.ok ? '' : text]).toEqual([service, 200, '']);
    return text;
  }

  async function assume(name: FunctionName, role: Resource, arns: ReadonlyMap<string, string>): Promise<Clients> {
    const RoleName = `role-of-${name}`;
    await call('iam', {
      Action: 'CreateRole',
      RoleName,
      AssumeRolePolicyDocument: JSON.stringify(role.Properties.AssumeRolePolicyDocument),
    });
    for (const { PolicyName, PolicyDocument } of role.Properties.Policies) {
      const policy = resolved(PolicyDocument, arns) as Policy;
      policies.set(name, policy);
      const enforced = { ...policy, Statement: policy.Statement.map(asEnforced) };
      await call('iam', { Action: 'PutRolePolicy', RoleName, PolicyName, PolicyDocument: JSON.stringify(enforced) });
    }
    const said = await call('sts', { Action: 'AssumeRole', RoleArn: `arn:aws:iam::${ACCOUNT}:role/${RoleName}`, RoleSessionName: name });
    const part = (tag: string): string => new RegExp(`<${tag}>([^<]+)</${tag}>`).exec(said)?.[1] ?? '';
    const credentials = { accessKeyId: part('AccessKeyId'), secretAccessKey: part('SecretAccessKey'), sessionToken: part('SessionToken') };
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
    const { resources, ofType } = synthesised(SAMPLE);
    const queues = ofType('AWS::SQS::Queue').map(
      ({ id, Properties }) => [id, `arn:aws:sqs:${REGION}:${ACCOUNT}:${Properties.QueueName}`] as const,
    );
    for (const { name } of FUNCTIONS) {
      const lambda = ofType('AWS::Lambda::Function').find(({ Properties }) => Properties.FunctionName === `tonearm-${name}`);
      const role = resources.find(({ id }) => id === lambda?.Properties.Role['Fn::GetAtt'][0]);
      if (role === undefined) throw new Error(`no role of ${name}`);
      clients.set(name, await assume(name, role, new Map(queues)));
    }
    await fetch(`${endpoint}/moto-api/reset-auth`, { method: 'POST', body: '0' });
  }, 60_000);

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
