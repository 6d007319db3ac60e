import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { type Entry, getFileNameLowLevel, openPromise, type ZipFile, type ZipFileOptions } from 'yauzl';
import { HEAD_BYTES } from '../source/export/recognition.ts';
import { LARGEST_FILE } from './diagnosis.ts';
import { firstBytes, type InputFile, LARGEST_STREAM, type Refused, refusedFile, TOO_LARGE, wholeBytes } from './import-file.ts';

/** More entries than any export or bucket has; a bomb has more. */
const MOST_ENTRIES = 100_000;
/** History shrinks to a tenth. What would grow to far more than its archive, and is not small, is made to fill a disk. */
const MOST_GROWTH = 200;
const SMALL_BYTES = 1024 * 1024 * 1024;

const NO_ARCHIVE = 'download it again, or import what can be unpacked of it as a folder';
/** By its name: many files of other programs are archives inside. */
export const isArchiveName = (name: string): boolean => name.toLowerCase().endsWith('.zip');
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const damaged = (reason: string): Refused => ({ refused: `the archive is damaged here: ${reason}` });

const open = (path: string): Promise<ZipFile> => openPromise(path, { decodeStrings: false, validateEntrySizes: true, autoClose: false });

/** An entry's bytes, opened anew each time; the archive is closed with them. */
async function streamOf(path: string, entry: Entry, options: ZipFileOptions): Promise<Readable | Refused> {
  const zip = await open(path).catch(reasonOf);
  if (typeof zip === 'string') return damaged(zip);
  try {
    return await zip.openReadStreamPromise(entry, options);
  } catch (error) {
    return damaged(reasonOf(error));
  } finally {
    zip.close();
  }
}

/** What keeps an entry from being read, whatever is in it. */
function obstacle(entry: Entry, name: string): string | null {
  if (entry.isEncrypted()) return 'encrypted: unpack the archive with its password and import the folder';
  if (!entry.canDecodeFileData())
    return `packed by method ${entry.compressionMethod}, which is not read: unpack the archive and import the folder`;
  if (isArchiveName(name)) return 'an archive in an archive: unpack the outer one and import the inner one by itself';
  return entry.uncompressedSize > LARGEST_STREAM ? TOO_LARGE : null;
}

function entryFile(path: string, entry: Entry, name: string): InputFile {
  const shown = refusedFile(name, obstacle(entry, name) ?? '', isArchiveName(name));
  if (obstacle(entry, name) !== null) return shown;
  const isPacked = entry.compressionMethod !== 0;
  return {
    name,
    isAsked: false,
    entryDate: entry.getLastModDate({ timezone: 'UTC' }),
    size: entry.uncompressedSize,
    head: async () => {
      const stream = await streamOf(path, entry, {});
      return 'refused' in stream ? stream : firstBytes(stream, HEAD_BYTES).catch((error: unknown) => damaged(reasonOf(error)));
    },
    read: async () => {
      if (entry.uncompressedSize > LARGEST_FILE) return { refused: TOO_LARGE };
      const stream = await streamOf(path, entry, {});
      if ('refused' in stream) return stream;
      const bytes = await wholeBytes(stream).catch((error: unknown) => damaged(reasonOf(error)));
      if ('refused' in bytes || crc32(bytes) === entry.crc32) return bytes;
      return damaged('its checksum does not fit; download it again');
    },
    open: async () => {
      const bytes = await streamOf(path, entry, { decodeFileData: false });
      if ('refused' in bytes) return bytes;
      return { bytes, packing: isPacked ? 'deflate' : 'none', expected: { bytes: entry.uncompressedSize, crc32: entry.crc32 } };
    },
  };
}

const nameOf = ({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry): string =>
  getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);

/**
 * The entries of a zip archive, nothing of them read yet. Their names are names: nothing is ever written to where they point. Where the
 * archive cannot be read any further, the last one is the archive itself, with the reason; so it is where it would unpack to a bomb.
 */
export async function archiveFiles(path: string, name: string): Promise<readonly InputFile[]> {
  const zip = await open(path).catch(reasonOf);
  if (typeof zip === 'string') return [refusedFile(name, `no readable zip archive: ${zip}; ${NO_ARCHIVE}`, true)];
  const files: InputFile[] = [];
  let bytes = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      if (files.length === MOST_ENTRIES) {
        files.push(refusedFile(name, `more than ${MOST_ENTRIES} entries: the others are left alone`, true));
        break;
      }
      const entryName = nameOf(entry);
      if (entryName.endsWith('/')) continue;
      bytes += entry.uncompressedSize;
      files.push(entryFile(path, entry, `${name}!${entryName}`));
    }
  } catch (error) {
    files.push(refusedFile(name, `the archive cannot be read after ${files.length} entries: ${reasonOf(error)}; ${NO_ARCHIVE}`, true));
  } finally {
    zip.close();
  }
  const { size } = await stat(path);
  if (bytes <= SMALL_BYTES || bytes <= size * MOST_GROWTH) return files;
  return [
    refusedFile(name, `it would unpack to ${Math.round(bytes / size)} times its size, which no export does: nothing of it is read`, true),
  ];
}
