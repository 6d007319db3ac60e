import { z } from 'zod';
import type { AwsConfig } from './settings.ts';

const NAME = 'a name of a-z, 0-9 and -, at most 30 of them, that starts with a letter';
const REGION = 'a region, such as eu-central-1';
const ADDRESS = 'an e-mail address';
const DOLLARS = 'a whole number of dollars, 1 to 1000000';
const ARCHITECTURES = ['arm64', 'x64'] as const;

const DEFAULTS = { name: 'tonearm', architecture: 'arm64' } as const;

/** Names of resources are made of it; the longest, that of a role, may have 64 characters. */
const MOST_NAME = 30;

export const WrittenAws = z.strictObject(
  {
    name: z
      .string({ error: NAME })
      .max(MOST_NAME, { error: NAME })
      .regex(/^[a-z]([a-z0-9-]*[a-z0-9])?$/, { error: NAME })
      .optional()
      .describe('Begins the name of everything that is made in AWS. Two deployments need two names. tonearm where absent.'),
    region: z
      .string({ error: REGION })
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, { error: REGION })
      .optional()
      .describe('Where everything is made. That of s3 where absent, else that of the AWS profile.'),
    architecture: z
      .enum(ARCHITECTURES, { error: `one of ${ARCHITECTURES.join(', ')}` })
      .optional()
      .describe('Of the functions: arm64, which costs less, or x64. arm64 where absent.'),
    alarms_to: z
      .string({ error: ADDRESS })
      .regex(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, { error: ADDRESS })
      .optional()
      .describe('Who gets the alarms; AWS asks once by mail whether it may. Nobody where absent.'),
    budget_usd: z
      .number({ error: DOLLARS })
      .int({ error: DOLLARS })
      .min(1, { error: DOLLARS })
      .max(1_000_000, { error: DOLLARS })
      .optional()
      .describe('What the AWS account may cost a month before an alarm is sent. No such alarm where absent.'),
    crawler: z
      .boolean({ error: 'true or false' })
      .optional()
      .describe('Whether a Glue crawler reads raw once a day and guesses its schema. false where absent: the tables need none.'),
    publish: z
      .literal('athena', { error: 'athena' })
      .optional()
      .describe('Every build then brings the tables to Athena. Not where absent.'),
  },
  { error: 'keys such as region' },
);

/** `region`: that of the settings of the bucket. */
export function awsConfig(written: z.infer<typeof WrittenAws>, region: string | null): AwsConfig {
  return {
    name: written.name ?? DEFAULTS.name,
    region: written.region ?? region,
    architecture: written.architecture ?? DEFAULTS.architecture,
    alarmsTo: written.alarms_to ?? null,
    budgetUsd: written.budget_usd ?? null,
    crawler: written.crawler ?? false,
    publish: written.publish ?? null,
  };
}

/** Of the bucket: where its own section is silent, that of the deployment. Nothing is known by that of another S3 than Amazon's. */
export function bucketRegion({
  s3 = {},
  aws,
}: {
  readonly s3?: { readonly region?: string | undefined; readonly endpoint?: string | undefined } | undefined;
  readonly aws?: { readonly region?: string | undefined } | undefined;
}): string | null {
  return s3.region ?? (s3.endpoint === undefined ? aws?.region : undefined) ?? null;
}
