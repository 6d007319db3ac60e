import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { constants, createGzip, gzip } from 'node:zlib';
import type { PipelineError } from '../kernel/errors.ts';
import { storageError } from './storage-error.ts';

/** Place in the header of the operating system's number, which zlib sets; 255 is "unknown". RFC 1952, 2.3.1. */
const OS_BYTE = 9;
const OS_UNKNOWN = 255;

function withFixedHeader(start: Buffer): Buffer {
  start[OS_BYTE] = OS_UNKNOWN;
  return start;
}

async function* fixHeader(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let isStart = true;
  for await (const chunk of chunks) {
    yield isStart ? withFixedHeader(chunk) : chunk;
    isStart = false;
  }
}

/** Bytes as gzip without time or system in the header: equal input gives equal output. */
export async function packed(bytes: Uint8Array): Promise<Buffer> {
  return withFixedHeader(await promisify(gzip)(bytes));
}

/** A gzip file in the making. */
export interface Spool {
  /** Resolves when there is room for more; calls that overlap keep their order. */
  write(bytes: Uint8Array): Promise<void>;
  finish(): Promise<Spooled>;
  /** Gives the file up. */
  discard(): Promise<void>;
}

export interface Spooled {
  readonly file: string;
  /** Bytes unpacked. */
  readonly bytes: number;
  /** Of the unpacked bytes. */
  readonly sha256: string;
}

/** An empty file that is there when this resolves. */
async function newFile(folder: string): Promise<{ file: string; stream: Writable }> {
  const file = join(folder, `${randomUUID()}.gz`);
  try {
    await mkdir(folder, { recursive: true });
    return { file, stream: (await open(file, 'wx')).createWriteStream() };
  } catch (error) {
    throw storageError(error, 'write', file);
  }
}

/** A new file in `folder`, filled through gzip of this level, so that memory stays flat. Throws `storage`; the file is gone then. */
export async function openSpool(folder: string, level: number = constants.Z_DEFAULT_COMPRESSION): Promise<Spool> {
  const { file, stream } = await newFile(folder);
  const hash = createHash('sha256');
  const packer = createGzip({ level });
  let bytes = 0;
  let failure: PipelineError | null = null;
  let room: Promise<void> | null = null;
  const ended = pipeline(packer, fixHeader, stream).catch(async (error: unknown) => {
    failure = storageError(error, 'write', file);
    await rm(file, { force: true });
  });
  const check = (): void => {
    if (failure !== null) throw failure;
  };
  async function drained(): Promise<void> {
    // A packer that fails never drains; its error is told by `ended`.
    await Promise.race([once(packer, 'drain').catch(() => ended), ended]);
    room = null;
  }

  return {
    write: async (chunk) => {
      check();
      hash.update(chunk);
      bytes += chunk.length;
      if (!packer.write(chunk)) {
        room ??= drained();
        await room;
      }
      check();
    },
    finish: async () => {
      packer.end();
      await ended;
      check();
      return { file, bytes, sha256: hash.digest('hex') };
    },
    discard: async () => {
      packer.destroy();
      await ended;
      await rm(file, { force: true });
    },
  };
}
