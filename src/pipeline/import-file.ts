import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { FileStream } from '../landing/file-spool.ts';
import { HEAD_BYTES } from '../source/export/recognition.ts';
import { LARGEST_FILE } from './diagnosis.ts';

/** Why the bytes of a file cannot be had. */
export interface Refused {
  readonly refused: string;
}

/** One file that a person hands over, wherever it lies. Each of its functions reads it anew. */
export interface InputFile {
  /** As the person would name it; an entry of an archive after `!`. */
  readonly name: string;
  /** Named by itself, or an archive, of whose content nobody can tell: where it cannot be read, something is missing. */
  readonly isAsked: boolean;
  /** When the archive says it was written; null for a file of its own. */
  readonly entryDate: Date | null;
  /** Bytes, as far as they are known beforehand: unpacked for an entry of an archive. */
  readonly size: number;
  /** Its first bytes, unpacked: {@link HEAD_BYTES}, or all where it has less. */
  head(): Promise<Uint8Array | Refused>;
  /** All of its bytes, for files that fit in memory. */
  read(): Promise<Uint8Array | Refused>;
  /** All of its bytes as they come; whoever opens it reads or destroys the stream. */
  open(): Promise<FileStream | Refused>;
}

/** The largest file that is let through as a stream. A file of history has 12 MB, all of one together a tenth of this. */
export const LARGEST_STREAM = 2 * 1024 * 1024 * 1024;
const megabytes = (bytes: number): string => `${bytes / 1024 / 1024} MB`;
/** For files that are looked at as a whole. */
export const TOO_LARGE = `larger than ${megabytes(LARGEST_FILE)} unpacked`;
export const TOO_LARGE_STREAM = `larger than ${megabytes(LARGEST_STREAM)} unpacked`;

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A file that stands in the list with the reason why nothing of it was read. */
export function refusedFile(name: string, refused: string, isAsked: boolean): InputFile {
  const refuse = async (): Promise<Refused> => ({ refused });
  return { name, isAsked, entryDate: null, size: 0, head: refuse, read: refuse, open: refuse };
}

/** The first bytes of a stream, which is closed then. */
export async function firstBytes(stream: Readable, most: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(chunk as Buffer);
    size += chunk.length;
    if (size >= most) break;
  }
  return Buffer.concat(chunks).subarray(0, most);
}

/** All bytes of a stream up to {@link LARGEST_FILE}. */
export async function wholeBytes(stream: Readable): Promise<Uint8Array | Refused> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > LARGEST_FILE) return { refused: TOO_LARGE };
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

const CHUNK_BYTES = 256 * 1024;
const isGzip = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b;
const fileStream = (path: string): Readable => createReadStream(path, { highWaterMark: CHUNK_BYTES });

/** The file unpacked; what ends the reading of the file ends this stream. */
function unpackedStream(path: string): Readable {
  const packed = fileStream(path);
  const unpacked = createGunzip({ chunkSize: CHUNK_BYTES });
  packed.on('error', (error) => unpacked.destroy(error));
  unpacked.on('close', () => packed.destroy());
  return packed.pipe(unpacked);
}

/** Half a gzip file still has a first half. */
async function unpackedHead(path: string, packed: Uint8Array): Promise<Uint8Array> {
  try {
    return await firstBytes(unpackedStream(path), HEAD_BYTES);
  } catch {
    return packed;
  }
}

/** A file of its own; what is packed with gzip is seen unpacked by all but `read`. */
export async function plainFile(path: string, name: string, isAsked: boolean): Promise<InputFile> {
  const { size } = await stat(path);
  const start = (): Promise<Uint8Array> => firstBytes(fileStream(path), HEAD_BYTES);
  const unreadable = (error: unknown): Refused => ({ refused: `cannot be read: ${reasonOf(error)}` });
  const head = async (): Promise<Uint8Array> => {
    const first = await start();
    return isGzip(first) ? unpackedHead(path, first) : first;
  };
  return {
    name,
    isAsked,
    entryDate: null,
    size,
    head: () => head().catch(unreadable),
    read: async () => (size > LARGEST_FILE ? { refused: TOO_LARGE } : wholeBytes(fileStream(path)).catch(unreadable)),
    open: async () => {
      if (size > LARGEST_STREAM) return { refused: TOO_LARGE_STREAM };
      const first = await start().catch(unreadable);
      if ('refused' in first) return first;
      return { bytes: isGzip(first) ? unpackedStream(path) : fileStream(path), packing: 'none', expected: null };
    },
  };
}
