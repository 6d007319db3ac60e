import { PipelineError } from '../../kernel/errors.ts';
import {
  type ConnectedBucket,
  describeIntegration,
  integrationName,
  integrationStep,
  subscriberPolicy,
  tryIntegration,
} from './external.ts';
import type { SnowflakePlace } from './place.ts';
import type { SnowflakeSession } from './session.ts';

/** Who of Snowflake comes to the bucket, and what it says to be let in. */
export interface Handshake {
  readonly userArn: string;
  readonly externalId: string;
  /** Null where nobody subscribes. */
  readonly subscriberArn: string | null;
}

/**
 * Makes the integration, which is the same every time, and asks who comes by it. `subscribes`: also who subscribes to the topic.
 * Errors: `config` for a role that may make no integration (ACCOUNTADMIN may); `bad_response` where Snowflake does not say who comes.
 */
export async function shakeHands(
  session: SnowflakeSession,
  place: SnowflakePlace,
  from: ConnectedBucket,
  subscribes: boolean,
  signal: AbortSignal,
): Promise<Handshake> {
  for (const statement of integrationStep(place, from).statements) await session.run(statement, signal);
  const rows = await session.run(describeIntegration(place), signal);
  const told = new Map(rows.map((row) => [String(row.property), String(row.property_value)]));
  const [userArn, externalId] = ['STORAGE_AWS_IAM_USER_ARN', 'STORAGE_AWS_EXTERNAL_ID'].map((name) => told.get(name) ?? '');
  if (!userArn?.startsWith('arn:') || !externalId) {
    throw new PipelineError(`Snowflake does not say who comes by the integration ${integrationName(place)}`, {
      code: 'bad_response',
      hint: `Is Snowflake's account on AWS? DESC INTEGRATION ${integrationName(place)} in a worksheet shows what it says.`,
    });
  }
  return { userArn, externalId, subscriberArn: subscribes ? await subscriberOf(session, from, signal) : null };
}

/** https://docs.snowflake.com/en/sql-reference/functions/system_get_aws_sns_iam_policy */
async function subscriberOf(session: SnowflakeSession, from: ConnectedBucket, signal: AbortSignal): Promise<string> {
  const [row] = await session.run(subscriberPolicy(from), signal);
  const arn = /arn:[a-z-]+:iam::\d{12}:[\w/+=,.@-]+/.exec(String(row?.POLICY))?.[0];
  if (arn !== undefined) return arn;
  throw new PipelineError('Snowflake does not say who of it subscribes to the topic of the bucket', { code: 'bad_response' });
}

/** Whether Snowflake comes as far as the list of the files; null where it does, else what it says. */
export async function refusalOf(
  session: SnowflakeSession,
  place: SnowflakePlace,
  from: ConnectedBucket,
  signal: AbortSignal,
): Promise<string | null> {
  const [row] = await session.run(tryIntegration(place, from), signal);
  const text = String(row?.ANSWER);
  if (/"status"\s*:\s*"success"/i.test(text)) return null;
  return /"message"\s*:\s*"([^"]+)"/.exec(text)?.[1] ?? text;
}
