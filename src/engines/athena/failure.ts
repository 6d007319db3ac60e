import { awsLoginHint } from '../../kernel/aws-login.ts';
import { PipelineError } from '../../kernel/errors.ts';

const REGION = 'Name the region: aws.region in tonearm.yaml, or AWS_REGION.';
const RIGHTS = 'Allow it: docs/aws.md names the actions that Athena and Glue need.';
const MISSING = 'Make it with `tonearm deploy apply`, or name another: aws.name in tonearm.yaml.';

const HINTS: Readonly<Record<string, string>> = {
  AccessDeniedException: RIGHTS,
  EntityNotFoundException: MISSING,
};

/** The name of an error of the SDK, and the status of the answer; null where there was none. */
export function awsFacts(error: unknown): { readonly name: string; readonly status: number | null; readonly message: string } {
  if (!(error instanceof Error)) return { name: String(error), status: null, message: '' };
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  return { name: error.name, status: $metadata?.httpStatusCode ?? null, message: error.message };
}

/**
 * What the SDK threw as `config` (credentials, region, rights, no such database or workgroup), `bad_sql`, `network` (no answer), `upstream` (overloaded or ill)
 * or `storage`; a PipelineError as it is. `doing`: what was tried, and on what.
 */
export function awsError(error: unknown, doing: string): PipelineError {
  if (error instanceof PipelineError) return error;
  const { name, status, message } = awsFacts(error);
  if (name === 'AbortError') return new PipelineError('the query was stopped', { code: 'cancelled' });
  const cause = new Error(name);
  const failed = `cannot ${doing}: ${name}${status === null ? '' : ` (HTTP ${status})`}`;
  const hint = HINTS[name] ?? (/region is missing/i.test(message) ? REGION : awsLoginHint(name, message));
  if (hint !== null) return new PipelineError(failed, { code: 'config', hint, cause });
  if (name === 'InvalidRequestException') return refused(message, cause);
  if (status === null || name === 'TimeoutError') {
    const next = 'Check the network, then run the command again.';
    return new PipelineError(failed, { code: 'network', retryable: true, hint: next, cause });
  }
  const isTheirs = status >= 500 || status === 429 || /thrott|toomany|limitexceeded/i.test(name);
  if (isTheirs) return new PipelineError(failed, { code: 'upstream', retryable: true, hint: 'Run the command again later.', cause });
  return new PipelineError(`${failed}: ${firstLine(message)}`, { code: 'storage', cause });
}

/** Athena tells apart in words alone what is wrong with a request. */
function refused(message: string, cause: Error): PipelineError {
  if (/workgroup/i.test(message)) return new PipelineError(`Athena: ${firstLine(message)}`, { code: 'config', hint: MISSING, cause });
  if (/output location|output bucket/i.test(message)) {
    const hint = 'Give the workgroup a place for results; `tonearm deploy apply` makes one that has it.';
    return new PipelineError(`Athena: ${firstLine(message)}`, { code: 'config', hint, cause });
  }
  return badSql(message, cause);
}

const badSql = (message: string, cause: unknown): PipelineError =>
  new PipelineError(message.trim(), {
    code: 'bad_sql',
    hint: 'See `tonearm tables` for what can be asked; the SQL is that of Athena (Trino).',
    cause,
  });

const LIMITS = /EXCEEDED_|exhausted resources|limit was exceeded|exceeds? the (?:\w+ ){0,3}limit|query timeout/i;
/** A file that a list of files names, or that list, is gone or not what was written. */
const UNREADABLE = /HIVE_(?:CANNOT_OPEN_SPLIT|BAD_DATA|CURSOR_ERROR|FILESYSTEM_ERROR|INVALID_METADATA)|NoSuchKey/;
const RIGHTS_LACKING = /PERMISSION_DENIED|Access ?Denied|not authorized|insufficient (?:lake formation )?permission/i;

/** What `ErrorCategory` means: 1 system, 2 user, 3 other. https://docs.aws.amazon.com/athena/latest/APIReference/API_AthenaError.html */
const USER = 2;

/** Why a query failed, by what Athena says of it. */
export function queryFailure(reason: string, category: number | undefined): PipelineError {
  const cause = new Error(reason);
  if (LIMITS.test(reason)) {
    const hint = 'Ask for less: fewer days, fewer columns, fewer joins.';
    return new PipelineError(`Athena ended the query: ${firstLine(reason)}`, { code: 'limit_exceeded', hint, cause });
  }
  if (RIGHTS_LACKING.test(reason)) {
    return new PipelineError(`Athena may not do that: ${firstLine(reason)}`, { code: 'config', hint: RIGHTS, cause });
  }
  if (UNREADABLE.test(reason)) {
    const hint = 'Run `tonearm publish`, then ask again; where it stays so, `tonearm rebuild` makes every table anew from raw.';
    return new PipelineError(`a table file is missing or damaged: ${firstLine(reason)}`, { code: 'corrupt', hint, cause });
  }
  if (
    category === USER ||
    /^[A-Z_]+: line \d+:\d+|^(SYNTAX_ERROR|[A-Z]+_NOT_FOUND|TYPE_MISMATCH|INVALID_\w+|DIVISION_BY_ZERO|NUMERIC_VALUE_OUT_OF_RANGE)/.test(
      reason,
    )
  ) {
    return badSql(reason, cause);
  }
  return new PipelineError(`Athena failed: ${firstLine(reason)}`, { code: 'upstream', retryable: true, hint: 'Ask again.', cause });
}

const firstLine = (text: string): string => text.split('\n')[0] ?? text;
