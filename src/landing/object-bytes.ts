import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { PipelineError } from '../kernel/errors.ts';
import type { Key, ObjectStore } from './object-store.ts';

/** All bytes of an object that fits in memory; null where there is none. */
export async function readBytes(store: ObjectStore, key: Key): Promise<Buffer | null> {
  const stream = await store.open(key);
  return stream === null ? null : buffer(stream);
}

/** All text of an object that fits in memory; null where there is none. Throws `corrupt` where it is no UTF-8. */
export async function readText(store: ObjectStore, key: Key): Promise<string | null> {
  const bytes = await readBytes(store, key);
  if (bytes === null) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new PipelineError(`${key} is damaged: it is no UTF-8 text`, { code: 'corrupt', cause });
  }
}

/** Closes a stream that nobody will read, and waits until it is. */
function discard(stream: Readable): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.once('close', resolve).once('error', reject).destroy();
  });
}

/** Whether there is an object under the key. */
export async function exists(store: ObjectStore, key: Key): Promise<boolean> {
  const stream = await store.open(key);
  if (stream === null) return false;
  await discard(stream);
  return true;
}
