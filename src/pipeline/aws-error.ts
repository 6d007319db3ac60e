import { awsLoginHint } from '../kernel/aws-login.ts';
import { PipelineError } from '../kernel/errors.ts';
import { s3Facts } from '../landing/s3-error.ts';

const RIGHTS = /AccessDenied|NotAuthorized|Forbidden/i;

export interface Asked {
  /** What was tried, such as `read`. */
  readonly doing: string;
  readonly place: string;
  /** Actions that it needs, in the words of IAM. */
  readonly actions: string;
}

/**
 * What a client of AWS threw as `config` (credentials, region, rights), `network` (no answer) or `storage`; a PipelineError as it is. Only names and
 * the status are told: neither headers nor contents.
 */
export function awsError(error: unknown, { doing, place, actions }: Asked): PipelineError {
  if (error instanceof PipelineError) return error;
  const { name, status } = s3Facts(error);
  const message = error instanceof Error ? error.message : '';
  const failed = `cannot ${doing} ${place}: ${name}${status === null ? '' : ` (HTTP ${status})`}`;
  const told = { cause: new Error(name) };
  if (/region is missing/i.test(message)) {
    return new PipelineError(failed, { ...told, code: 'config', hint: 'Name the region: aws.region in tonearm.yaml, or AWS_REGION.' });
  }
  const login = awsLoginHint(name, message);
  if (login !== null) return new PipelineError(failed, { ...told, code: 'config', hint: login });
  if (RIGHTS.test(name) || status === 403) return new PipelineError(failed, { ...told, code: 'config', hint: `Allow ${actions}.` });
  if (status === null || name === 'TimeoutError') {
    return new PipelineError(failed, { ...told, code: 'network', retryable: true, hint: 'Check the network and the region.' });
  }
  const isTheirs = status >= 500 || status === 429 || /Throttl|LimitExceeded/i.test(name);
  const hint = isTheirs ? 'AWS is overloaded or ill: run the command again later.' : 'Look at it in the console of AWS.';
  return new PipelineError(failed, { ...told, code: 'storage', retryable: isTheirs, hint });
}
