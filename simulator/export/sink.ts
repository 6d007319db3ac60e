import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
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
  /** Nothing more comes for any package: all is on disk afterwards. */
  finish(): Promise<void>;
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
  };
}

/** A folder for each package below `folder`. */
export function createFolderSink(folder: string): ExportSink {
  return {
    fileName: (packageName, path) => join(packageName, path),
    write: async (packageName, path, bytes) => {
      const target = join(folder, packageName, path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, bytes);
    },
    finish: async () => undefined,
  };
}

interface OpenZip {
  readonly zip: ZipFile;
  readonly written: Promise<void>;
}

/**
 * A zip archive for each package in `folder`, which exists. Every entry has the date `at` (UTC, as the archive tells it), so that the same
 * files give the same bytes on any machine and in any zone.
 */
export function createZipSink(folder: string, at: Date): ExportSink {
  const open = new Map<string, OpenZip>();
  // An archive has no zone: what it tells is the local time of whoever wrote it.
  const mtime = new Date(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate(), at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds());
  const options = { mtime, mode: 0o100644, forceDosTimestamp: true, compressionLevel: 6 };
  const zipOf = (packageName: string): OpenZip => {
    const known = open.get(packageName);
    if (known !== undefined) return known;
    const zip = new ZipFile();
    const fresh = { zip, written: pipeline(zip.outputStream, createWriteStream(join(folder, packageName))) };
    open.set(packageName, fresh);
    return fresh;
  };
  return {
    fileName: (packageName, path) => `${packageName}!${path}`,
    write: async (packageName, path, bytes) => {
      const { zip, written } = zipOf(packageName);
      const stream = Readable.from([bytes]);
      zip.addReadStream(stream, path, options);
      // A disk that is full ends the archive, and with it the wait for an entry that nobody reads any more.
      await Promise.race([finished(stream), written]);
    },
    finish: async () => {
      for (const { zip } of open.values()) zip.end();
      await Promise.all([...open.values()].map(({ written }) => written));
    },
  };
}
