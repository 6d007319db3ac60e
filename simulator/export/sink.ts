import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/** Where packages go. Files of one package come one after the other; packages may be open side by side. */
export interface ExportSink {
  /** What `tonearm import` calls a file of a package. */
  fileName(packageName: string, path: string): string;
  /** Takes the file as fast as it can be written; gives its size in bytes. */
  write(packageName: string, path: string, chunks: Iterable<Buffer>): Promise<number>;
  /** Nothing more comes for any package: all is whole and in its place afterwards. */
  finish(): Promise<void>;
  /** Takes back what is not finished. */
  discard(): Promise<void>;
}

export interface MemorySink extends ExportSink {
  /** By `fileName`. */
  readonly files: ReadonlyMap<string, Buffer>;
}

/** Keeps everything; `<package>/<path>`. */
export function createMemorySink(): MemorySink {
  const files = new Map<string, Buffer>();
  const fileName = (packageName: string, path: string): string => `${packageName}/${path}`;
  return {
    files,
    fileName,
    write: async (packageName, path, chunks) => {
      const bytes = Buffer.concat([...chunks]);
      files.set(fileName(packageName, path), bytes);
      return bytes.length;
    },
    finish: async () => undefined,
    discard: async () => files.clear(),
  };
}

function* counted(chunks: Iterable<Buffer>, size: { bytes: number }): Generator<Buffer> {
  for (const chunk of chunks) {
    size.bytes += chunk.length;
    yield chunk;
  }
}

/** A folder for each package below `folder`; the files of a package called `.` lie in it. What is discarded stays as far as it was written. */
export function createFolderSink(folder: string): ExportSink {
  return {
    fileName: (packageName, path) => join(packageName, path),
    write: async (packageName, path, chunks) => {
      const target = join(folder, packageName, path);
      const size = { bytes: 0 };
      await mkdir(dirname(target), { recursive: true });
      await pipeline(Readable.from(counted(chunks, size)), createWriteStream(target));
      return size.bytes;
    },
    finish: async () => undefined,
    discard: async () => undefined,
  };
}

interface OpenZip {
  readonly zip: ZipFile;
  readonly partial: string;
  readonly place: string;
  /** Resolves when all of it is on disk, rejects when the disk refuses. */
  readonly written: Promise<void>;
  readonly stop: AbortController;
}

/**
 * A zip archive for each package in `folder`, which exists; an archive appears when it is whole. Every entry has the date `at` (UTC, as the
 * archive tells it), so that the same files give the same bytes on any machine and in any zone.
 */
export function createZipSink(folder: string, at: Date): ExportSink {
  const open = new Map<string, OpenZip>();
  // An archive knows no zone: it tells the local time of whoever wrote it.
  const mtime = new Date(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate(), at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds());
  const options = { mtime, mode: 0o100644, forceDosTimestamp: true, compressionLevel: 6 };
  const zipOf = (packageName: string): OpenZip => {
    const known = open.get(packageName) ?? openZip(folder, packageName);
    open.set(packageName, known);
    return known;
  };
  return {
    fileName: (packageName, path) => `${packageName}!${path}`,
    write: async (packageName, path, chunks) => {
      const { zip, written } = zipOf(packageName);
      const size = { bytes: 0 };
      const stream = Readable.from(counted(chunks, size));
      // The archive remembers its entries to the end: one that held its stream would hold all of its bytes.
      const once = [stream];
      zip.addReadStreamLazy(path, options, (give) => give(null, once.pop() ?? Readable.from([])));
      // A full disk ends the archive, and with it the wait for an entry that nobody reads any more.
      await Promise.race([finished(stream), written]);
      return size.bytes;
    },
    finish: async () => {
      for (const { zip, partial, place, written } of open.values()) {
        zip.end();
        await written;
        await rename(partial, place);
      }
      open.clear();
    },
    discard: async () => {
      for (const { partial, stop, written } of open.values()) {
        stop.abort();
        await Promise.allSettled([written]);
        await rm(partial, { force: true });
      }
    },
  };
}

function openZip(folder: string, packageName: string): OpenZip {
  const zip = new ZipFile();
  const partial = join(folder, `.${packageName}.partial`);
  const stop = new AbortController();
  const written = pipeline(zip.outputStream, createWriteStream(partial), { signal: stop.signal });
  return { zip, partial, stop, written, place: join(folder, packageName) };
}
