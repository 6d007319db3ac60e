/** What the templates would make, as a person says it. */

export interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: Readonly<Record<string, unknown>> }>>;
}

/** Things of one kind. */
export interface Things {
  /** Such as `queue`. */
  readonly kind: string;
  readonly count: number;
  /** Those that have names of their own, with what tells them apart. */
  readonly names: readonly string[];
}

/** By the type of CloudFormation, in the order in which they are told: one, several, and the property with the name. */
const KINDS: Readonly<Record<string, readonly [string, string, string?]>> = {
  'AWS::S3::Bucket': ['bucket, private, encrypted', 'buckets, private, encrypted', 'BucketName'],
  'AWS::KMS::Key': ['key', 'keys'],
  'AWS::SecretsManager::Secret': ['secret', 'secrets', 'Name'],
  'AWS::Lambda::Function': ['function', 'functions', 'FunctionName'],
  'AWS::SQS::Queue': ['queue', 'queues', 'QueueName'],
  'AWS::Events::Rule': ['rule for events', 'rules for events', 'Name'],
  'AWS::Scheduler::Schedule': ['schedule', 'schedules', 'Name'],
  'AWS::Glue::Database': ['database of Glue', 'databases of Glue'],
  'AWS::Glue::Crawler': ['crawler', 'crawlers', 'Name'],
  'AWS::Athena::WorkGroup': ['workgroup of Athena', 'workgroups of Athena', 'Name'],
  'AWS::Athena::NamedQuery': ['saved query', 'saved queries', 'Name'],
  'AWS::CloudWatch::Alarm': ['alarm', 'alarms', 'AlarmName'],
  'AWS::CloudWatch::Dashboard': ['dashboard', 'dashboards', 'DashboardName'],
  'AWS::SNS::Topic': ['topic', 'topics', 'TopicName'],
  'AWS::SNS::Subscription': [
    'mail address that is asked whether it wants alarms',
    'mail addresses that are asked whether they want alarms',
    'Endpoint',
  ],
  'AWS::Budgets::Budget': ['budget', 'budgets'],
  'AWS::Logs::LogGroup': ['log', 'logs', 'LogGroupName'],
  'AWS::IAM::Role': ['role', 'roles'],
};
const OTHERS = ['rule or link between these', 'rules and links between these'] as const;

/** Kinds that a person knows first, then one line for all that joins them. */
export function thingsOf({ Resources }: Template): readonly Things[] {
  const all = Object.values(Resources).filter(({ Type }) => Type !== 'AWS::CDK::Metadata');
  const known = Object.entries(KINDS).map(([type, [one, many, name]]) => {
    const found = all.filter(({ Type }) => Type === type);
    return {
      kind: found.length === 1 ? one : many,
      count: found.length,
      names: found.flatMap(({ Properties = {} }) => named(type, Properties, name)),
    };
  });
  const others = all.filter(({ Type }) => KINDS[Type] === undefined).length;
  return [...known, { kind: OTHERS[others === 1 ? 0 : 1], count: others, names: [] }].filter(({ count }) => count > 0);
}

function named(type: string, properties: Readonly<Record<string, unknown>>, name: string | undefined): readonly string[] {
  const value = name === undefined ? undefined : properties[name];
  if (typeof value !== 'string') return [];
  const more = type === 'AWS::Scheduler::Schedule' ? ` ${String(properties.ScheduleExpression)}` : '';
  return [`${value}${more}`];
}

/** What `cdk diff` says of each resource: how many come, go and change. */
export function changesOf(diff: string): { readonly added: number; readonly removed: number; readonly changed: number } {
  const count = (sign: string): number => [...diff.matchAll(new RegExp(`^\\s*\\[\\${sign}\\] AWS::`, 'gm'))].length;
  return { added: count('+'), removed: count('-'), changed: count('~') };
}
