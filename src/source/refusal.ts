import { PipelineError } from '../kernel/errors.ts';
import type { Received } from './exchange.ts';

const EXCERPT_CHARS = 200;

/**
 * The error for an answer that is neither 2xx nor 304, with its real status in the message.
 * Bodies of errors may be plain text (an app whose owner has no Premium), so nothing here relies on JSON.
 * https://developer.spotify.com/documentation/web-api/concepts/api-calls#response-status-codes
 *
 * @param secrets must not appear in the message, wherever the answer repeats them
 */
export function refusal(what: string, answer: Received, now: Date, secrets: readonly string[]): PipelineError {
  const text = excerpt(answer.body, secrets);
  const message = `${what} answered ${answer.status}${text === '' ? '' : `: ${text}`}`;
  switch (answer.status) {
    case 401:
      return new PipelineError(message, {
        code: 'login_needed',
        hint: 'Spotify refused a fresh access token too: log in again, or correct the client id and refresh token.',
      });
    case 403:
      return new PipelineError(message, { code: 'forbidden', hint: forbiddenHint(text) });
    case 404:
      return new PipelineError(message, { code: 'missing' });
    case 429:
      return tooMany(message, answer, now);
    default:
      if (answer.status >= 500) {
        return new PipelineError(message, { code: 'upstream', retryable: true, ...when(retryAfter(answer.headers, now)) });
      }
      return new PipelineError(message, { code: 'bad_response' });
  }
}

/**
 * Two kinds of 429: the rate limit of a rolling 30 s, and a quota for which waiting seconds is no use.
 * https://developer.spotify.com/documentation/web-api/references/changes/july-2026
 */
function tooMany(message: string, answer: Received, now: Date): PipelineError {
  const retryAt = retryAfter(answer.headers, now);
  if (errorReason(answer.body) === 'QUOTA_EXCEEDED') {
    return new PipelineError(message, {
      code: 'quota_exceeded',
      hint: 'The quota of the developer account is used up; run again later.',
      ...when(retryAt),
    });
  }
  const until = retryAt === null ? '' : ` (not before ${retryAt.toISOString()})`;
  return new PipelineError(`${message}${until}`, {
    code: 'rate_limited',
    retryable: true,
    hint: 'Spotify asks for a pause; asking earlier makes it longer.',
    ...when(retryAt),
  });
}

const when = (retryAt: Date | null): { retryAt?: Date } => (retryAt === null ? {} : { retryAt });

/** `Retry-After` in seconds, or as a date (https://www.rfc-editor.org/rfc/rfc9110#field.retry-after); null where absent or neither. */
function retryAfter(headers: Headers, now: Date): Date | null {
  const text = headers.get('retry-after')?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return new Date(now.getTime() + Number(text) * 1000);
  const at = /^[A-Z][a-z]{2}, /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : new Date(at);
}

function errorReason(body: Uint8Array): string | null {
  const parsed = parsedOrNull(body);
  const error = field(parsed, 'error');
  const reason = field(error, 'reason') ?? field(parsed, 'reason');
  return typeof reason === 'string' ? reason : null;
}

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;

/** The JSON in the body; null where it is none. */
export function parsedOrNull(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return null;
  }
}

function forbiddenHint(text: string): string {
  if (/premium/i.test(text)) {
    return 'The owner of the Spotify app needs an active Premium subscription; after a change it can take hours until requests pass.';
  }
  if (/regist|allow-?list|developer\.spotify\.com\/dashboard|user management/i.test(text)) {
    return 'Add this Spotify user under "User Management" of the app in the developer dashboard; apps in development mode know five.';
  }
  if (/scope/i.test(text)) return 'The login lacks a permission: log in again and grant it.';
  return 'This app or account may not read it: it may be closed to apps in development mode, or belong to somebody else.';
}

/** What the answer says, on one line of at most 200 characters, without the secrets. */
export function excerpt(body: Uint8Array, secrets: readonly string[]): string {
  const parsed = parsedOrNull(body);
  const error = field(parsed, 'error');
  const said = [field(error, 'message'), field(error, 'reason'), error, field(parsed, 'error_description')].filter(
    (part) => typeof part === 'string',
  );
  const text = said.length > 0 ? said.join(', ') : new TextDecoder().decode(body);
  const hidden = secrets.filter((secret) => secret !== '').reduce((rest, secret) => rest.replaceAll(secret, '[hidden]'), text);
  return hidden.replace(/\s+/g, ' ').trim().slice(0, EXCERPT_CHARS);
}
