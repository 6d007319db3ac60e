import { awsError } from './aws-error.ts';

const ATTEMPTS = 5;
const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 15_000 };

/** Whose credentials are in use. */
interface AwsAccount {
  /** Twelve digits. */
  readonly id: string;
  /** Such as `aws`: begins every name there. */
  readonly partition: string;
  readonly region: string;
}

/** Asks AWS who asks. `region` null: that of AWS's own variables and files. Loads the SDK. Errors: see {@link awsError}. */
export async function awsAccount(region: string | null): Promise<AwsAccount> {
  const sdk = await import('@aws-sdk/client-sts');
  const client = new sdk.STSClient({ ...(region === null ? {} : { region }), maxAttempts: ATTEMPTS, requestHandler: TIMEOUTS });
  try {
    const { Account = '', Arn = '' } = await client.send(new sdk.GetCallerIdentityCommand({}));
    return { id: Account, partition: Arn.split(':')[1] ?? 'aws', region: await client.config.region() };
  } catch (error) {
    throw awsError(error, { doing: 'ask', place: 'AWS who asks', actions: 'sts:GetCallerIdentity' });
  } finally {
    client.destroy();
  }
}
