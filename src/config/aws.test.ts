import { describe, expect, it } from 'vitest';
import { awsConfig, bucketRegion } from './aws.ts';

describe('a region', () => {
  it.each([
    ['of either section is that of both', { aws: { region: 'eu-west-1' } }, 'eu-west-1', 'eu-west-1'],
    ['of the bucket is that of the deployment', { s3: { region: 'eu-west-2' }, aws: {} }, 'eu-west-2', 'eu-west-2'],
    ['of each is its own', { s3: { region: 'eu-west-2' }, aws: { region: 'eu-west-1' } }, 'eu-west-2', 'eu-west-1'],
    [
      "of another S3 than Amazon's is not that of AWS",
      { s3: { endpoint: 'http://localhost' }, aws: { region: 'eu-west-1' } },
      null,
      'eu-west-1',
    ],
    ['that nobody names is left to AWS', { aws: {} }, null, null],
  ])('%s', (_, { s3 = {}, aws }: Parameters<typeof bucketRegion>[0] & { aws: object }, bucket, deployment) => {
    expect([bucketRegion({ s3, aws }), awsConfig(aws, s3.region ?? null).region]).toEqual([bucket, deployment]);
  });
});
