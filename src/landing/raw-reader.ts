import { createGunzip } from 'node:zlib';
import { PipelineError } from '../kernel/errors.ts';
import type { Key, ObjectStore } from './object-store.ts';
import { LINE_BYTES } from './page-line.ts';

const LF = 0x0a;

export interface TextLine {
  /** 1-based. */
  readonly line: number;
  /** Without the LF. */
  readonly text: string;
}

const damaged = (key: Key, what: string, cause?: unknown): PipelineError =>
  new PipelineError(`${key} is damaged: ${what}`, {
    code: 'corrupt',
    hint: 'Restore it from a backup, or remove it and import it again.',
    ...(cause === undefined ? {} : { cause }),
  });

const isZlibError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_');

/**
 * The unpacked bytes of a raw object, in pieces. Length and checksum of the gzip file are checked at its end, which not every reader does.
 * Throws `corrupt` naming the key where the object is absent, cut off or changed; pieces may have been given by then.
 */
export async function* readRawText(store: ObjectStore, key: Key): AsyncGenerator<Uint8Array> {
  const packed = await store.open(key);
  if (packed === null) throw damaged(key, 'it is missing');
  const unpacked = createGunzip();
  packed.on('error', (error) => unpacked.destroy(error));
  packed.pipe(unpacked);
  try {
    yield* unpacked;
  } catch (error) {
    throw isZlibError(error) ? damaged(key, 'it is no whole gzip file', error) : error;
  } finally {
    packed.destroy();
    unpacked.destroy();
  }
}

function decode(key: Key, line: number, parts: readonly Uint8Array[]): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(parts));
  } catch (cause) {
    throw damaged(key, `line ${line} is no UTF-8 text`, cause);
  }
}

/**
 * The lines of a raw object of format `pages`; only LF ends a line. Holds one line in memory.
 * Throws as {@link readRawText}, and `limit_exceeded` for a line above `limit` bytes.
 */
export async function* readRawLines(store: ObjectStore, key: Key, limit = LINE_BYTES): AsyncGenerator<TextLine> {
  let line = 1;
  let parts: Uint8Array[] = [];
  let size = 0;
  const keep = (part: Uint8Array): void => {
    size += part.length;
    if (size > limit) throw new PipelineError(`line ${line} of ${key} is longer than ${limit} bytes`, { code: 'limit_exceeded' });
    parts.push(part);
  };
  for await (const chunk of readRawText(store, key)) {
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      keep(chunk.subarray(start, end));
      yield { line, text: decode(key, line, parts) };
      line += 1;
      parts = [];
      size = 0;
      start = end + 1;
    }
    keep(chunk.subarray(start));
  }
  if (size > 0) yield { line, text: decode(key, line, parts) };
}
