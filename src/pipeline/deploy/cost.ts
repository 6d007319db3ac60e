import { PRICES, type PriceName } from './prices.ts';
import type { Usage } from './usage.ts';

export interface CostLine {
  readonly what: string;
  /** How the quantity comes about, in words and numbers. */
  readonly because: string;
  readonly quantity: number;
  readonly unit: string;
  /** Of one unit. */
  readonly usd: number;
  readonly free: number;
  /** A month, with what is free left out. */
  readonly cost: number;
}

export interface CostEstimate {
  readonly lines: readonly CostLine[];
  /** Dollars a month, a year from now. */
  readonly total: number;
  /** Had nothing been free: where the AWS account has used that up elsewhere. */
  readonly withoutFree: number;
}

/** Sizes and times of the functions, as the estimate needs them. */
export interface FunctionSizes {
  readonly extractGb: number;
  readonly stageGb: number;
  readonly buildGb: number;
  /** Of `/tmp`, above what is free. */
  readonly buildStorageGb: number;
  readonly metrics: number;
}

/** As many as the CDK app makes. */
export const ALARMS = 14;

/** A build of little data: start, files copied from the bucket, tables written, commit, publishing to Glue. Not measured in AWS. */
const BUILD_SECONDS = 25;
const BUILD_SECONDS_AN_ANSWER = 0.01;
const STAGE_SECONDS = 1;
/** A batch every five seconds at most. */
const MOST_STAGES = 12 * 43_800;
/** Objects that one build writes: files of tables, a version of the catalog, a segment, a summary; then a file of each table for Athena. */
const BUILD_WRITES = 40;
const BUILD_READS = 80;
/** Requests of a build to Glue: the tables as they are, and those that changed. */
const BUILD_GLUE = 20;
/** An answer is a note and an object; a start reads and writes state, lease and login. */
const ANSWER_WRITES = 2;
const START_WRITES = 8;
const START_READS = 15;
/** A key of the bucket spares most requests: one in ten reads and writes is counted. */
const KEY_SHARE = 0.1;
const LOG_BYTES_A_START = 2_000;
/** Lambda asks each queue five times in 20 seconds where nothing comes (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html). */
const POLLS_A_MONTH = 2 * 5 * 3 * 60 * 730;
/** Events of a minute come to one build, and a month has so many minutes. */
const MOST_BUILDS = 43_800;
const GB = 1e9;

interface Counted {
  readonly starts: number;
  readonly answers: number;
  readonly seconds: number;
  readonly builds: number;
}

function countedOf({ readings }: Usage): Counted {
  const sum = (of: (reading: Usage['readings'][number]) => number): number =>
    readings.reduce((all, one) => all + one.startsPerMonth * of(one), 0);
  const starts = sum(() => 1);
  return { starts, answers: sum(({ answers }) => answers), seconds: sum(({ seconds }) => seconds), builds: Math.min(starts, MOST_BUILDS) };
}

const shown = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 2 });

/** What a deployment costs a month, a year from now, worked out from {@link PRICES}. An estimate: nothing of it was ever billed. */
export function estimate(usage: Usage, sizes: FunctionSizes): CostEstimate {
  const { starts, answers, seconds, builds } = countedOf(usage);
  const stages = Math.min(answers, MOST_STAGES);
  const [writes, reads] = [
    starts * START_WRITES + answers * ANSWER_WRITES + builds * BUILD_WRITES,
    starts * START_READS + answers * 2 + builds * BUILD_READS,
  ];
  const buildSeconds = builds * BUILD_SECONDS + answers * BUILD_SECONDS_AN_ANSWER;
  const compute = {
    extract: seconds * sizes.extractGb,
    stage: stages * STAGE_SECONDS * sizes.stageGb,
    build: buildSeconds * sizes.buildGb,
  };
  const of = (what: string, name: PriceName, quantity: number, because: string): CostLine => {
    const { unit, usd, free } = PRICES[name];
    return { what, because, quantity, unit, usd, free, cost: Math.max(0, quantity - free) * usd };
  };
  const lines = [
    of(
      'Lambda, starts',
      'lambdaRequest',
      starts + stages + builds,
      `${shown(starts)} extract + ${shown(stages)} stage + ${shown(builds)} build`,
    ),
    of(
      'Lambda, time',
      usage.architecture === 'arm64' ? 'lambdaArm' : 'lambdaX64',
      compute.extract + compute.stage + compute.build,
      `${shown(seconds)} s × ${sizes.extractGb} GB + ${shown(stages * STAGE_SECONDS)} s × ${sizes.stageGb} GB + ${shown(buildSeconds)} s × ${sizes.buildGb} GB`,
    ),
    of('Lambda, /tmp', 'lambdaStorage', buildSeconds * sizes.buildStorageGb, `${shown(buildSeconds)} s × ${sizes.buildStorageGb} GB`),
    of('Schedules', 'schedule', starts, `${shown(starts)} starts`),
    of('Events of the bucket', 'event', writes, `${shown(writes)} writes, each told to EventBridge`),
    of('Queues', 'queueRequest', POLLS_A_MONTH + answers * 5, `${shown(POLLS_A_MONTH)} polls + 5 × ${shown(answers)} answers`),
    of('Bucket, storage', 'storage', usage.lakeBytes / GB, `${shown(usage.lakeBytes / GB)} GB after a year`),
    of('Bucket, writes', 'write', writes, `${START_WRITES} a start + ${ANSWER_WRITES} an answer + ${BUILD_WRITES} a build`),
    of('Bucket, reads', 'read', reads, `${START_READS} a start + 2 an answer + ${BUILD_READS} a build`),
    of('Key', 'key', 1, '1 for all'),
    of('Key, requests', 'keyRequest', (writes + reads) * KEY_SHARE, `a tenth of ${shown(writes + reads)} reads and writes`),
    of('Secrets', 'secret', 1 + usage.accounts, `1 app + ${usage.accounts} ${usage.accounts === 1 ? 'login' : 'logins'}`),
    of('Secrets, requests', 'secretRequest', starts * 3, `3 a start`),
    of('Metrics', 'metric', sizes.metrics, `${sizes.metrics}`),
    of('Alarms', 'alarm', ALARMS, `${ALARMS}`),
    of('Dashboard', 'dashboard', 1, '1'),
    of('Logs', 'log', ((starts + stages + builds) * LOG_BYTES_A_START) / GB, `2 kB a start of a function`),
    of('Traces', 'trace', starts + stages + builds, 'each start at most'),
    of('Glue, requests', 'glueRequest', builds * BUILD_GLUE, `${BUILD_GLUE} a build`),
    of(
      'Athena',
      'scanned',
      (usage.queriesPerMonth * usage.bytesPerQuery) / 1e12,
      `${shown(usage.queriesPerMonth)} queries × ${shown(usage.bytesPerQuery / 1e6)} MB`,
    ),
  ];
  return {
    lines,
    total: lines.reduce((sum, { cost }) => sum + cost, 0),
    withoutFree: lines.reduce((sum, { quantity, usd }) => sum + quantity * usd, 0),
  };
}
