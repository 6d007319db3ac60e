import { PipelineError } from '../kernel/errors.ts';
import { readText } from './object-bytes.ts';
import type { Key, ObjectStore } from './object-store.ts';

/** Small text files that are written once: what the catalog needs of a store for its segments. */
export function createSegmentFiles(store: ObjectStore): {
  /** Throws `internal` where the key is taken. */
  write(key: Key, text: string): Promise<void>;
  /** Null where there is none. */
  read(key: Key): Promise<string | null>;
} {
  return {
    write: async (key, text) => {
      if (await store.create(key, new TextEncoder().encode(text))) return;
      throw new PipelineError(`${key} exists already: names of segments must not repeat`, { code: 'internal' });
    },
    read: (key) => readText(store, key),
  };
}
