import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { PipelineError } from '../kernel/errors.ts';
import { LARGEST_FILE } from './diagnosis.ts';

/** One file that a person hands over, wherever it lies. */
export interface InputFile {
  /** As the person would name it; an entry of an archive after `!`. */
  readonly name: string;
  /** When the archive says it was written; null for a file of its own. */
  readonly entryDate: Date | null;
  /** The bytes, or why they cannot be had. */
  read(): Promise<Uint8Array | { readonly refused: string }>;
}

/** More entries than any export or bucket has; a bomb has more. */
const MOST_ENTRIES = 100_000;
const TOO_LARGE = `larger than ${LARGEST_FILE / 1024 / 1024} MB unpacked`;

async function bytesOf(stream: NodeJS.ReadableStream): Promise<Uint8Array | { refused: string }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > LARGEST_FILE) return { refused: TOO_LARGE };
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function fileAt(path: string, name: string): InputFile {
  return {
    name,
    entryDate: null,
    read: async () => ((await stat(path)).size > LARGEST_FILE ? { refused: TOO_LARGE } : bytesOf(createReadStream(path))),
  };
}

async function readEntry(zip: ZipFile, entry: Entry): Promise<Uint8Array | { refused: string }> {
  if (entry.isEncrypted()) return { refused: 'encrypted: unpack the archive with its password and import the folder' };
  if (entry.uncompressedSize > LARGEST_FILE) return { refused: TOO_LARGE };
  try {
    const bytes = await bytesOf(await zip.openReadStreamPromise(entry));
    if ('refused' in bytes || crc32(bytes) === entry.crc32) return bytes;
    return { refused: 'the archive is damaged here: its checksum does not fit; download it again' };
  } catch (error) {
    return { refused: `the archive is damaged here: ${reasonOf(error)}` };
  }
}

/** A file that stands in the list with the reason why nothing of it was read. */
const refusedFile = (name: string, refused: string): InputFile => ({ name, entryDate: null, read: async () => ({ refused }) });
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The entries of an archive; where it cannot be read any further, that is its last one, with the reason. */
async function* entriesOf(path: string, name: string): AsyncGenerator<InputFile> {
  const zip = await openPromise(path, { strictFileNames: false, validateEntrySizes: true }).catch(reasonOf);
  if (typeof zip === 'string') {
    yield refusedFile(name, `no readable zip archive: ${zip}; download it again, or import what can be unpacked of it as a folder`);
    return;
  }
  let count = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      count += 1;
      if (count > MOST_ENTRIES) {
        yield refusedFile(name, `more than ${MOST_ENTRIES} entries: the others are left alone`);
        return;
      }
      if (entry.fileName.endsWith('/')) continue;
      const entryDate = entry.getLastModDate({ timezone: 'UTC' });
      yield { name: `${name}!${entry.fileName}`, entryDate, read: () => readEntry(zip, entry) };
    }
  } catch (error) {
    yield refusedFile(name, `the archive cannot be read after ${count} entries: ${reasonOf(error)}`);
  } finally {
    zip.close();
  }
}

async function* filesUnder(folder: string, name: string, lake: string): AsyncGenerator<InputFile> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const inLake = `${resolve(lake)}${sep}`;
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !resolve(path).startsWith(inLake));
  const plain = new Set(entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)));
  for (const path of paths.sort()) {
    const shown = join(name, relative(folder, path));
    if (!plain.has(path)) {
      yield refusedFile(shown, 'a link, pipe or device in a folder is not followed; name it by itself');
      continue;
    }
    if (path.toLowerCase().endsWith('.zip')) yield* entriesOf(path, shown);
    else yield fileAt(path, shown);
  }
}

/**
 * Every file behind the paths that a person named: folders with all below them, the entries of zip archives, files. In the order of the
 * paths, then of names; the lake's own files are left out where it lies below a folder. An entry that cannot be read says so when it is read; the others go on.
 *
 * Errors: `bad_input` for a path that does not exist or is no file and no folder.
 */
export async function* inputFiles(paths: readonly string[], lake: string): AsyncGenerator<InputFile> {
  for (const path of paths) {
    const info = await stat(path).catch(() => null);
    if (info === null)
      throw new PipelineError(`${path} does not exist`, { code: 'bad_input', hint: 'name files, folders or zip archives' });
    if (!info.isDirectory() && !info.isFile()) {
      throw new PipelineError(`${path} is no file and no folder`, { code: 'bad_input', hint: 'name files, folders or zip archives' });
    }
    if (info.isDirectory()) yield* filesUnder(path, basename(resolve(path)), lake);
    else if (path.toLowerCase().endsWith('.zip')) yield* entriesOf(path, basename(path));
    else yield fileAt(path, basename(path));
  }
}
