import { spawnSync } from 'node:child_process';
import { AwsSolutionsChecks } from 'cdk-nag';
import { beforeAll, describe, expect, it } from 'vitest';
import { ALARMS } from '../src/pipeline/deploy/cost.ts';
import { FUNCTIONS, METRICS, QUEUES } from '../src/surfaces/lambda/functions.ts';
import { SAMPLE, synthesised, type Templates } from './testing.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

const listOf = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);
const hasLint = spawnSync('cfn-lint', ['--version']).status === 0;

describe('the stacks', () => {
  let made: Templates;
  beforeAll(() => {
    // cdk-nag ends the synthesis where it finds anything that no reason is given for.
    made = synthesised(SAMPLE, new AwsSolutionsChecks());
  }, 60_000);

  const only = (type: string) => {
    const [first, ...more] = made.ofType(type);
    expect(more).toEqual([]);
    return first?.Properties;
  };
  const ruleNamed = (name: string) => made.ofType('AWS::Events::Rule').find(({ Properties }) => Properties.Name === name)?.Properties;
  const lakeBucket = () => made.ofType('AWS::S3::Bucket').find(({ Properties }) => Properties.BucketName === 'my-lake')?.Properties;
  const statements = (): readonly Statement[] =>
    made
      .ofType('AWS::IAM::Role')
      .flatMap(({ Properties }) =>
        Properties.Policies.flatMap((policy: { PolicyDocument: { Statement: Statement[] } }) => policy.PolicyDocument.Statement),
      );

  it.skipIf(!hasLint)(`are what CloudFormation takes${hasLint ? '' : ' (skipped: needs cfn-lint)'}`, () => {
    // W3005: the CDK names dependencies twice.
    const { status, stdout } = spawnSync('cfn-lint', ['--ignore-checks', 'W3005', '--template', ...made.files], { encoding: 'utf8' });
    expect([stdout, status]).toEqual(['', 0]);
  });

  it('have no bucket that is public, unencrypted or open without TLS', () => {
    const buckets = made.ofType('AWS::S3::Bucket');
    expect(buckets).toHaveLength(2);
    for (const { id, Properties, DeletionPolicy } of buckets) {
      expect(Object.values(Properties.PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
      expect(Properties.BucketEncryption.ServerSideEncryptionConfiguration).toHaveLength(1);
      expect(DeletionPolicy).toBe('Retain');
      const [policy] = made.ofType('AWS::S3::BucketPolicy').filter((one) => one.Properties.Bucket.Ref === id);
      const said: readonly Statement[] = policy?.Properties.PolicyDocument.Statement;
      expect(said.find(({ Condition }) => JSON.stringify(Condition) === '{"Bool":{"aws:SecureTransport":"false"}}')).toMatchObject({
        Effect: 'Deny',
        Action: 's3:*',
      });
      expect(said.filter(({ Effect, Principal }) => Effect === 'Allow' && JSON.stringify(Principal).includes('"*"'))).toEqual([]);
    }
  });

  it('keep the data, its key and the logins when they are destroyed, and encrypt all of them with that key', () => {
    const lake = lakeBucket();
    const key = made.ofType('AWS::KMS::Key')[0];
    expect(key).toMatchObject({ DeletionPolicy: 'Retain', Properties: { EnableKeyRotation: true } });
    const [{ ServerSideEncryptionByDefault: encryption, BucketKeyEnabled }] = lake.BucketEncryption.ServerSideEncryptionConfiguration;
    expect(encryption).toEqual({ SSEAlgorithm: 'aws:kms', KMSMasterKeyID: { 'Fn::GetAtt': [key?.id, 'Arn'] } });
    expect(BucketKeyEnabled).toBe(true);
    expect(lake.VersioningConfiguration).toEqual({ Status: 'Enabled' });
    const secrets = made.ofType('AWS::SecretsManager::Secret');
    expect(secrets.map(({ Properties }) => Properties.Name).sort()).toEqual([
      'tonearm/tonearm/app',
      'tonearm/tonearm/login/ana',
      'tonearm/tonearm/login/ben',
    ]);
    for (const { DeletionPolicy, Properties } of secrets) {
      expect([DeletionPolicy, Properties.KmsKeyId]).toEqual(['Retain', { 'Fn::GetAtt': [key?.id, 'Arn'] }]);
      expect(Object.keys(Properties)).not.toContain('SecretString');
    }
    expect(made.ofType('AWS::SNS::Topic').filter(({ Properties }) => Properties.KmsMasterKeyId === undefined)).toEqual([]);
  });

  it('end what the retention of the settings ends, older versions and broken uploads', () => {
    const lake = lakeBucket();
    const rules = lake.LifecycleConfiguration.Rules;
    expect(rules).toContainEqual(expect.objectContaining({ Prefix: 'me/raw/recently_played/', ExpirationInDays: 804 }));
    expect(rules).toContainEqual(
      expect.objectContaining({
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        NoncurrentVersionExpiration: { NoncurrentDays: 30 },
      }),
    );
    const ended = rules.flatMap((rule: { Prefix?: string; ExpirationInDays?: number }) =>
      rule.ExpirationInDays === undefined ? [] : [rule.Prefix],
    );
    expect(ended.sort()).toEqual(['me/athena-results/', 'me/raw/recently_played/']);
  });

  it('allow roles no action by a wildcard, and no resource but where AWS has no name for one', () => {
    expect(statements().length).toBeGreaterThan(10);
    for (const { Action } of statements()) expect(listOf(Action).filter((action) => action.includes('*'))).toEqual([]);
    const everywhere = statements().filter(({ Resource }) => listOf(Resource).includes('*'));
    const traces = ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'];
    expect(everywhere.map(({ Action }) => listOf(Action).toSorted())).toEqual([
      ...FUNCTIONS.map(() => traces),
      ['glue:GetSecurityConfiguration'],
    ]);
    expect(made.ofType('AWS::IAM::Role').flatMap(({ Properties }) => Properties.ManagedPolicyArns ?? [])).toEqual([]);
    expect(made.ofType('AWS::IAM::Policy')).toEqual([]);
  });

  it('follow each event of a function by X-Ray', () => {
    const functions = made.ofType('AWS::Lambda::Function').filter(({ Properties }) => Properties.FunctionName !== undefined);
    expect(functions.map(({ Properties }) => Properties.TracingConfig)).toEqual(FUNCTIONS.map(() => ({ Mode: 'Active' })));
  });

  it('have dead letters for each queue, and no queue that takes messages without TLS', () => {
    const queues = made.ofType('AWS::SQS::Queue');
    const named = new Map(queues.map(({ id, Properties }) => [Properties.QueueName, { id, ...Properties }]));
    for (const { name, receives, visibilitySeconds } of QUEUES) {
      const dead = named.get(`tonearm-${name}-dead`);
      expect(dead.MessageRetentionPeriod).toBe(14 * 86_400);
      expect(named.get(`tonearm-${name}`)).toMatchObject({
        VisibilityTimeout: visibilitySeconds,
        RedrivePolicy: { maxReceiveCount: receives, deadLetterTargetArn: { 'Fn::GetAtt': [dead.id, 'Arn'] } },
      });
    }
    const secured = made
      .ofType('AWS::SQS::QueuePolicy')
      .filter(({ Properties }) => JSON.stringify(Properties).includes('"aws:SecureTransport":"false"'));
    expect(secured).toHaveLength(queues.length);
    expect(queues.filter(({ Properties }) => Properties.SqsManagedSseEnabled !== true)).toEqual([]);
  });

  it('run each function as it is declared, started by its queue or by schedules alone', () => {
    for (const { name, memoryMb, timeoutSeconds, environment, from } of FUNCTIONS) {
      const [lambda] = made.ofType('AWS::Lambda::Function').filter(({ Properties }) => Properties.FunctionName === `tonearm-${name}`);
      expect(lambda?.Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        MemorySize: memoryMb,
        Timeout: timeoutSeconds,
      });
      expect(Object.keys(lambda?.Properties.Environment.Variables).sort()).toEqual([...environment].sort());
      const sources = made.ofType('AWS::Lambda::EventSourceMapping').filter(({ Properties }) => Properties.FunctionName.Ref === lambda?.id);
      expect(sources.map(({ Properties }) => Properties.FunctionResponseTypes)).toEqual(from === null ? [] : [['ReportBatchItemFailures']]);
    }
    const schedules = made.ofType('AWS::Scheduler::Schedule').map(({ Properties }) => Properties);
    expect(schedules.map(({ ScheduleExpression, Target }) => [ScheduleExpression, JSON.parse(Target.Input)])).toEqual([
      ['rate(1 minute)', { account: 'ana', streams: ['recently_played'] }],
      ['cron(0 4 * * ? *)', { account: 'ben', streams: ['saved_tracks', 'playlists'] }],
    ]);
    expect(made.ofType('AWS::Lambda::Function')).toHaveLength(FUNCTIONS.length);
  });

  it('tell the stage queue of raw objects alone, in the words of S3', () => {
    const rule = ruleNamed('tonearm-raw-objects');
    expect(rule.EventPattern.detail).toEqual({ bucket: { name: ['my-lake'] }, object: { key: [{ prefix: 'me/raw/' }] } });
    const { InputTemplate, InputPathsMap } = rule.Targets[0].InputTransformer;
    const filled = InputTemplate.replaceAll(/<([^>]+)>/g, (_: string, name: string) => JSON.stringify(InputPathsMap[name]));
    expect(JSON.parse(filled).Records[0].s3).toEqual({ bucket: { name: '$.detail.bucket.name' }, object: { key: '$.detail.object.key' } });
  });

  it('let one user of Snowflake read tables and catalog where it says its id, and nothing else of it', () => {
    const [role] = made.ofType('AWS::IAM::Role').filter(({ Properties }) => Properties.RoleName === 'tonearm-snowflake');
    expect(role?.Properties.AssumeRolePolicyDocument.Statement).toEqual([
      {
        Action: 'sts:AssumeRole',
        Effect: 'Allow',
        Principal: { AWS: SAMPLE.snowflake?.userArn },
        Condition: { StringEquals: { 'sts:ExternalId': SAMPLE.snowflake?.externalId } },
      },
    ]);
    const may: readonly Statement[] = role?.Properties.Policies[0].PolicyDocument.Statement;
    expect(may.flatMap(({ Action }) => listOf(Action)).sort()).toEqual([
      'kms:Decrypt',
      's3:GetBucketLocation',
      's3:GetObject',
      's3:GetObjectVersion',
      's3:ListBucket',
    ]);
    const objects = JSON.stringify(may.find(({ Action }) => listOf(Action).includes('s3:GetObject'))?.Resource);
    expect([...objects.matchAll(/:s3:::([^"]+)/g)].map(([, name]) => name)).toEqual(['my-lake/me/catalog/*', 'my-lake/me/tables/*']);
    expect(may.find(({ Action }) => Action === 's3:ListBucket')?.Condition).toEqual({
      StringLike: { 's3:prefix': ['me/tables/*', 'me/catalog/*'] },
    });
  });

  it('tell Snowflake of files of tables and catalog alone, by a topic that it may subscribe to and events may publish to', () => {
    const rule = ruleNamed('tonearm-snowflake-objects');
    expect(rule.EventPattern.detail).toEqual({
      bucket: { name: ['my-lake'] },
      object: { key: [{ prefix: 'me/tables/' }, { prefix: 'me/catalog/' }] },
    });
    const [topic] = made.ofType('AWS::SNS::Topic').filter(({ Properties }) => Properties.TopicName === 'tonearm-snowflake');
    expect(rule.Targets[0].Arn).toEqual({ Ref: topic?.id });
    // As Snowflake reads EventBridge's own words, nothing is changed on the way.
    expect(rule.Targets[0].InputTransformer).toBeUndefined();
    const said: readonly Statement[] = made
      .ofType('AWS::SNS::TopicPolicy')
      .filter(({ Properties }) => JSON.stringify(Properties.Topics) === JSON.stringify([{ Ref: topic?.id }]))
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
    const allowed = said.filter(({ Effect }) => Effect === 'Allow').map(({ Action, Principal }) => [Action, Principal]);
    expect(allowed).toEqual(
      expect.arrayContaining([
        ['sns:Subscribe', { AWS: SAMPLE.snowflake?.subscriberArn }],
        ['sns:Publish', { Service: 'events.amazonaws.com' }],
      ]),
    );
    expect(allowed).toHaveLength(2);
    const [key] = made.ofType('AWS::KMS::Key');
    const uses: readonly Statement[] = key?.Properties.KeyPolicy.Statement;
    expect(uses.find(({ Principal }) => JSON.stringify(Principal) === '{"Service":"events.amazonaws.com"}')).toMatchObject({
      Action: expect.arrayContaining(['kms:Decrypt', 'kms:GenerateDataKey*']),
    });
  });

  it('alarm about failures, dead letters, logins, quota, quarantine and money, and tell somebody', () => {
    const alarms = made.ofType('AWS::CloudWatch::Alarm');
    expect(alarms).toHaveLength(ALARMS);
    const names = alarms.map(({ Properties }) => Properties.AlarmName);
    const expected = [
      'extract-fails',
      'stage-fails',
      'build-fails',
      'stage-dead-letters',
      'build-dead-letters',
      'extract-dead-letters',
      'login-needed',
      'login-ends',
      'deferred',
      'nothing-read',
      'no-plays',
      'quarantine',
    ];
    expect(names).toEqual(expect.arrayContaining(expected.map((end) => `tonearm-${end}`)));
    for (const { Properties } of alarms) expect([Properties.AlarmName, Properties.AlarmActions.length]).toEqual([Properties.AlarmName, 1]);
    const own = alarms.filter(({ Properties }) => Properties.Namespace === METRICS.namespace);
    expect(own).toHaveLength(6);
    for (const { Properties } of own) expect(Properties.Dimensions).toContainEqual({ Name: 'deployment', Value: 'tonearm' });
    expect(only('AWS::SNS::Subscription')).toMatchObject({ Protocol: 'email', Endpoint: 'me@example.org' });
    expect(only('AWS::Budgets::Budget').Budget.BudgetLimit).toEqual({ Amount: 10, Unit: 'USD' });
  });

  it('let Athena read no more than a limit, and write results encrypted', () => {
    const { WorkGroupConfiguration: settings } = only('AWS::Athena::WorkGroup');
    expect(settings).toMatchObject({ EnforceWorkGroupConfiguration: true, BytesScannedCutoffPerQuery: 10_000_000_000 });
    expect(settings.ResultConfiguration).toMatchObject({
      OutputLocation: 's3://my-lake/me/athena-results/',
      EncryptionConfiguration: { EncryptionOption: 'SSE_KMS' },
    });
  });
});

describe('a lake that is to go', () => {
  it('takes bucket, key and logins along, and leaves the access logs', () => {
    const made = synthesised({ ...SAMPLE, isLakeKept: false });
    const policies = ['AWS::KMS::Key', 'AWS::SecretsManager::Secret', 'AWS::S3::Bucket'].flatMap((type) => made.ofType(type));
    const kept = policies.filter(({ DeletionPolicy }) => DeletionPolicy !== 'Delete');
    expect(kept.map(({ id }) => id)).toEqual([expect.stringContaining('AccessLogs')]);
  });
});

describe('a deployment of few words', () => {
  it('has no budget, crawler or subscription, and the whole bucket as its lake', () => {
    const made = synthesised({
      ...SAMPLE,
      region: null,
      root: '',
      alarmsTo: null,
      budgetUsd: null,
      crawler: false,
      schedules: [],
      expiry: [],
      snowflake: null,
    });
    for (const type of ['AWS::Budgets::Budget', 'AWS::Glue::Crawler', 'AWS::SNS::Subscription', 'AWS::Scheduler::Schedule'])
      expect(made.ofType(type)).toEqual([]);
    expect(JSON.stringify(made.resources)).not.toContain('snowflake');
    const [rule] = made.ofType('AWS::Events::Rule');
    expect(rule?.Properties.EventPattern.detail.object).toEqual({ key: [{ prefix: 'raw/' }] });
    const [lambda] = made.ofType('AWS::Lambda::Function');
    expect(lambda?.Properties.Environment.Variables.TONEARM_LAKE).toBe('s3://my-lake');
  });
});
