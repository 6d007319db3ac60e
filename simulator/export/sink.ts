import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/** Where packages go. Files of one package come one after the other; packages may be open side by side. */
export interface ExportSink {
  /** What `tonearm import` calls a file of a package. */
  fileName(packageName: string, path: string): string;
  /** Resolves when the bytes may be let go. */
  write(packageName: string, path: string, bytes: Buffer): Promise<void>;
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
    write: async (packageName, path, bytes) => {
      files.set(fileName(packageName, path), bytes);
    },
    finish: async () => undefined,
    discard: async () => files.clear(),
  };
}

/** A folder for each package below `folder`; the files of a package called `.` lie in it. What is discarded stays as far as it was written. */
export function createFolderSink(folder: string): ExportSink {
  return {
    fileName: (packageName, path) => join(packageName, path),
    write: async (packageName, path, bytes) => {
      const target = join(folder, packageName, path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, bytes);
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
    write: async (packageName, path, bytes) => {
      const { zip, written } = zipOf(packageName);
      const stream = Readable.from([bytes]);
      zip.addReadStream(stream, path, options);
      // A full disk ends the archive, and with it the wait for an entry that nobody reads any more.
      await Promise.race([finished(stream), written]);
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
      for (const { partial } of open.values()) await rm(partial, { force: true });
    },
  };
}

function openZip(folder: string, packageName: string): OpenZip {
  const zip = new ZipFile();
  const partial = join(folder, `.${packageName}.partial`);
  const written = pipeline(zip.outputStream, createWriteStream(partial));
  return { zip, partial, written, place: join(folder, packageName) };
}
