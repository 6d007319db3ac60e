import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import type { Clock } from '../kernel/clock.ts';
import { PipelineError } from '../kernel/errors.ts';
import type { ObjectStore } from '../landing/object-store.ts';
import { s3Facts } from '../landing/s3-error.ts';
import { awsError } from './aws-error.ts';
import { inTurn, refreshTurns } from './lake-turn.ts';
import { type AppFacts, appMark, type LoginVault } from './login-vault.ts';
import type { SecretSeries, Slot } from './secret-series.ts';

const ATTEMPTS = 5;
const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 15_000 };
const ACTIONS =
  'secretsmanager:DescribeSecret, GetSecretValue and PutSecretValue on it, and CreateSecret where `tonearm login` is to make it';

/** The token of a request becomes the id of the version; it must have 32 to 64 characters. */
const VERSION = 'tonearm-login-version-';
const DIGITS = 12;
const idOf = (version: number): string => `${VERSION}${String(version).padStart(DIGITS, '0')}`;
const versionOf = (id: string): number | null => (/^tonearm-login-version-\d{12}$/.test(id) ? Number(id.slice(-DIGITS)) : null);

export interface SecretsPlace {
  /** Of the deployment: secrets are called `tonearm/<name>/…`. */
  readonly name: string;
  /** Null: that of AWS's own variables and files. */
  readonly region: string | null;
}

async function connect({ region }: SecretsPlace) {
  const sdk = await import('@aws-sdk/client-secrets-manager');
  const client: SecretsManagerClient = new sdk.SecretsManagerClient({
    ...(region === null ? {} : { region }),
    maxAttempts: ATTEMPTS,
    requestHandler: TIMEOUTS,
  });
  return { sdk, client };
}
type Secrets = Awaited<ReturnType<typeof connect>>;

const isNamed = (error: unknown, name: string): boolean => s3Facts(error).name === name;

/** Asks about one secret. Errors: see {@link awsError}. */
async function ask<T>(secrets: Promise<Secrets>, doing: string, secret: string, work: (secrets: Secrets) => Promise<T>): Promise<T> {
  try {
    return await work(await secrets);
  } catch (error) {
    throw awsError(error, { doing, place: `the secret ${secret}`, actions: ACTIONS });
  }
}

/** A login as it is kept, marked with its app: of another it shows nothing but its number. */
function textOf(value: string, app: string): string | null {
  try {
    const kept: unknown = JSON.parse(value);
    return typeof kept === 'object' && kept !== null && 'app' in kept && kept.app === app ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/**
 * A numbered series in the versions of one secret. The number is the id of the version, which Secrets Manager gives to one writer alone: the same id
 * with another text is refused (https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html). It keeps the newest version
 * and the one before it, and removes older ones by itself. A value that was put in by hand has no number and is not looked at.
 */
function createVersionSeries(secrets: Promise<Secrets>, secret: string, app: string): SecretSeries {
  const numbers = (): Promise<readonly number[] | null> =>
    ask(secrets, 'read', secret, async ({ sdk, client }) => {
      try {
        const { VersionIdsToStages = {} } = await client.send(new sdk.DescribeSecretCommand({ SecretId: secret }));
        return Object.keys(VersionIdsToStages)
          .flatMap((id) => versionOf(id) ?? [])
          .sort((a, b) => b - a);
      } catch (error) {
        if (isNamed(error, 'ResourceNotFoundException')) return null;
        throw error;
      }
    });

  const readVersion = (version: number): Promise<string | null> =>
    ask(secrets, 'read', secret, async ({ sdk, client }) => {
      try {
        const { SecretString } = await client.send(new sdk.GetSecretValueCommand({ SecretId: secret, VersionId: idOf(version) }));
        return SecretString ?? null;
      } catch (error) {
        if (isNamed(error, 'ResourceNotFoundException')) return null;
        throw error;
      }
    });

  const put = (version: number, SecretString: string): Promise<'written' | 'conflict'> =>
    ask(secrets, 'write', secret, async ({ sdk, client }) => {
      const ClientRequestToken = idOf(version);
      try {
        await client.send(new sdk.PutSecretValueCommand({ SecretId: secret, ClientRequestToken, SecretString }));
        return 'written';
      } catch (error) {
        if (isNamed(error, 'ResourceExistsException')) return 'conflict';
        if (!isNamed(error, 'ResourceNotFoundException') || version !== 1) throw error;
      }
      try {
        await client.send(new sdk.CreateSecretCommand({ Name: secret, ClientRequestToken, SecretString }));
        return 'written';
      } catch (error) {
        if (isNamed(error, 'ResourceExistsException')) return 'conflict';
        throw error;
      }
    });

  async function write(base: number, text: string): Promise<'written' | 'conflict'> {
    if ((await put(base + 1, JSON.stringify({ app, ...JSON.parse(text) }))) === 'conflict') return 'conflict';
    // A writer so slow that its number was removed again has written what nobody reads.
    const [newest = 0] = (await numbers()) ?? [];
    return newest <= base + 1 ? 'written' : 'conflict';
  }

  /** To write the newest version again, unchanged, changes nothing and shows whether it may be written at all. */
  async function prepare(): Promise<Slot> {
    const [version] = (await numbers()) ?? [];
    const value = version === undefined ? null : await readVersion(version);
    if (version !== undefined && value !== null) await put(version, value);
    return { write, release: async () => undefined };
  }

  return {
    newest: async (isWhole) => {
      const known = (await numbers()) ?? [];
      const [version] = known;
      if (version === undefined) return null;
      for (const number of known) {
        const value = await readVersion(number);
        const text = value === null ? null : textOf(value, app);
        if (text !== null && isWhole(text)) return { version, text };
      }
      return { version, text: null };
    },
    prepare,
    removeUpTo: async () => undefined,
    removeLeftovers: async () => undefined,
  };
}

/** Logins in AWS Secrets Manager, a secret for each account, shared by whoever may read them; the lake says whose turn it is to refresh one. */
export function secretsVault(place: SecretsPlace & AppFacts, { store, clock }: { store: ObjectStore; clock: Clock }): LoginVault {
  let connected: Promise<Secrets> | null = null;
  const secretOf = (account: string): string => `tonearm/${place.name}/login/${account}`;
  return {
    seriesOf: (account) => {
      connected ??= connect(place);
      return createVersionSeries(connected, secretOf(account), appMark(place));
    },
    alone: (account, signal, work) => inTurn(refreshTurns(store, account), clock, signal, work),
    placeOf: (account) => ({ name: `the secret ${secretOf(account)}`, hint: `Allow ${ACTIONS}.` }),
  };
}

const appSecret = z.object({ client_id: z.string().min(1), client_secret: z.string().min(1).nullish() });

/** The app of a deployment, from `tonearm/<name>/app`. Errors: `config` where there is none or it is no such JSON. */
export async function readAppSecret(place: SecretsPlace): Promise<{ readonly clientId: string; readonly clientSecret: string | null }> {
  const secret = `tonearm/${place.name}/app`;
  const value = await ask(connect(place), 'read', secret, async ({ sdk, client }) => {
    const { SecretString = '' } = await client.send(new sdk.GetSecretValueCommand({ SecretId: secret }));
    return SecretString;
  });
  const said = appSecret.safeParse(textOfJson(value));
  if (!said.success) {
    throw new PipelineError(`the secret ${secret} does not say which app is asking`, {
      code: 'config',
      hint: 'Store {"client_id": "…", "client_secret": "…"} in it.',
    });
  }
  return { clientId: said.data.client_id, clientSecret: said.data.client_secret ?? null };
}

function textOfJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
