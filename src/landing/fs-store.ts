import { randomUUID } from 'node:crypto';
import { copyFile, type FileHandle, link, mkdir, open, rename, rm, rmdir, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { PipelineError } from '../kernel/errors.ts';
import { makeFolder, syncFile, syncFolder, writeDurably } from './durable-files.ts';
import { describeFile, isFolderAt, listFolder } from './fs-listing.ts';
import { checkKey, TEMP_FOLDER } from './key.ts';
import type { Body, Key, ObjectStore, StoredObject } from './object-store.ts';
import { errnoOf, storageError } from './storage-error.ts';

const CHUNK_BYTES = 256 * 1024;
/** How often a folder may be swept away between making it and writing into it. */
const FOLDER_ATTEMPTS = 10;

function readable(handle: FileHandle, path: string): Readable {
  return new Readable({
    highWaterMark: CHUNK_BYTES,
    read() {
      handle.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, null).then(
        ({ bytesRead, buffer }) => this.push(bytesRead === 0 ? null : buffer.subarray(0, bytesRead)),
        (error: unknown) => this.destroy(storageError(error, 'read', path)),
      );
    },
    destroy(error, done) {
      handle.close().then(() => done(error), done);
    },
  });
}

/** The file itself; null where nothing, or a folder, stands at the path. */
async function openFile(path: string): Promise<FileHandle | null> {
  try {
    const handle = await open(path, 'r');
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
    return null;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes(errnoOf(error) ?? '')) return null;
    throw storageError(error, 'read', path);
  }
}

/** False where no file was; a folder of other keys is none. */
async function removeFile(path: string): Promise<boolean> {
  try {
    await unlink(path);
    return true;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '') || (await isFolderAt(path))) return false;
    throw storageError(error, 'remove', path);
  }
}

/** Folders that an object leaves empty go with it, so that a listing never walks through the past. */
async function removeEmptyFolders(root: string, folder: string): Promise<void> {
  for (let path = folder; path.length > root.length; path = dirname(path)) {
    try {
      await rmdir(path);
    } catch (error) {
      if (['ENOTEMPTY', 'EEXIST', 'ENOENT', 'EBUSY', 'EPERM', 'EACCES', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return;
      throw storageError(error, 'remove', path);
    }
  }
}

/**
 * An object store in a folder of this machine, which is made by the first write. Needs hard links (every usual file system but exFAT).
 * A `{ file }` is moved in and gone afterwards, except when `create` gives false.
 * Errors: `storage` with the path; a key that is a folder of other keys is one.
 */
export function createFsStore(folder: string): ObjectStore {
  const root = resolve(folder);
  const temp = join(root, TEMP_FOLDER);
  const durable = new Set<string>();
  const pathOf = (key: Key): string => join(root, checkKey(key));

  /** Runs `step`, which needs the folder; another writer may remove the folder while it is still empty. */
  async function inFolder<T>(path: string, step: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await makeFolder(root, path, durable);
        return await step();
      } catch (error) {
        if (errnoOf(error) !== 'ENOENT' || attempt === FOLDER_ATTEMPTS) throw error;
      }
    }
  }

  /** Runs `step` on a durable file of the store's own, which is gone afterwards. */
  async function withOwnFile<T>(fill: (path: string) => Promise<void>, step: (path: string) => Promise<T>): Promise<T> {
    await mkdir(temp, { recursive: true });
    const path = join(temp, randomUUID());
    try {
      await fill(path);
      return await step(path);
    } finally {
      await rm(path, { force: true });
    }
  }

  async function copyDurably(from: string, to: string): Promise<void> {
    await copyFile(from, to);
    await syncFile(to);
  }

  /** Runs `step`, which moves a file to its place, on the body; on a copy where the body is on another file system. */
  async function place<T>(body: Body, path: string, step: (file: string) => Promise<T>): Promise<T> {
    const move = async (file: string): Promise<T> => {
      const result = await inFolder(dirname(path), () => step(file));
      await syncFolder(dirname(path));
      return result;
    };
    if (body instanceof Uint8Array) return withOwnFile((file) => writeDurably(file, body), move);
    await syncFile(body.file);
    try {
      return await move(body.file);
    } catch (error) {
      if (errnoOf(error) !== 'EXDEV') throw error;
    }
    const result = await withOwnFile((file) => copyDurably(body.file, file), move);
    if (result !== false) await unlink(body.file);
    return result;
  }

  async function linkOnce(file: string, path: string): Promise<boolean> {
    try {
      await link(file, path);
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST' || (await isFolderAt(path))) throw error;
      return false;
    }
    await unlink(file);
    return true;
  }

  async function put(key: Key, body: Body): Promise<StoredObject> {
    const path = pathOf(key);
    try {
      const stored = await place(body, path, async (file) => {
        const facts = await describeFile(key, file);
        await rename(file, path);
        return facts;
      });
      if (stored === null) throw new PipelineError(`cannot write ${path}: its body is no file`, { code: 'storage' });
      return stored;
    } catch (error) {
      throw storageError(error, 'write', path);
    }
  }

  return {
    put,
    create: async (key, body) => {
      const path = pathOf(key);
      try {
        return await place(body, path, (file) => linkOnce(file, path));
      } catch (error) {
        throw storageError(error, 'write', path);
      }
    },
    open: async (key) => {
      const path = pathOf(key);
      const handle = await openFile(path);
      return handle === null ? null : readable(handle, path);
    },
    list: (prefix, after = '') => listFolder(root, prefix, after),
    remove: async (keys) => {
      for (const path of keys.map(pathOf)) {
        if (await removeFile(path)) await removeEmptyFolders(root, dirname(path));
      }
    },
  };
}
