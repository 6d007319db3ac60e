import { isUtf8 } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
import { recogniseExportedLists } from '../source/export/lists.ts';
import { recognise } from '../source/recognise.ts';
import type { ExportStream, StreamName } from '../source/types.ts';

/** What a file from a person turned out to be. */
export type Diagnosis =
  | { readonly kind: 'body'; readonly stream: StreamName | ExportStream; readonly bytes: Uint8Array; readonly body: unknown }
  /** Kept in raw, listed in quarantine. `bytes` is what is kept. */
  | {
      readonly kind: 'unplaced';
      readonly code: string;
      readonly message: string;
      readonly bytes: Uint8Array;
      readonly isJson: boolean;
    }
  /** Must not be kept. */
  | { readonly kind: 'refused'; readonly message: string };

/** The largest file that is unpacked into memory: the largest answer of the API is below 1 MB, a merged bucket file far below this. */
export const LARGEST_FILE = 512 * 1024 * 1024;

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function unpack(bytes: Uint8Array): Uint8Array | string {
  if (!isGzip(bytes)) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST_FILE });
  } catch (error) {
    return reasonOf(error);
  }
}

/** About where the first byte stands that is no UTF-8, or null. */
function faultyByte(bytes: Uint8Array): number | null {
  if (isUtf8(bytes)) return null;
  const text = new TextDecoder().decode(bytes);
  return Buffer.byteLength(text.slice(0, text.indexOf('\ufffd')));
}

function parse(bytes: Uint8Array): { body: unknown } | { code: string; message: string } {
  const bad = faultyByte(bytes);
  if (bad !== null) return { code: 'not_json', message: `not UTF-8 text: byte ${bad} cannot be read` };
  const text = new TextDecoder('utf-8').decode(bytes).replace(/^\ufeff/, '');
  try {
    return { body: JSON.parse(text) };
  } catch (error) {
    const start = text.trimStart();
    const isAtEnd = Number(/at position (\d+)/.exec(reasonOf(error))?.[1] ?? 0) >= text.trimEnd().length;
    const isCut = (start.startsWith('{') || start.startsWith('[')) && (isAtEnd || /end of JSON input|Unterminated/.test(reasonOf(error)));
    return { code: isCut ? 'truncated' : 'not_json', message: `not JSON: ${reasonOf(error).slice(0, 200)}` };
  }
}

/** A token or secret with a value, in a `.env`, a cut-off answer, a script: what is no JSON is searched as text. */
const NAMED_SECRET = /(?:access_token|refresh_token|client_secret)["']?[ \t]*[:=][ \t]*["']?[\w.~+/-]{8,}/i;

const holdsSecret = (bytes: Uint8Array): boolean =>
  NAMED_SECRET.test(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1'));

/** Says what the bytes of a file are, by content: the same bytes always give the same answer. */
export function diagnose(received: Uint8Array, fileName: string): Diagnosis {
  if (received.length === 0) return { kind: 'unplaced', code: 'empty', message: 'the file has no content', bytes: received, isJson: false };
  const bytes = unpack(received);
  if (typeof bytes === 'string') {
    return { kind: 'unplaced', code: 'truncated', message: `the gzip file cannot be unpacked: ${bytes}`, bytes: received, isJson: false };
  }
  const parsed = parse(bytes);
  if ('code' in parsed && holdsSecret(bytes)) return { kind: 'refused', message: 'it names a token or secret: secrets are never stored' };
  if ('code' in parsed) return { kind: 'unplaced', ...parsed, bytes, isJson: false };
  const found = recognise(parsed.body, { fileName });
  const lists = found.kind === 'secret' ? null : recogniseExportedLists(parsed.body);
  if (lists !== null) return { kind: 'body', stream: lists, bytes, body: parsed.body };
  if (found.kind === 'stream') return { kind: 'body', stream: found.stream, bytes, body: parsed.body };
  if (found.kind === 'secret') return { kind: 'refused', message: `${found.what}: secrets are never stored` };
  if (found.kind === 'no_table') {
    return { kind: 'unplaced', code: 'no_table', message: `recognised as ${found.what}, for which there is no table`, bytes, isJson: true };
  }
  return { kind: 'unplaced', code: 'unknown_shape', message: found.why, bytes, isJson: true };
}
