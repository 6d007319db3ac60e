import { checkKey } from './key.ts';
import { exists } from './object-bytes.ts';
import type { Key, LocalFiles, ObjectStore, StoredObject } from './object-store.ts';

/** Two ascending listings as one; of two objects under one key that of `upper` counts. */
async function* merged(upper: AsyncIterable<StoredObject>, lower: AsyncIterable<StoredObject>): AsyncGenerator<StoredObject> {
  const below = lower[Symbol.asyncIterator]();
  let next = await below.next();
  for await (const object of upper) {
    while (next.done !== true && next.value.key < object.key) {
      yield next.value;
      next = await below.next();
    }
    if (next.done !== true && next.value.key === object.key) next = await below.next();
    yield object;
  }
  for (; next.done !== true; next = await below.next()) yield next.value;
}

/**
 * An object store that shows `base` and keeps every change in `scratch`, which must be empty at first and nobody else's: `base` is never
 * written to. What was removed is known as long as the process lives.
 */
export function createOverlayStore(base: ObjectStore, scratch: ObjectStore): ObjectStore {
  const removed = new Set<Key>();

  async function* remaining(prefix: string, after: Key | undefined): AsyncGenerator<StoredObject> {
    for await (const object of base.list(prefix, after)) if (!removed.has(object.key)) yield object;
  }

  return {
    put: (key, body) => scratch.put(key, body),
    create: async (key, body) => {
      if (!removed.has(checkKey(key)) && (await exists(base, key))) return false;
      return scratch.create(key, body);
    },
    open: async (key) => (await scratch.open(key)) ?? (removed.has(key) ? null : base.open(key)),
    list: (prefix, after) => merged(scratch.list(prefix, after), remaining(prefix, after)),
    remove: async (keys) => {
      for (const key of keys) removed.add(checkKey(key));
      await scratch.remove(keys);
    },
  };
}

/** The files of an overlay: those of `scratch` where it has the object, else those of `base`. */
export function createOverlayLocalFiles(base: LocalFiles, scratch: LocalFiles, scratchStore: ObjectStore): LocalFiles {
  const pathOf = async (object: StoredObject): Promise<readonly string[]> =>
    ((await exists(scratchStore, object.key)) ? scratch : base).paths([object]);
  return { paths: async (objects) => (await Promise.all(objects.map(pathOf))).flat() };
}
