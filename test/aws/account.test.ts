import { expect, it } from 'vitest';
import { awsAccount } from '../../src/pipeline/aws-account.ts';
import { describeWithS3 } from './moto.ts';

describeWithS3('the account of AWS', (moto) => {
  it('is that of who asks, in the region that is named', async () => {
    process.env.AWS_ENDPOINT_URL_STS = moto().endpoint;
    expect(await awsAccount('eu-central-1')).toEqual({ id: expect.stringMatching(/^\d{12}$/), partition: 'aws', region: 'eu-central-1' });
  });
});
