/** AWS on this machine: moto_server, ended by whoever started it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { createSystemClock } from '../../src/kernel/clock.ts';
import type { ObjectStore } from '../../src/landing/object-store.ts';
import { createS3Store, type S3Place } from '../../src/landing/s3-store.ts';

export const PROGRAM = 'moto_server';
export const START_MS = 30_000;
/** Read by the SDK, here and in the processes that tests start. Of nobody: no file and no machine of AWS is asked. */
export const LOGIN = {
  AWS_ACCESS_KEY_ID: 'AKIATESTTESTTESTTEST',
  AWS_SECRET_ACCESS_KEY: 'secret-of-the-tests',
  AWS_REGION: 'eu-central-1',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: '/nonexistent/config',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
} as const;
export const SECRET = LOGIN.AWS_SECRET_ACCESS_KEY;

export interface Moto {
  readonly endpoint: string;
  readonly client: S3Client;
  /** Makes an empty bucket, and gives where it is. */
  bucket(): Promise<S3Place>;
  store(): Promise<ObjectStore>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

export async function isMissing(): Promise<boolean> {
  const child = spawn(PROGRAM, ['--help'], { stdio: 'ignore' });
  return new Promise((resolve) => {
    child.once('error', () => resolve(true)).once('close', (code) => resolve(code !== 0));
  });
}

async function answers(endpoint: string): Promise<boolean> {
  return fetch(`${endpoint}/moto-api/`).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** Sets the variables of this process that the SDK reads. `stop` ends it, as does whoever ends the process group `pid`. */
export async function startMoto(): Promise<{ readonly moto: Moto; readonly pid: number | null; readonly stop: () => void }> {
  Object.assign(process.env, LOGIN);
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const child = spawn(PROGRAM, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore', detached: true });
  const clock = createSystemClock();
  for (let waited = 0; !(await answers(endpoint)); waited += 100) {
    if (waited > START_MS || child.exitCode !== null) throw new Error(`${PROGRAM} did not start on ${endpoint}`);
    await clock.sleep(100, new AbortController().signal);
  }
  const client = new S3Client({ endpoint, forcePathStyle: true });
  let buckets = 0;
  const bucket = async (): Promise<S3Place> => {
    buckets += 1;
    const name = `lake-${buckets}`;
    await client.send(new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' } }));
    return { bucket: name, prefix: '', endpoint, region: null, pathStyle: true };
  };
  const stop = (): void => {
    // The program is a wrapper here and there: its whole group ends.
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    client.destroy();
  };
  return { stop, pid: child.pid ?? null, moto: { endpoint, client, bucket, store: async () => createS3Store(await bucket(), clock) } };
}
