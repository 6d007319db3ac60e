/** A lake in a bucket; one in a folder is named by the folder. */
export interface BucketPlace {
  readonly bucket: string;
  /** Without slashes at its ends; empty: the whole bucket. */
  readonly prefix: string;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html; those of one zone (`--x-s3`) list in no order. */
const BUCKET = /^(?!.*--x-s3$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
/** Together with a key, at most 512 bytes, it stays below the 1,024 that S3 takes. */
const PREFIX = /^[A-Za-z0-9!_.*'()=-]{1,255}(\/[A-Za-z0-9!_.*'()=-]{1,255})*$/;
const PREFIX_BYTES = 500;

/** Whether it is said that the lake lies in a bucket, well or badly. */
export const saysBucket = (lake: string): boolean => /^s3:\/\//i.test(lake);

/** What `s3://bucket/prefix` names; null for anything else. */
export function bucketOf(lake: string): BucketPlace | null {
  const { bucket = '', path = '' } = /^s3:\/\/(?<bucket>[^/]*)(?<path>.*)$/.exec(lake)?.groups ?? {};
  const prefix = path.replace(/^\/|\/+$/g, '');
  if (!BUCKET.test(bucket) || prefix.length > PREFIX_BYTES) return null;
  if (prefix !== '' && (!PREFIX.test(prefix) || prefix.split('/').some((segment) => /^\.\.?$/.test(segment)))) return null;
  return { bucket, prefix };
}

/** One spelling for one bucket, so that what is kept by its name is found again. */
export const bucketText = ({ bucket, prefix }: BucketPlace): string => `s3://${bucket}${prefix === '' ? '' : `/${prefix}`}`;
