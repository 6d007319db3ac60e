import type { AwsConfig, Config } from '../../config.ts';
import { PipelineError } from '../../kernel/errors.ts';
import { bucketOf } from '../../kernel/lake-place.ts';
import { EXPORT_STREAMS, STREAM_NAMES } from '../../source/types.ts';
import { jobsOf } from '../schedule/jobs.ts';
import type { SnowflakeGuest } from '../snowflake-answers.ts';
import { sourceOf } from '../spotify-access.ts';
import { scheduleExpressions } from './schedule-expression.ts';

/** A start of `extract`, again and again. */
export interface DeployedSchedule {
  /** `[a-z0-9-]+`, of its own within the deployment. */
  readonly name: string;
  readonly account: string;
  readonly streams: readonly string[];
  /** As EventBridge Scheduler reads it. */
  readonly expression: string;
  /** IANA. */
  readonly timeZone: string;
}

/** Objects whose key begins so are ended by the bucket itself after so many days. */
export interface Expiry {
  readonly prefix: string;
  readonly days: number;
}

/** All that the CDK app is told: pure data, as JSON in a file. It holds no secret. */
export interface Deployment extends AwsConfig {
  readonly bucket: string;
  /** Before every key of the lake: empty, or ends with `/`. */
  readonly root: string;
  readonly accounts: readonly string[];
  readonly schedules: readonly DeployedSchedule[];
  /** Jobs of the schedule that nothing in AWS does. */
  readonly leftOut: readonly string[];
  readonly expiry: readonly Expiry[];
  /** Null: Snowflake reads nothing here. */
  readonly snowflake: SnowflakeGuest | null;
  /** False: bucket, key and secrets go with their stack. True but for a moment before that. */
  readonly isLakeKept: boolean;
}

/** Of an AWS section that is not there. */
const USUAL: AwsConfig = {
  name: 'tonearm',
  region: null,
  architecture: 'arm64',
  alarmsTo: null,
  budgetUsd: null,
  crawler: false,
  publish: null,
};

/** Names of schedules may have 64 characters, `<name>-` among them (https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html). */
const MOST_NAME = 64;
/** `retain` removes raw, with its versions, and tells the tables; the bucket's own rule is for what nobody ran `retain` for, so it comes later. */
const SLACK_DAYS = 60;
const MONTH_DAYS = 31;

/** What these settings make in AWS. Errors: `config` where the lake lies in no bucket, or a cron cannot be told to EventBridge Scheduler. */
export function deploymentOf(config: Config, now: Date, snowflake: SnowflakeGuest | null = null): Deployment {
  const place = bucketOf(config.lake);
  if (place === null) {
    throw new PipelineError('the lake is a folder, and AWS reads a bucket', {
      code: 'config',
      hint: 'Write lake: s3://<bucket>/<prefix> into tonearm.yaml; deploying makes the bucket, whose name must be free in all of AWS.',
    });
  }
  const aws = config.aws ?? USUAL;
  return {
    ...aws,
    region: aws.region ?? config.bucket?.region ?? null,
    bucket: place.bucket,
    root: place.prefix === '' ? '' : `${place.prefix}/`,
    accounts: config.accounts.map(({ name }) => name),
    ...schedulesOf(config, aws.name, now),
    expiry: expiryOf(config),
    snowflake,
    isLakeKept: true,
  };
}

/** Also of a lake in a folder: what it would be in AWS. */
export function schedulesOf(config: Config, deployment: string, now: Date): Pick<Deployment, 'schedules' | 'leftOut'> {
  const jobs = jobsOf(config, now);
  const schedules = jobs.flatMap(({ name, account, kind, streams, rhythm }) =>
    kind !== 'run' || account === null
      ? []
      : scheduleExpressions(rhythm.cadence, name).map((expression, at) => ({
          name: scheduleName(deployment, account, name, at),
          account,
          streams,
          expression,
          timeZone: rhythm.timeZone,
        })),
  );
  const leftOut = jobs.filter(({ kind }) => kind !== 'run' && kind !== 'build').map(({ name }) => name);
  return { schedules, leftOut };
}

function scheduleName(deployment: string, account: string, job: string, at: number): string {
  const end = `${job.replaceAll('_', '-')}${at === 0 ? '' : `-${at + 1}`}`;
  const name = `${account}-${end}`;
  if (deployment.length + 1 + name.length <= MOST_NAME) return name;
  throw new PipelineError(`the account ${account} has too long a name for a schedule in AWS`, {
    code: 'config',
    hint: `${deployment}-${name} may have ${MOST_NAME} characters: shorten aws.name.`,
  });
}

function expiryOf(config: Config): readonly Expiry[] {
  const { retention } = config;
  const rules = (streams: readonly string[], months: number | null): readonly Expiry[] =>
    months === null ? [] : streams.map((stream) => ({ prefix: `raw/${stream}/`, days: months * MONTH_DAYS + SLACK_DAYS }));
  return [...rules(STREAM_NAMES, retention[sourceOf(config)]), ...rules(EXPORT_STREAMS, retention.export)];
}
