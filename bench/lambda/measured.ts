/** What the bundles of the functions take: of space, to begin, and of memory for many pages. AWS is moto_server. */
import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { promisify } from 'node:util';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { ZipFile } from 'yazl';
import { createSystemClock } from '../../src/kernel/clock.ts';
import { createMemoryStore } from '../../src/landing/memory-store.ts';
import { createVaultCredentials } from '../../src/pipeline/credentials.ts';
import { secretsVault } from '../../src/pipeline/secrets-manager.ts';
import { FUNCTIONS, type FunctionName, NODE_OPTIONS } from '../../src/surfaces/lambda/functions.ts';
import { startMoto } from '../../test/aws/moto-server.ts';
import { type Answer, type FunctionPlace, withFunction } from './runtime-api.ts';
import { serveSavedTracks } from './saved-tracks.ts';

export interface Measured {
  readonly name: FunctionName;
  readonly unzippedMb: number;
  readonly zippedMb: number;
  /** Until it asks for its first event. */
  readonly initMs: number;
  /** The first event, with many pages. */
  readonly firstMs: number;
  /** A further event, with nothing new. */
  readonly warmMs: number;
  readonly peakMb: number;
  readonly memoryMb: number;
}

const MB = 1024 * 1024;
const NAME = 'bench';
const LIMIT_MS = 900_000;

async function sizes(folder: string): Promise<Pick<Measured, 'unzippedMb' | 'zippedMb'>> {
  const zip = new ZipFile();
  let bytes = 0;
  for (const file of await readdir(folder, { recursive: true })) {
    const facts = await stat(join(folder, file));
    if (!facts.isFile()) continue;
    bytes += facts.size;
    zip.addFile(join(folder, file), file);
  }
  zip.end();
  const path = join(folder, '..', 'bundle.zip');
  const written = createWriteStream(path);
  zip.outputStream.pipe(written);
  await finished(written);
  const zipped = (await stat(path)).size;
  await rm(path);
  return { unzippedMb: bytes / MB, zippedMb: zipped / MB };
}

const record = (body: unknown, at: number) => ({
  messageId: `message-${at}`,
  receiptHandle: '',
  body: JSON.stringify(body),
  eventSource: 'aws:sqs',
});

function sound({ body, isError }: Answer, name: string): void {
  const said = JSON.stringify(body);
  const failures = (body as { batchItemFailures?: readonly unknown[] } | null)?.batchItemFailures ?? [];
  const outcome = (body as { outcome?: string } | null)?.outcome ?? 'done';
  if (isError || failures.length > 0 || outcome !== 'done') throw new Error(`${name} did not do its work: ${said.slice(0, 1_000)}`);
}

/** @param runtime program and arguments that run a runtime of Lambda */
export async function measureFunctions({
  root,
  runtime,
  pages,
}: {
  readonly root: string;
  readonly runtime: readonly string[];
  readonly pages: number;
}) {
  const folder = await mkdtemp(join(tmpdir(), 'tonearm-bench-'));
  const { moto, stop } = await startMoto();
  const spotify = await serveSavedTracks(pages);
  try {
    const arch = process.arch === 'arm64' ? 'arm64' : 'x64';
    await promisify(execFile)(process.execPath, [
      join(root, 'scripts', 'bundle-lambda.mjs'),
      '--arch',
      arch,
      '--out',
      join(folder, 'lambda'),
    ]);
    process.env.AWS_ENDPOINT_URL = moto.endpoint;
    const { bucket } = await moto.bucket();
    const queue = await new SQSClient({}).send(new CreateQueueCommand({ QueueName: 'build' }));
    const clientId = 'bench';
    const SecretString = JSON.stringify({ client_id: clientId });
    await new SecretsManagerClient({}).send(new CreateSecretCommand({ Name: `tonearm/${NAME}/app`, SecretString }));
    const clock = createSystemClock();
    const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
    const vault = secretsVault({ name: NAME, region: null, accountsUrl: spotify.url, clientId }, { store: createMemoryStore(), clock });
    await createVaultCredentials(vault, { clientId, clock, log }).keep({
      ...{ account: 'ada', accountId: 'ada', displayName: null, clientId, scopes: ['user-library-read'], refreshToken: 'bench' },
      loggedInAt: clock.now().toISOString(),
    });
    await writeFile(
      join(folder, 'tonearm.yaml'),
      `s3: { endpoint: "${moto.endpoint}" }\nspotify: { api_url: "${spotify.url}/v1", accounts_url: "${spotify.url}" }\naccounts: [{ name: ada, streams: [saved_tracks] }]\n`,
    );
    const aws = ['AWS_ENDPOINT_URL', 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'].map((key) => [key, process.env[key]]);
    const env = {
      TONEARM_LAKE: `s3://${bucket}/lake`,
      TONEARM_CONFIG: join(folder, 'tonearm.yaml'),
      TONEARM_SECRETS: NAME,
      TONEARM_BUILD_QUEUE_URL: queue.QueueUrl,
      ...Object.fromEntries(aws),
    };
    const rawKeys = async (): Promise<readonly string[]> => {
      const { Contents = [] } = await moto.client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'lake/raw/' }));
      return Contents.map(({ Key = '' }) => Key);
    };
    const eventFor = async (name: FunctionName): Promise<unknown> => {
      if (name === 'extract') return { account: 'ada', streams: ['saved_tracks'] };
      const told = (key: string): unknown =>
        name === 'build' ? { rawKey: key } : { Records: [{ s3: { bucket: { name: bucket }, object: { key } } }] };
      return { Records: (await rawKeys()).map((key, at) => record(told(key), at)) };
    };
    const found: Measured[] = [];
    for (const { name, memoryMb, environment } of FUNCTIONS) {
      const own = join(folder, 'lambda', name);
      const options = environment.includes('NODE_OPTIONS') ? { NODE_OPTIONS } : {};
      const place: FunctionPlace = { folder: own, runtime, memoryMb, env: { ...env, ...options, TONEARM_CACHE: join(folder, name) } };
      const times = await withFunction(place, async ({ initMs, invoke, peakMb }) => {
        const first = await invoke(await eventFor(name), LIMIT_MS);
        sound(first, name);
        const warm = await invoke(name === 'stage' ? { Records: [] } : await eventFor(name), LIMIT_MS);
        sound(warm, name);
        return { initMs, firstMs: first.ms, warmMs: warm.ms, peakMb: peakMb() };
      });
      found.push({ name, memoryMb, ...(await sizes(own)), ...times });
    }
    return found;
  } finally {
    spotify.close();
    stop();
    await rm(folder, { recursive: true, force: true });
  }
}
