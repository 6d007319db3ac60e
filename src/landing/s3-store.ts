import { randomUUID } from 'node:crypto';
import { unlink } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { GetObjectCommandOutput, ObjectIdentifier } from '@aws-sdk/client-s3';
import type { Clock } from '../kernel/clock.ts';
import { PipelineError } from '../kernel/errors.ts';
import { retry } from '../kernel/retry.ts';
import { checkKey, checkPrefix, keyFault } from './key.ts';
import type { Body, Key, ObjectStore } from './object-store.ts';
import { s3Error, s3Facts } from './s3-error.ts';
import { type S3, upload } from './s3-upload.ts';
import { storageError } from './storage-error.ts';

/** A bucket, or the part of it below a prefix. What is null is taken from AWS's own variables and files. */
export interface S3Place {
  readonly bucket: string;
  /** Without slashes at its ends; empty: the whole bucket. */
  readonly prefix: string;
  readonly endpoint: string | null;
  readonly region: string | null;
  /** Whether the bucket is named in the path in place of the host; null: where the endpoint needs it. */
  readonly pathStyle: boolean | null;
}

/** 500, 503 SlowDown, time-outs and lost connections are tried this often in all, with growing random waits of up to 20 s in between. */
const ATTEMPTS = 6;
const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 60_000 };
/** Most keys that one request takes. https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
const DELETED_AT_ONCE = 1_000;
const PARALLEL = 8;
/** Metadata that tells an object of one `create` from that of any other. */
const MARK = 'tonearm-create';

const never = new AbortController().signal;

async function connect({ endpoint, region, pathStyle }: S3Place, maxAttempts: number): Promise<S3> {
  const sdk = await import('@aws-sdk/client-s3');
  const client = new sdk.S3Client({
    ...(endpoint === null ? {} : { endpoint }),
    ...(region === null ? {} : { region }),
    ...(pathStyle === null ? {} : { forcePathStyle: pathStyle }),
    maxAttempts,
    retryMode: 'standard',
    requestHandler: TIMEOUTS,
  });
  return { sdk, client };
}

/** A stream of which nobody may be listening yet: it must not end the process when it breaks. Whoever reads it is told. */
function held({ Body }: GetObjectCommandOutput): Readable {
  const body = Body instanceof Readable ? Body : Readable.from([]);
  body.on('error', () => undefined);
  return body;
}

const isAbsent = ({ name, status }: { name: string; status: number | null }): boolean => status === 404 && name !== 'NoSuchBucket';

/**
 * An object store in a bucket of Amazon S3, or of anything that speaks its protocol and honours `If-None-Match: *` on writes: without that two
 * builders could overwrite each other. The SDK is loaded, and the bucket first asked, when something is read or written.
 *
 * An object of 16 MB or more goes up in parts, three at a time, each with a checksum. A read that breaks off goes on where it was. `remove` removes
 * all versions where the bucket keeps them. Errors: `config`, `network`, `corrupt`, `storage`, as {@link s3Error} tells them apart.
 */
export function createS3Store(place: S3Place, clock: Clock, attempts: number = ATTEMPTS): ObjectStore {
  const { bucket: Bucket } = place;
  const root = place.prefix === '' ? '' : `${place.prefix}/`;
  let connected: Promise<S3> | null = null;
  let versioned: Promise<boolean> | null = null;

  async function ask<T>(doing: string, key: string, work: (s3: S3) => Promise<T>): Promise<T> {
    try {
      connected ??= connect(place, attempts);
      return await work(await connected);
    } catch (error) {
      throw s3Error(error, doing, `s3://${Bucket}/${key}`);
    }
  }

  const get = (key: string, from?: { readonly at: number; readonly etag: string | undefined }): Promise<GetObjectCommandOutput> =>
    ask('read', key, ({ sdk, client }) => {
      const range = from === undefined ? {} : { Range: `bytes=${from.at}-`, IfMatch: from.etag };
      return client.send(new sdk.GetObjectCommand({ Bucket, Key: key, ...range }));
    });

  function readable(key: string, first: GetObjectCommandOutput): Readable {
    let body = held(first);
    const size = first.ContentLength ?? 0;
    async function* chunks(): AsyncGenerator<Uint8Array> {
      let at = 0;
      for (let attempt = 1; at < size || attempt === 1; attempt += 1) {
        try {
          for await (const chunk of body as AsyncIterable<Uint8Array>) {
            at += chunk.length;
            yield chunk;
          }
        } catch (error) {
          const told = s3Error(error, 'read', `s3://${Bucket}/${key}`);
          if (!told.retryable || attempt >= attempts || at >= size) throw told;
        }
        if (at < size) body = held(await get(key, { at, etag: first.ETag }));
      }
    }
    const stream = Readable.from(chunks(), { objectMode: false });
    stream.once('close', () => body.destroy());
    return stream;
  }

  async function takeOver(body: Body): Promise<void> {
    if (body instanceof Uint8Array) return;
    await unlink(body.file).catch((error: unknown) => {
      throw storageError(error, 'remove', body.file);
    });
  }

  /** Whether the object there is that of this `create`, whose answer was lost on the way. */
  async function isOurs(key: string, mark: string): Promise<boolean> {
    return ask('read', key, async ({ sdk, client }) => {
      try {
        const { Metadata } = await client.send(new sdk.HeadObjectCommand({ Bucket, Key: key }));
        return Metadata?.[MARK] === mark;
      } catch (error) {
        if (isAbsent(s3Facts(error))) return false;
        throw error;
      }
    });
  }

  async function create(key: string, body: Body): Promise<boolean> {
    const mark = randomUUID();
    const target = { Bucket, Key: key, IfNoneMatch: '*', Metadata: { [MARK]: mark } } as const;
    const tryOnce = (): Promise<boolean> =>
      ask('write', key, async (s3) => {
        try {
          await upload(s3, target, body);
          return true;
        } catch (error) {
          // A completed upload is unknown to whoever asks for its completion again.
          const { name, status } = s3Facts(error);
          if (status !== 412 && name !== 'NoSuchUpload') throw error;
          const isWritten = await isOurs(key, mark);
          if (!isWritten && status !== 412) throw error;
          return isWritten;
        }
      });
    // 409 ConditionalRequestConflict: another write of the key was under way, and which of them will stand is open.
    return retry(tryOnce, { attempts: 3, baseMs: 100, maxWaitMs: 2_000 }, { clock, signal: never });
  }

  async function askVersioned(): Promise<boolean> {
    return ask('read the versioning of', '', async ({ sdk, client }) => {
      try {
        // Suspended: versions of before are still there.
        return (await client.send(new sdk.GetBucketVersioningCommand({ Bucket }))).Status !== undefined;
      } catch (error) {
        if (s3Facts(error).name === 'NotImplemented') return false;
        throw error;
      }
    });
  }

  /** The oldest first: as long as one is there, the newest of before is what a reader sees. */
  async function versionsOf(Key: string): Promise<readonly ObjectIdentifier[]> {
    const found: ObjectIdentifier[] = [];
    let from: { KeyMarker?: string; VersionIdMarker?: string } | null = {};
    while (from !== null) {
      const start: { KeyMarker?: string; VersionIdMarker?: string } = from;
      const page = await ask('list the versions of', Key, ({ sdk, client }) =>
        client.send(new sdk.ListObjectVersionsCommand({ Bucket, Prefix: Key, ...start })),
      );
      for (const one of [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]) {
        if (one.Key === Key && one.VersionId !== undefined) found.push({ Key, VersionId: one.VersionId });
      }
      const { NextKeyMarker, NextVersionIdMarker } = page;
      const goesOn = page.IsTruncated === true && NextKeyMarker === Key;
      from = goesOn ? { KeyMarker: Key, ...(NextVersionIdMarker === undefined ? {} : { VersionIdMarker: NextVersionIdMarker }) } : null;
    }
    return found.reverse();
  }

  async function removable(keys: readonly string[]): Promise<readonly ObjectIdentifier[]> {
    versioned ??= askVersioned();
    if (!(await versioned)) return keys.map((Key) => ({ Key }));
    const found: ObjectIdentifier[] = [];
    for (let start = 0; start < keys.length; start += PARALLEL) {
      found.push(...(await Promise.all(keys.slice(start, start + PARALLEL).map(versionsOf))).flat());
    }
    return found;
  }

  async function removeAll(objects: readonly ObjectIdentifier[]): Promise<void> {
    for (let start = 0; start < objects.length; start += DELETED_AT_ONCE) {
      const Objects = objects.slice(start, start + DELETED_AT_ONCE);
      const { Errors = [] } = await ask('remove from', '', ({ sdk, client }) =>
        client.send(new sdk.DeleteObjectsCommand({ Bucket, Delete: { Objects: [...Objects], Quiet: true } })),
      );
      const [failed] = Errors;
      if (failed === undefined) continue;
      const error = Object.assign(new Error(failed.Code), { name: failed.Code ?? 'Error', $metadata: { httpStatusCode: 200 } });
      throw s3Error(error, 'remove', `s3://${Bucket}/${failed.Key}`);
    }
  }

  return {
    put: async (key, body) => {
      const Key = root + checkKey(key);
      const stored = await ask('write', Key, (s3) => upload(s3, { Bucket, Key }, body));
      await takeOver(body);
      return { key, ...stored };
    },
    create: async (key, body) => {
      const isWritten = await create(root + checkKey(key), body);
      if (isWritten) await takeOver(body);
      return isWritten;
    },
    open: async (key) => {
      const name = root + checkKey(key);
      return ask('read', name, async ({ sdk, client }) => {
        try {
          return readable(name, await client.send(new sdk.GetObjectCommand({ Bucket, Key: name })));
        } catch (error) {
          if (isAbsent(s3Facts(error))) return null;
          throw error;
        }
      });
    },
    async *list(prefix, after = '') {
      const Prefix = root + checkPrefix(prefix);
      let ContinuationToken: string | undefined;
      do {
        const from = {
          ...(after === '' ? {} : { StartAfter: root + after }),
          ...(ContinuationToken === undefined ? {} : { ContinuationToken }),
        };
        const page = await ask('list', Prefix, ({ sdk, client }) => client.send(new sdk.ListObjectsV2Command({ Bucket, Prefix, ...from })));
        for (const { Key = '', Size = 0, ETag = '' } of page.Contents ?? []) {
          const key: Key = Key.slice(root.length);
          // What cannot be a key of ours belongs to somebody else, such as the markers by which consoles show folders.
          if (keyFault(key) === null) yield { key, size: Size, etag: ETag.replaceAll('"', '') };
        }
        if (page.IsTruncated === true && page.NextContinuationToken === undefined) {
          throw new PipelineError(`the list of s3://${Bucket}/${Prefix} broke off`, { code: 'storage', retryable: true });
        }
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken !== undefined);
    },
    remove: async (keys) => removeAll(await removable([...new Set(keys.map(checkKey))].map((key) => root + key))),
  };
}
