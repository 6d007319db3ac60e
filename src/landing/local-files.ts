import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, rmdir, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../kernel/clock.ts';
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

/** A copy that was used this short a time ago is not noted as used again. */
const TOUCH_MS = 10 * 60 * 1000;
/** A query or build that got a path may still open the file, in whatever process. */
const SPARED_MS = 6 * 60 * 60 * 1000;
/** A download that takes longer was left behind. */
const ABANDONED_MS = 24 * 60 * 60 * 1000;

export interface CacheLimits {
  readonly clock: Clock;
  /** What is above it goes at the next download, the longest unused first. Copies used within six hours are spared. */
  readonly bytes: number;
}

export interface FileCache extends LocalFiles {
  /** Removes the copies of all other keys, and gives how many. */
  keepOnly(keys: ReadonlySet<Key>): Promise<number>;
}

const hashed = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

interface Copy {
  readonly path: string;
  readonly bytes: number;
  readonly usedMs: number;
}

/** Files below a folder; one that goes meanwhile is none. */
async function copiesBelow(folder: string): Promise<readonly Copy[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const copies: Copy[] = [];
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const facts = await stat(path).catch(() => null);
    if (facts !== null) copies.push({ path, bytes: facts.size, usedMs: facts.mtimeMs });
  }
  return copies;
}

/** The file, and the two folders above it, which hold nothing else. */
async function removeCopy(root: string, path: string): Promise<void> {
  await rm(path, { force: true });
  for (let folder = dirname(path); folder.length > root.length; folder = dirname(folder)) {
    if (
      !(await rmdir(folder).then(
        () => true,
        () => false,
      ))
    )
      return;
  }
}

/**
 * Copies in a folder of this machine, one per key and etag, that are never changed. A copy appears whole or not at all, and several processes
 * may use the folder at once. For objects that are written once: a copy is taken for the object where it has its size (0: unknown).
 * Without `limits` nothing goes by itself. Errors: `corrupt` for an object that is absent or has another size; `storage` for the folder.
 */
export function createCachedLocalFiles(store: ObjectStore, cacheFolder: string, limits: CacheLimits | null = null): FileCache {
  const root = resolve(cacheFolder);
  const temp = join(root, TEMP_FOLDER);

  async function fetchTo(path: string, { key, size }: StoredObject): Promise<void> {
    const body = await store.open(key);
    if (body === null) throw absent(key);
    const part = join(temp, randomUUID());
    await mkdir(temp, { recursive: true, mode: 0o700 });
    try {
      await pipeline(body, createWriteStream(part));
      const got = (await stat(part)).size;
      if (size > 0 && got !== size) throw new PipelineError(`${key} has ${got} bytes where ${size} were written`, { code: 'corrupt' });
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await rename(part, path);
    } finally {
      await rm(part, { force: true });
    }
  }

  async function used(path: string): Promise<void> {
    if (limits === null) return;
    const now = limits.clock.now();
    const facts = await stat(path);
    if (Math.abs(now.getTime() - facts.mtimeMs) > TOUCH_MS) await utimes(path, now, now);
  }

  /** The file keeps its name, whose ending tells DuckDB how it is packed. */
  async function pathOf(object: StoredObject, onFetched: () => void): Promise<string> {
    const { key, etag, size } = object;
    const path = join(root, hashed(checkKey(key)), hashed(etag), basename(key));
    try {
      const there = await describeFile(key, path);
      if (there === null || (size > 0 && there.size !== size)) {
        await fetchTo(path, object);
        onFetched();
      }
      await used(path);
    } catch (error) {
      throw storageError(error, 'write', path);
    }
    return path;
  }

  async function makeRoom(needed: ReadonlySet<string>, { clock, bytes }: CacheLimits): Promise<void> {
    const now = clock.now().getTime();
    const copies = await copiesBelow(root);
    let total = copies.reduce((sum, copy) => sum + copy.bytes, 0);
    for (const { path, bytes: size, usedMs } of [...copies].sort((a, b) => a.usedMs - b.usedMs)) {
      const isPart = dirname(path) === temp;
      const isWorthRoom = isPart || total > bytes;
      if (!isWorthRoom || needed.has(path) || now - usedMs < (isPart ? ABANDONED_MS : SPARED_MS)) continue;
      await removeCopy(root, path);
      total -= size;
    }
  }

  return {
    paths: async (objects) => {
      const paths: string[] = [];
      let isFetched = false;
      const onFetched = (): void => {
        isFetched = true;
      };
      for (let start = 0; start < objects.length; start += PARALLEL) {
        paths.push(...(await Promise.all(objects.slice(start, start + PARALLEL).map((object) => pathOf(object, onFetched)))));
      }
      if (isFetched && limits !== null) await makeRoom(new Set(paths), limits);
      return paths;
    },
    keepOnly: async (keys) => {
      const kept = new Set([...keys].map(hashed));
      const gone = (await copiesBelow(root)).filter(
        ({ path }) => dirname(path) !== temp && !kept.has(relative(root, path).split(sep)[0] ?? ''),
      );
      for (const { path } of gone) await removeCopy(root, path);
      return gone.length;
    },
  };
}
