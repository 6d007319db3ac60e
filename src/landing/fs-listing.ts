import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { checkPrefix, keyFault } from './key.ts';
import type { Key, StoredObject } from './object-store.ts';
import { errnoOf, storageError } from './storage-error.ts';

interface Entry {
  /** The key of a file; the common beginning, with its slash, of all keys in a folder. */
  readonly name: string;
  readonly isFolder: boolean;
}

const isGone = (error: unknown): boolean => errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR';

/**
 * The etag is size, modification time and inode: a put makes a new inode, and a hash would have to read every byte at every listing.
 * It tells two objects under one key apart on this machine; a copy of the lake has other etags.
 */
export async function describeFile(key: Key, path: string): Promise<StoredObject | null> {
  try {
    const facts = await stat(path, { bigint: true });
    if (!facts.isFile()) return null;
    return { key, size: Number(facts.size), etag: `${facts.size}-${facts.mtimeNs.toString(36)}-${facts.ino.toString(36)}` };
  } catch (error) {
    if (isGone(error)) return null;
    throw storageError(error, 'read', path);
  }
}

/** A link counts as what it points to. */
export async function isFolderAt(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (isGone(error)) return false;
    throw storageError(error, 'read', path);
  }
}

/** Entries of a folder in the order of the keys; names that cannot be keys belong to somebody else (`lost+found`, `.DS_Store`). */
async function entriesOf(root: string, folder: string): Promise<readonly Entry[]> {
  const path = join(root, folder);
  try {
    const entries: Entry[] = [];
    for (const found of await readdir(path, { withFileTypes: true })) {
      const key = `${folder}${found.name}`;
      if (keyFault(key) !== null) continue;
      const isFolder = found.isSymbolicLink() ? await isFolderAt(join(root, key)) : found.isDirectory();
      entries.push({ name: isFolder ? `${key}/` : key, isFolder });
    }
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (isGone(error)) return [];
    throw storageError(error, 'list', path);
  }
}

async function* walk(root: string, folder: string, prefix: string, after: Key): AsyncGenerator<StoredObject> {
  for (const { name, isFolder } of await entriesOf(root, folder)) {
    const isInside = name.startsWith(prefix) || (isFolder && prefix.startsWith(name));
    const isLater = name > after || (isFolder && after.startsWith(name));
    if (!isInside || !isLater) continue;
    if (isFolder) {
      yield* walk(root, name, prefix, after);
    } else {
      const object = await describeFile(name, join(root, name));
      if (object !== null) yield object;
    }
  }
}

/** Objects below `root`, ascending by bytes of the key. Folders are read as the listing gets to them; no root gives nothing. */
export async function* listFolder(root: string, prefix: string, after: Key): AsyncGenerator<StoredObject> {
  checkPrefix(prefix);
  yield* walk(root, prefix.slice(0, prefix.lastIndexOf('/') + 1), prefix, after);
}
