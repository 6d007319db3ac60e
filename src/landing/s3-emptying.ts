import type { ObjectIdentifier } from '@aws-sdk/client-s3';
import { s3Error } from './s3-error.ts';
import type { S3Place } from './s3-store.ts';

/**
 * Removes all that is in a bucket, whatever its key, with every version and mark of removal; at most 1,000 a request. Twice is safe, and one that
 * was stopped goes on. Gives how many it removed. Errors: as {@link s3Error} tells them apart; `cancelled`.
 */
export async function emptyBucket({ bucket: Bucket, endpoint, region, pathStyle }: S3Place, signal: AbortSignal): Promise<number> {
  const sdk = await import('@aws-sdk/client-s3');
  const client = new sdk.S3Client({
    ...(endpoint === null ? {} : { endpoint }),
    ...(region === null ? {} : { region }),
    ...(pathStyle === null ? {} : { forcePathStyle: pathStyle }),
  });
  let removed = 0;
  try {
    for (;;) {
      signal.throwIfAborted();
      // Always the first page: what it named is gone when the next one is asked for.
      const { Versions = [], DeleteMarkers = [] } = await client.send(new sdk.ListObjectVersionsCommand({ Bucket }));
      const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }): ObjectIdentifier => ({ Key, VersionId }));
      if (Objects.length === 0) return removed;
      const { Errors: [failed] = [] } = await client.send(new sdk.DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
      if (failed !== undefined)
        throw Object.assign(new Error(failed.Code), { name: failed.Code ?? 'Error', $metadata: { httpStatusCode: 200 } });
      removed += Objects.length;
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw s3Error(error, 'empty', `s3://${Bucket}`);
  } finally {
    client.destroy();
  }
}
