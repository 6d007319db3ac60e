import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { PipelineError } from '../kernel/errors.ts';
import { describeFile } from './fs-listing.ts';
import { checkKey, TEMP_FOLDER } from './key.ts';
import type { Key, LocalFiles, ObjectStore, StoredObject } from './object-store.ts';
import { storageError } from './storage-error.ts';

/** Downloads at one time. */
const PARALLEL = 8;

const absent = (key: Key): PipelineError =>
  new PipelineError(`${key} is missing from the lake`, { code: 'corrupt', hint: 'Restore it from a backup, or run: tonearm rebuild' });

/** The files of an fs store themselves. They must not be changed. */
export function createFsLocalFiles(folder: string): LocalFiles {
  const root = resolve(folder);
  async function pathOf({ key }: StoredObject): Promise<string> {
    const path = join(root, checkKey(key));
    if ((await describeFile(key, path)) === null) throw absent(key);
    return path;
  }
  return { paths: (objects) => Promise.all(objects.map(pathOf)) };
}

/**
 * Copies in a folder of this machine, one per key and etag, that are never changed and never removed: whoever owns the folder may
 * empty it while nothing reads. A copy appears whole or not at all. For objects that are written once.
 */
export function createCachedLocalFiles(store: ObjectStore, cacheFolder: string): LocalFiles {
  const root = resolve(cacheFolder);

  async function fetchTo(path: string, key: Key): Promise<void> {
    const body = await store.open(key);
    if (body === null) throw absent(key);
    const temp = join(root, TEMP_FOLDER, randomUUID());
    await mkdir(dirname(temp), { recursive: true });
    await mkdir(dirname(path), { recursive: true });
    try {
      await pipeline(body, createWriteStream(temp));
      await rename(temp, path);
    } finally {
      await rm(temp, { force: true });
    }
  }

  /** The file keeps its name, whose ending tells DuckDB how it is packed. */
  async function pathOf({ key, etag }: StoredObject): Promise<string> {
    const name = createHash('sha256')
      .update(`${checkKey(key)}\n${etag}`)
      .digest('hex')
      .slice(0, 32);
    const path = join(root, name, basename(key));
    try {
      if ((await describeFile(key, path)) === null) await fetchTo(path, key);
    } catch (error) {
      throw storageError(error, 'write', path);
    }
    return path;
  }

  return {
    paths: async (objects) => {
      const paths: string[] = [];
      for (let start = 0; start < objects.length; start += PARALLEL) {
        paths.push(...(await Promise.all(objects.slice(start, start + PARALLEL).map(pathOf))));
      }
      return paths;
    },
  };
}
