import { type FileHandle, open } from 'node:fs/promises';
import type { CompletedPart, S3Client } from '@aws-sdk/client-s3';
import { PipelineError } from '../kernel/errors.ts';
import type { Body } from './object-store.ts';
import { storageError } from './storage-error.ts';

export type Sdk = typeof import('@aws-sdk/client-s3');

/** The SDK, loaded, and a client of it. */
export interface S3 {
  readonly sdk: Sdk;
  readonly client: S3Client;
}

/** From this size on an object goes up in parts of this size. A part is held in memory, so that it can be sent again. */
const PART_BYTES = 16 * 1024 * 1024;
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MOST_PARTS = 10_000;
const PARALLEL = 3;

export interface Target {
  readonly Bucket: string;
  readonly Key: string;
  /** Where it is given: only if no object has the key. */
  readonly IfNoneMatch?: '*';
  readonly Metadata?: Record<string, string>;
}

/** What is uploaded, as often as a part of it has to be sent. */
interface Source {
  readonly size: number;
  bytes(from: number, to: number): Promise<Uint8Array>;
}

async function read(handle: FileHandle, path: string, from: number, to: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafe(to - from);
  for (let at = 0; at < bytes.length; ) {
    const { bytesRead } = await handle.read(bytes, at, bytes.length - at, from + at);
    if (bytesRead === 0) throw new PipelineError(`${path} became shorter while it was read`, { code: 'storage', hint: 'Run it again.' });
    at += bytesRead;
  }
  return bytes;
}

async function withSource<T>(body: Body, work: (source: Source) => Promise<T>): Promise<T> {
  if (body instanceof Uint8Array) {
    // The caller may change its bytes once this call is out of its hands, and a retry would send the changed ones.
    const own = Uint8Array.from(body);
    return work({ size: own.length, bytes: async (from, to) => own.subarray(from, to) });
  }
  const handle = await open(body.file, 'r').catch((error: unknown) => {
    throw storageError(error, 'read', body.file);
  });
  try {
    const { size } = await handle.stat();
    return await work({ size, bytes: (from, to) => read(handle, body.file, from, to) });
  } finally {
    await handle.close();
  }
}

const unquoted = (etag: string | undefined): string => (etag ?? '').replaceAll('"', '');

async function inOne({ sdk, client }: S3, target: Target, source: Source): Promise<string> {
  const body = await source.bytes(0, source.size);
  const { ETag } = await client.send(new sdk.PutObjectCommand({ ...target, Body: body, ContentLength: body.length }));
  return unquoted(ETag);
}

async function parts(
  { sdk, client }: S3,
  upload: { Bucket: string; Key: string; UploadId: string },
  source: Source,
): Promise<CompletedPart[]> {
  const partBytes = Math.max(PART_BYTES, Math.ceil(source.size / MOST_PARTS));
  const count = Math.ceil(source.size / partBytes);
  const done: CompletedPart[] = [];
  let next = 1;
  const work = async (): Promise<void> => {
    while (next <= count) {
      const PartNumber = next;
      next += 1;
      const from = (PartNumber - 1) * partBytes;
      const body = await source.bytes(from, Math.min(source.size, from + partBytes));
      const { ETag, ChecksumCRC32 } = await client.send(
        new sdk.UploadPartCommand({ ...upload, PartNumber, Body: body, ContentLength: body.length }),
      );
      done.push({ PartNumber, ETag, ChecksumCRC32 });
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: PARALLEL }, work));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return done.sort((a, b) => (a.PartNumber ?? 0) - (b.PartNumber ?? 0));
}

/** The object appears when the last request does, or not at all. What a killed process leaves are parts that nobody sees. */
async function inParts(s3: S3, { IfNoneMatch, ...target }: Target, source: Source): Promise<string> {
  const { sdk, client } = s3;
  const { Bucket, Key } = target;
  const { UploadId } = await client.send(new sdk.CreateMultipartUploadCommand({ ...target, ChecksumAlgorithm: 'CRC32' }));
  if (UploadId === undefined) throw new PipelineError(`s3://${Bucket}/${Key}: no upload was opened`, { code: 'storage', retryable: true });
  const upload = { Bucket, Key, UploadId };
  try {
    const MultipartUpload = { Parts: await parts(s3, upload, source) };
    const condition = IfNoneMatch === undefined ? {} : { IfNoneMatch };
    const { ETag } = await client.send(new sdk.CompleteMultipartUploadCommand({ ...upload, ...condition, MultipartUpload }));
    return unquoted(ETag);
  } catch (error) {
    // What stands in the way of the upload most likely stands in the way of its end, too, and the first error is the one to tell.
    await client.send(new sdk.AbortMultipartUploadCommand(upload)).catch(() => undefined);
    throw error;
  }
}

/** Sends the whole body; large ones in parts. Errors: those of the SDK, and `storage` for a file that cannot be read. */
export async function upload(s3: S3, target: Target, body: Body): Promise<{ readonly size: number; readonly etag: string }> {
  return withSource(body, async (source) => {
    const etag = await (source.size < PART_BYTES ? inOne : inParts)(s3, target, source);
    return { size: source.size, etag };
  });
}
