/** Which actions of AWS were asked for, by whom and on what: read from the requests on their way. */
import type { IncomingMessage } from 'node:http';
import type { FunctionName } from '../../src/surfaces/lambda/functions.ts';
import type { Fault } from './proxy.ts';
import { signedForMoto } from './signature.ts';

export interface Asked {
  readonly action: string;
  /** Of an object: bucket and key; of others, nothing. */
  readonly object: string | null;
}

const TARGETS: Readonly<Record<string, string>> = { AWSGlue: 'glue', AmazonSQS: 'sqs', secretsmanager: 'secretsmanager' };

/** The right that AWS asks for: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html */
function ofBucket(query: URLSearchParams): string {
  if (query.has('versioning')) return 's3:GetBucketVersioning';
  return query.has('versions') ? 's3:ListBucketVersions' : 's3:ListBucket';
}

function ofObject(method: string): string {
  if (method === 'GET' || method === 'HEAD') return 's3:GetObject';
  return method === 'DELETE' ? 's3:AbortMultipartUpload' : 's3:PutObject';
}

/** The objects of a request that removes many, each with the right that it needs. */
function removed(bucket: string, body: string): readonly Asked[] {
  return [...body.matchAll(/<Object>(.*?)<\/Object>/gs)].map(([, said = '']) => ({
    action: said.includes('<VersionId>') ? 's3:DeleteObjectVersion' : 's3:DeleteObject',
    object: `${bucket}/${/<Key>(.*?)<\/Key>/s.exec(said)?.[1] ?? ''}`,
  }));
}

function askedIn({ method = '', url = '', headers }: IncomingMessage, body: string): readonly Asked[] {
  const [service = '', action = ''] = String(headers['x-amz-target'] ?? '').split('.');
  const known = TARGETS[service];
  if (known !== undefined) return [{ action: `${known}:${action}`, object: null }];
  const { pathname, searchParams } = new URL(url, 'http://here');
  const [, bucket = '', key = ''] = /^\/([^/]+)\/?(.*)$/.exec(decodeURIComponent(pathname)) ?? [];
  if (key !== '') return [{ action: ofObject(method), object: `${bucket}/${key}` }];
  return method === 'POST' ? removed(bucket, body) : [{ action: ofBucket(searchParams), object: null }];
}

export interface Asker {
  /** Null: a person, whose requests are not kept. */
  readonly name: FunctionName | null;
  readonly secret: string;
}

export interface Recording {
  /** Lets every request through. */
  readonly fault: Fault;
  /** What was asked for. */
  of(name: FunctionName): readonly Asked[];
  /** What is asked for meanwhile is not kept. */
  without<T>(work: () => Promise<T>): Promise<T>;
}

/** Of each of those whose access keys are known. */
export function recording(askers: ReadonlyMap<string, Asker>): Recording {
  let isKept = true;
  const asked = new Map<FunctionName, Asked[]>();
  const fault: Fault = (incoming, _, forward) => {
    const { authorization = '' } = incoming.headers;
    const asker = askers.get(/Credential=([^/]+)/.exec(authorization)?.[1] ?? '');
    const name = isKept ? (asker?.name ?? null) : null;
    if (asker !== undefined && /Credential=[^,]+\/s3\//.test(authorization))
      incoming.headers.authorization = signedForMoto(incoming, asker.secret);
    if (name !== null) {
      const chunks: Buffer[] = [];
      if (incoming.method === 'POST') incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.once('end', () => {
        asked.set(name, [...(asked.get(name) ?? []), ...askedIn(incoming, Buffer.concat(chunks).toString())]);
      });
    }
    forward();
  };
  return {
    fault,
    of: (name) => asked.get(name) ?? [],
    without: async (work) => {
      isKept = false;
      try {
        return await work();
      } finally {
        isKept = true;
      }
    },
  };
}
