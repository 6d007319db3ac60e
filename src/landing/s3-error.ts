import { AWS_LOGIN, awsLoginHint } from '../kernel/aws-login.ts';
import { PipelineError } from '../kernel/errors.ts';

const REGION = 'Name the region of the bucket: s3.region or aws.region in tonearm.yaml, or AWS_REGION.';
const RIGHTS =
  'Allow it on the bucket: s3:ListBucket, s3:ListBucketVersions, s3:GetBucketVersioning; and on its objects: s3:GetObject, s3:PutObject, s3:DeleteObject, s3:DeleteObjectVersion, s3:AbortMultipartUpload.';

/** Errors that only a person can mend, by the names in https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html and those of the SDK. */
const CONFIG_HINTS: Readonly<Record<string, string>> = {
  RequestTimeTooSkewed: 'The clock of this machine is wrong: set it, then run the command again.',
  NoSuchBucket: 'Make the bucket, or name another: lake in tonearm.yaml, TONEARM_LAKE or --lake.',
  InvalidBucketName: 'Name another bucket: lake in tonearm.yaml, TONEARM_LAKE or --lake.',
  PermanentRedirect: REGION,
  AuthorizationHeaderMalformed: REGION,
  IllegalLocationConstraintException: REGION,
  AccessDenied: RIGHTS,
  AllAccessDisabled: RIGHTS,
  KMSAccessDeniedException: 'Allow the use of the key that encrypts the bucket: kms:Decrypt and kms:GenerateDataKey.',
};

interface Facts {
  readonly name: string;
  /** HTTP status; null where there was no answer. */
  readonly status: number | null;
}

/** What an error of the SDK says of itself: its code, else its name. */
export function s3Facts(error: unknown): Facts {
  if (!(error instanceof Error)) return { name: String(error), status: null };
  const { $metadata, code, Code } = error as { $metadata?: { httpStatusCode?: number }; code?: unknown; Code?: unknown };
  // The one error of the SDK that has no name of its own.
  if (/region is missing/i.test(error.message)) return { name: 'no region is named', status: null };
  const said = [Code, error.name === 'Error' ? code : error.name].find((one) => typeof one === 'string');
  return { name: typeof said === 'string' ? said : error.name, status: $metadata?.httpStatusCode ?? null };
}

function hintFor({ name, status }: Facts, message: string): string | null {
  const known = CONFIG_HINTS[name];
  if (known !== undefined) return known;
  if (/region is missing/i.test(message)) return REGION;
  const login = awsLoginHint(name, message);
  if (login !== null) return login;
  // An answer to HEAD has no body, so it names nothing but its status.
  return { 301: REGION, 401: AWS_LOGIN, 403: RIGHTS }[status ?? 0] ?? null;
}

/**
 * What the SDK threw as `config` (credentials, region, rights, no such bucket), `network` (no answer), `corrupt` (another checksum than was
 * stored) or `storage`; a PipelineError as it is. Only names and the status are told: neither headers nor signatures, and no credentials.
 * @param doing what was tried, such as `write`
 * @param place `s3://bucket/key`
 */
export function s3Error(error: unknown, doing: string, place: string): PipelineError {
  if (error instanceof PipelineError) return error;
  const facts = s3Facts(error);
  const message = error instanceof Error ? error.message : '';
  const cause = new Error(facts.name);
  const failed = `cannot ${doing} ${place}: ${facts.name}${facts.status === null ? '' : ` (HTTP ${facts.status})`}`;
  if (/^checksum mismatch/i.test(message)) {
    return new PipelineError(`${place} is not what was written: its checksum differs`, { code: 'corrupt', hint: 'Restore it.', cause });
  }
  const hint = hintFor(facts, message);
  if (hint !== null) return new PipelineError(failed, { code: 'config', hint, cause });
  if (facts.status === null || facts.name === 'TimeoutError') {
    return new PipelineError(failed, {
      code: 'network',
      retryable: true,
      hint: 'Check the network and the address of the endpoint, then run the command again.',
      cause,
    });
  }
  const isTheirs = facts.status >= 500 || facts.status === 429;
  const next = isTheirs ? 'The object store is overloaded or ill: run the command again later.' : 'Check the bucket and its endpoint.';
  return new PipelineError(failed, { code: 'storage', retryable: isTheirs || facts.status === 409, hint: next, cause });
}
