/**
 * What each function needs of AWS: its size, its environment, its queue and what it may do. Whoever sets them up reads it; nothing here asks AWS.
 */

export type FunctionName = 'extract' | 'stage' | 'build';
export type QueueName = 'stage' | 'build';

/** Zones of a lake that a function touches: prefixes of keys below that of the lake, without the `/`. */
export type LakeZone = 'landed' | 'raw' | 'tables' | 'catalog' | 'state' | 'removed' | 'rules' | 'runs' | 'athena';

/** Actions on one kind of thing; never on more of it than is named here. */
export type Permission =
  /** Those of listing on the bucket, for keys below the prefix of the lake. */
  | { readonly on: 'bucket'; readonly actions: readonly string[] }
  /** `<bucket>/<prefix><zone>/*` */
  | { readonly on: 'objects'; readonly zones: readonly LakeZone[]; readonly actions: readonly string[] }
  | { readonly on: 'queue'; readonly queue: QueueName; readonly actions: readonly string[] }
  /** `app`: `tonearm/<name>/app`; `logins`: `tonearm/<name>/login/*`. */
  | { readonly on: 'secret'; readonly secret: 'app' | 'logins'; readonly actions: readonly string[] }
  /** The database of the lake and all tables in it. */
  | { readonly on: 'glue'; readonly actions: readonly string[] };

export interface FunctionNeeds {
  readonly name: FunctionName;
  /** Folder below `dist/lambda`, whose `index.mjs` exports `handler`. */
  readonly handler: 'index.handler';
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** Of `/tmp`. */
  readonly storageMb: number;
  /** Names that its environment must hold. */
  readonly environment: readonly string[];
  /** The queue that starts it; null: started with an event of its own. */
  readonly from: QueueName | null;
  readonly may: readonly Permission[];
}

export interface QueueNeeds {
  readonly name: QueueName;
  readonly visibilitySeconds: number;
  readonly retentionDays: number;
  /** After so many receives a message goes to the dead letters, which are kept for 14 days, the most that there is. */
  readonly receives: number;
  readonly batchSize: number;
  readonly windowSeconds: number;
  /** Functions at work at one time, `MaximumConcurrency` of the event source, whose least is 2: no message is counted as received because of throttling. */
  readonly concurrency: number;
}

const READ = ['s3:GetObject'] as const;
const WRITE = ['s3:PutObject'] as const;
/** Of zones whose objects may be so large that they are written in parts. */
const WRITE_PARTS = ['s3:PutObject', 's3:AbortMultipartUpload'] as const;
/** Removal means all versions of an object. */
const REMOVE = ['s3:DeleteObject', 's3:DeleteObjectVersion'] as const;
const LIST = ['s3:ListBucket'] as const;
const LIST_VERSIONS = ['s3:ListBucket', 's3:GetBucketVersioning', 's3:ListBucketVersions'] as const;
/** What the event source of Lambda does in the name of the function. https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
const CONSUME = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'] as const;

const EVERYWHERE = ['TONEARM_LAKE', 'TONEARM_CONFIG', 'TONEARM_DEPLOYMENT'] as const;

/** Of extract: its heap is cleaned before it grows to the memory of the function; 2,000 answers then take 220 MB in all (`npm run bench -- lambda`). */
export const NODE_OPTIONS = '--max-old-space-size=200';

/** 1,769 MB are one whole CPU (https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html). */
export const FUNCTIONS: readonly FunctionNeeds[] = [
  {
    name: 'extract',
    handler: 'index.handler',
    memoryMb: 512,
    timeoutSeconds: 900,
    storageMb: 512,
    environment: [...EVERYWHERE, 'TONEARM_SECRETS', 'NODE_OPTIONS'],
    from: null,
    may: [
      { on: 'bucket', actions: LIST_VERSIONS },
      { on: 'objects', zones: ['landed', 'raw', 'state', 'removed'], actions: READ },
      { on: 'objects', zones: ['landed', 'state', 'runs'], actions: WRITE },
      { on: 'objects', zones: ['raw'], actions: WRITE_PARTS },
      { on: 'objects', zones: ['state'], actions: REMOVE },
      { on: 'secret', secret: 'app', actions: ['secretsmanager:GetSecretValue'] },
      {
        on: 'secret',
        secret: 'logins',
        actions: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'],
      },
    ],
  },
  {
    name: 'stage',
    handler: 'index.handler',
    memoryMb: 512,
    timeoutSeconds: 120,
    storageMb: 512,
    environment: [...EVERYWHERE, 'TONEARM_BUILD_QUEUE_URL'],
    from: 'stage',
    may: [
      { on: 'bucket', actions: LIST },
      { on: 'objects', zones: ['landed', 'raw', 'removed'], actions: READ },
      { on: 'queue', queue: 'stage', actions: CONSUME },
      { on: 'queue', queue: 'build', actions: ['sqs:SendMessage'] },
    ],
  },
  {
    name: 'build',
    handler: 'index.handler',
    memoryMb: 2048,
    timeoutSeconds: 900,
    storageMb: 4096,
    environment: [...EVERYWHERE, 'TONEARM_ATHENA'],
    from: 'build',
    may: [
      { on: 'bucket', actions: LIST_VERSIONS },
      {
        on: 'objects',
        zones: ['landed', 'raw', 'tables', 'catalog', 'state', 'removed', 'rules', 'runs', 'athena'],
        actions: READ,
      },
      { on: 'objects', zones: ['state', 'removed', 'runs', 'athena'], actions: WRITE },
      { on: 'objects', zones: ['tables', 'catalog'], actions: WRITE_PARTS },
      // A removal that was begun by a person and not ended is ended by the next build.
      {
        on: 'objects',
        zones: ['landed', 'raw', 'tables', 'catalog', 'state', 'rules', 'runs', 'athena'],
        actions: REMOVE,
      },
      { on: 'queue', queue: 'build', actions: CONSUME },
      { on: 'glue', actions: ['glue:GetTable', 'glue:GetTables', 'glue:CreateTable', 'glue:UpdateTable'] },
    ],
  },
];

/** A message is out of sight for six times as long as its function may work (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html), a build for twice. */
export const QUEUES: readonly QueueNeeds[] = [
  { name: 'stage', visibilitySeconds: 720, retentionDays: 14, receives: 3, batchSize: 10, windowSeconds: 5, concurrency: 5 },
  { name: 'build', visibilitySeconds: 1800, retentionDays: 14, receives: 5, batchSize: 1000, windowSeconds: 60, concurrency: 2 },
];

/** Namespace of the metrics that the functions put into CloudWatch (by their log), each with two dimensions: `service`, the function's name, and `deployment`. */
export const METRICS = {
  namespace: 'Tonearm',
  /** Of extract, for an account to which only a person can let it in again. */
  loginNeeded: 'LoginNeeded',
  /** Of extract: whole days that the login has left. */
  loginDaysLeft: 'LoginDaysLeft',
  /** Of extract: Spotify asked for a pause. */
  deferred: 'Deferred',
  /** Of extract: it stopped before its time was over, and the next start goes on. */
  continued: 'Continued',
  /** Of extract: answers landed. */
  requests: 'Requests',
  /** Of stage: objects that nobody can build from. */
  damaged: 'DamagedObjects',
  /** Of stage: objects that went on to the build. */
  staged: 'StagedObjects',
  /** Of build: records of raw that it looked at. */
  consumed: 'ConsumedRecords',
  /** Of build: seconds since the newest play of the account that was not heard of for longest. */
  newestPlayAge: 'NewestPlayAgeSeconds',
  /** Of build: records set aside. */
  quarantined: 'QuarantinedRecords',
} as const;
