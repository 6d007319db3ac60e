import { createHash } from 'node:crypto';
import { readFile, unlink } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { checkKey, checkPrefix } from './key.ts';
import type { Body, Key, ObjectStore, StoredObject } from './object-store.ts';
import { storageError } from './storage-error.ts';

const etagOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function bytesOf(body: Body): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return Uint8Array.from(body);
  try {
    return await readFile(body.file);
  } catch (error) {
    throw storageError(error, 'read', body.file);
  }
}

function readable(bytes: Uint8Array): Readable {
  return new Readable({
    read() {
      if (bytes.length > 0) this.push(Buffer.from(bytes));
      this.push(null);
    },
  });
}

/** Number of leading keys below `end`. */
function below(keys: readonly Key[], end: string): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? '') < end) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** An object store that lives as long as the process. A `{ file }` is read and removed, except when `create` gives false. */
export function createMemoryStore(): ObjectStore {
  const objects = new Map<Key, { readonly bytes: Uint8Array; readonly etag: string }>();
  /** Ascending, so that a listing costs what it lists: keys are ASCII, whose order is that of their bytes, and hold no `~`. */
  const sorted: Key[] = [];

  async function keep(key: Key, body: Body, bytes: Uint8Array): Promise<StoredObject> {
    const etag = etagOf(bytes);
    if (!objects.has(key)) sorted.splice(below(sorted, key), 0, key);
    objects.set(key, { bytes, etag });
    if (!(body instanceof Uint8Array)) await unlink(body.file);
    return { key, size: bytes.length, etag };
  }

  return {
    put: async (key, body) => keep(checkKey(key), body, await bytesOf(body)),
    create: async (key, body) => {
      const bytes = await bytesOf(body);
      if (objects.has(checkKey(key))) return false;
      await keep(key, body, bytes);
      return true;
    },
    open: async (key) => {
      const object = objects.get(checkKey(key));
      return object === undefined ? null : readable(object.bytes);
    },
    async *list(prefix, after = '') {
      checkPrefix(prefix);
      const start = below(sorted, after > prefix ? after : prefix);
      const keys = sorted.slice(start, below(sorted, `${prefix}~`)).filter((key) => key > after);
      for (const key of keys) {
        const object = objects.get(key);
        if (object !== undefined) yield { key, size: object.bytes.length, etag: object.etag };
      }
    },
    remove: async (keys) => {
      for (const key of keys) {
        if (objects.delete(checkKey(key))) sorted.splice(below(sorted, key), 1);
      }
    },
  };
}
