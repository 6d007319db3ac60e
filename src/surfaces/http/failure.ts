import { homedir, tmpdir } from 'node:os';
import { asPipelineError, type ErrorCode, PipelineError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { App } from '../../pipeline/app.ts';
import { lakeName } from '../../pipeline/lake-heading.ts';
import type { ErrorAnswer } from './answers.ts';

export type FailureStatus = 400 | 401 | 403 | 404 | 409 | 413 | 429 | 500 | 503;

const STATUS: Readonly<Record<ErrorCode, FailureStatus>> = {
  usage: 400,
  config: 400,
  bad_input: 400,
  bad_sql: 400,
  not_found: 404,
  missing: 404,
  forbidden: 403,
  lease_held: 409,
  conflict: 409,
  limit_exceeded: 413,
  rate_limited: 429,
  quota_exceeded: 429,
  // Of Spotify: 401 would send a person to the login of the dashboard.
  login_needed: 409,
  unavailable: 500,
  network: 500,
  upstream: 500,
  bad_response: 500,
  storage: 500,
  corrupt: 500,
  check_failed: 500,
  cancelled: 503,
  internal: 500,
};

/** A request that cannot be answered as it is; `status` where it is another than the code has. */
export class RequestFailure extends PipelineError {
  readonly status: FailureStatus;

  constructor(status: FailureStatus, code: ErrorCode, message: string, hint: string) {
    super(message, { code, hint });
    this.status = status;
  }
}

/** Where things lie on this machine is nobody's business who looks through a browser: each folder gives way to a name. */
export type Scrub = (text: string) => string;

export function createScrub({ lake, credentials, bucket }: App['config'], cwd: string): Scrub {
  const folders: readonly (readonly [string, string])[] = [
    [lake, lakeName(lake)],
    ...[credentials, bucket?.cacheFolder, cwd, homedir(), tmpdir()].flatMap((folder): readonly (readonly [string, string])[] =>
      folder === null || folder === undefined || folder.length < 2 ? [] : [[folder, '…']],
    ),
  ];
  // The longest first: one may lie in another. As they are, and as JSON writes them.
  const hidden = folders
    .flatMap(([folder, name]) => [[folder, name] as const, [JSON.stringify(folder).slice(1, -1), name] as const])
    .sort(([one], [other]) => other.length - one.length);
  return (text) => hidden.reduce((shown, [folder, name]) => shown.replaceAll(folder, name), text);
}

/** What is told of an error, and with which status. A bug is told in the log alone, where it is to be found. */
export function failureOf(thrown: unknown, scrub: Scrub, log: Log): { readonly status: FailureStatus; readonly answer: ErrorAnswer } {
  const error = asPipelineError(thrown);
  const { code } = error;
  const status = error instanceof RequestFailure ? error.status : STATUS[code];
  if (status === 500) log.error(`the dashboard could not answer: ${error.message}`, { code, cause: String(error.cause ?? '') });
  if (code === 'internal') {
    const hint = 'The log of `tonearm serve` says more; please report it.';
    return { status, answer: { error: { code, message: 'this is a bug in Tonearm', hint } } };
  }
  return { status, answer: { error: { code, message: scrub(error.message), hint: error.hint === null ? null : scrub(error.hint) } } };
}
