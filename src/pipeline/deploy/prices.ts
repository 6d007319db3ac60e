/** What one unit costs in AWS, in dollars a month or a use. */
export interface Price {
  /** In words, as a person counts it. */
  readonly unit: string;
  readonly usd: number;
  /** Units a month that cost nothing, for ever and for every AWS account; what only new accounts get is left out. */
  readonly free: number;
  readonly source: string;
}

/**
 * Of us-east-1, as AWS's public pages and copies of them state them. Written down by hand on that date, and never asked of AWS: other regions cost up to a
 * quarter more, taxes are left out, and prices change.
 */
export const PRICES_OF = '2026-11-21';

const MILLION = 1_000_000;
const lambda = 'https://aws.amazon.com/lambda/pricing/';
const s3 = 'https://aws.amazon.com/s3/pricing/';
const cloudwatch = 'https://aws.amazon.com/cloudwatch/pricing/';
const kms = 'https://aws.amazon.com/kms/pricing/';
const secrets = 'https://aws.amazon.com/secrets-manager/pricing/';
const eventbridge = 'https://aws.amazon.com/eventbridge/pricing/';

export const PRICES = {
  lambdaRequest: { unit: 'start', usd: 0.2 / MILLION, free: MILLION, source: lambda },
  lambdaArm: { unit: 'GB-second', usd: 0.0000133334, free: 400_000, source: lambda },
  lambdaX64: { unit: 'GB-second', usd: 0.0000166667, free: 400_000, source: lambda },
  /** Above the 512 MB that each function has. */
  lambdaStorage: { unit: 'GB-second of /tmp', usd: 0.0000000309, free: 0, source: lambda },
  schedule: { unit: 'start by a schedule', usd: 1 / MILLION, free: 14 * MILLION, source: eventbridge },
  /** Those of S3 that one asked for. */
  event: { unit: 'event', usd: 1 / MILLION, free: 0, source: eventbridge },
  queueRequest: { unit: 'request', usd: 0.4 / MILLION, free: MILLION, source: 'https://aws.amazon.com/sqs/pricing/' },
  storage: { unit: 'GB', usd: 0.023, free: 0, source: s3 },
  write: { unit: 'write or list', usd: 0.005 / 1_000, free: 0, source: s3 },
  read: { unit: 'read', usd: 0.0004 / 1_000, free: 0, source: s3 },
  key: { unit: 'key', usd: 1, free: 0, source: kms },
  keyRequest: { unit: 'request', usd: 0.03 / 10_000, free: 20_000, source: kms },
  secret: { unit: 'secret', usd: 0.4, free: 0, source: secrets },
  secretRequest: { unit: 'request', usd: 0.05 / 10_000, free: 0, source: secrets },
  metric: { unit: 'metric', usd: 0.3, free: 10, source: cloudwatch },
  alarm: { unit: 'alarm', usd: 0.1, free: 10, source: cloudwatch },
  dashboard: { unit: 'dashboard', usd: 3, free: 3, source: cloudwatch },
  log: { unit: 'GB', usd: 0.5, free: 5, source: cloudwatch },
  /** Recorded ones, of X-Ray. */
  trace: { unit: 'trace', usd: 5 / MILLION, free: 100_000, source: 'https://aws.amazon.com/xray/pricing/' },
  scanned: { unit: 'TB', usd: 5, free: 0, source: 'https://aws.amazon.com/athena/pricing/' },
  glueRequest: { unit: 'request', usd: 1 / MILLION, free: MILLION, source: 'https://aws.amazon.com/glue/pricing/' },
} as const satisfies Readonly<Record<string, Price>>;

export type PriceName = keyof typeof PRICES;
