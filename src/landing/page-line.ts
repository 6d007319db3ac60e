import { createHash } from 'node:crypto';
import { PipelineError } from '../kernel/errors.ts';
import type { RawLine } from './raw.ts';

/** Longest line of a raw object, so that a reader may hold one in memory; the longest answers of the Web API are below 1 MB. */
export const LINE_BYTES = 64 * 1024 * 1024;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;

/** One answer as it was received. */
export interface PageLine extends Omit<RawLine, 'line' | 'body' | 'body_base64' | 'body_sha256'> {
  /** The body; null, or no bytes, where the answer had none. */
  readonly bytes: Uint8Array | null;
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
    return true;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return false;
    throw error;
  }
}

/** CR and LF are between tokens in well-formed JSON: within a string they would have to be escaped. */
const onOneLine = (json: Uint8Array): Uint8Array => json.map((byte) => (byte === LF || byte === CR ? SPACE : byte));

function bodyField(bytes: Uint8Array): readonly Uint8Array[] {
  if (bytes.length === 0) return [];
  if (isJson(bytes)) return [Buffer.from(',"body":'), onOneLine(bytes)];
  return [Buffer.from(`,"body_base64":"${Buffer.from(bytes).toString('base64')}"`)];
}

/**
 * An answer as one line of a raw object, LF included. The body is spliced in as received, never re-serialised;
 * one that is no UTF-8 or no JSON goes in as base64. Throws `limit_exceeded` above {@link LINE_BYTES}.
 * @param line 1-based
 */
export function encodePageLine(line: number, page: PageLine): Uint8Array {
  const { bytes, observed_at, request, status, etag, walk } = page;
  const body = bytes ?? new Uint8Array();
  // JSON.stringify leaves out what is undefined.
  const envelope = JSON.stringify({ line, observed_at, request, status, etag, walk }).slice(0, -1);
  const sha256 = createHash('sha256').update(body).digest('hex');
  const encoded = Buffer.concat([Buffer.from(envelope), ...bodyField(body), Buffer.from(`,"body_sha256":"${sha256}"}\n`)]);
  if (encoded.length <= LINE_BYTES) return encoded;
  throw new PipelineError(`the answer to ${request.path} has ${body.length} bytes, too many for a line of a raw object`, {
    code: 'limit_exceeded',
  });
}
