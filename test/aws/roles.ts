/** The roles of a deployment on moto_server, with the policies of its templates, enforced. */
import { type Resource, SAMPLE, synthesised } from '../../infra/testing.ts';
import type { Deployment } from '../../src/pipeline/deploy/deployment.ts';
import { FUNCTIONS, type FunctionName } from '../../src/surfaces/lambda/functions.ts';

export const ACCOUNT = '123456789012';
export const REGION = 'eu-central-1';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}
export interface Policy {
  readonly Statement: readonly Statement[];
}

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface AssumedRole {
  readonly credentials: AwsCredentials;
  /** As the template has it. */
  readonly policy: Policy;
}

export const listOf = (value: string | readonly string[]): readonly string[] => (typeof value === 'string' ? [value] : value);

/** Whether a policy names a resource for an action, as IAM reads `*` and `?`. */
export const reaches = (policy: Policy | undefined, action: string, arn: string): boolean =>
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

/**
 * moto_server knows of S3 and SQS alone which resource is asked for: of the others it enforces actions. And where many objects are removed at once it asks
 * for the right on the bucket, where AWS asks for it on each object. Whoever tests looks at these resources by {@link reaches}.
 */
function asEnforced(statement: Statement, bucket: string): Statement {
  const actions = listOf(statement.Action);
  if (actions.every((action) => /^(secretsmanager|glue):/.test(action))) return { ...statement, Resource: '*' };
  if (!actions.includes('s3:DeleteObject')) return statement;
  return { ...statement, Resource: [...listOf(statement.Resource), `arn:aws:s3:::${bucket}`] };
}

/** The query protocol of IAM and STS, before rights are enforced: a signature is not looked at. */
async function call(endpoint: string, service: 'iam' | 'sts', parameters: Readonly<Record<string, string>>): Promise<string> {
  const scope = `AWS4-HMAC-SHA256 Credential=AKIA/20261121/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
  const answer = await fetch(endpoint, { method: 'POST', headers: { authorization: scope }, body: new URLSearchParams(parameters) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${service}: ${answer.status} ${text}`);
  return text;
}

function credentialsIn(answer: string): AwsCredentials {
  const part = (tag: string): string => new RegExp(`<${tag}>([^<]+)</${tag}>`).exec(answer)?.[1] ?? '';
  const sessionToken = part('SessionToken');
  const key = { accessKeyId: part('AccessKeyId'), secretAccessKey: part('SecretAccessKey') };
  return sessionToken === '' ? key : { ...key, sessionToken };
}

async function assumed(endpoint: string, bucket: string, name: string, role: Resource, arns: ReadonlyMap<string, string>) {
  const RoleName = `role-of-${name}`;
  const AssumeRolePolicyDocument = JSON.stringify(role.Properties.AssumeRolePolicyDocument);
  await call(endpoint, 'iam', { Action: 'CreateRole', RoleName, AssumeRolePolicyDocument });
  const [{ PolicyName, PolicyDocument }, ...more] = role.Properties.Policies;
  if (more.length > 0) throw new Error(`${RoleName} has several policies`);
  const policy = resolved(PolicyDocument, arns) as Policy;
  const enforced = { ...policy, Statement: policy.Statement.map((one) => asEnforced(one, bucket)) };
  await call(endpoint, 'iam', { Action: 'PutRolePolicy', RoleName, PolicyName, PolicyDocument: JSON.stringify(enforced) });
  const RoleArn = `arn:aws:iam::${ACCOUNT}:role/${RoleName}`;
  const said = await call(endpoint, 'sts', { Action: 'AssumeRole', RoleArn, RoleSessionName: name });
  return { credentials: credentialsIn(said), policy };
}

/** Each function's role, made from the templates of a sample deployment that differs by so much, and assumed. */
export async function assumedRoles(endpoint: string, own: Partial<Deployment> = {}): Promise<ReadonlyMap<FunctionName, AssumedRole>> {
  const deployment = { ...SAMPLE, ...own };
  const { resources, ofType } = synthesised(deployment);
  const arns = ofType('AWS::SQS::Queue').map(
    ({ id, Properties }) => [id, `arn:aws:sqs:${REGION}:${ACCOUNT}:${Properties.QueueName}`] as const,
  );
  const roles = new Map<FunctionName, AssumedRole>();
  for (const { name } of FUNCTIONS) {
    const lambda = ofType('AWS::Lambda::Function').find(({ Properties }) => Properties.FunctionName === `${deployment.name}-${name}`);
    const role = resources.find(({ id }) => id === lambda?.Properties.Role['Fn::GetAtt'][0]);
    if (role === undefined) throw new Error(`no role of ${name}`);
    roles.set(name, await assumed(endpoint, deployment.bucket, name, role, new Map(arns)));
  }
  return roles;
}

/** Of somebody who may do everything, for what people and AWS itself do. */
export async function administrator(endpoint: string): Promise<AwsCredentials> {
  const UserName = 'administrator';
  await call(endpoint, 'iam', { Action: 'CreateUser', UserName });
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });
  await call(endpoint, 'iam', { Action: 'PutUserPolicy', UserName, PolicyName: 'all', PolicyDocument });
  return credentialsIn(await call(endpoint, 'iam', { Action: 'CreateAccessKey', UserName }));
}

/** From now on, or no longer. */
export async function enforceRights(endpoint: string, isEnforced: boolean): Promise<void> {
  await fetch(`${endpoint}/moto-api/reset-auth`, { method: 'POST', body: isEnforced ? '0' : 'inf' });
}
