import type { Readable } from 'node:stream';

/** `[a-z0-9._=/-]`, at most 512 bytes, no empty or dot segment. Never holds a bare Spotify id: ids differ by case, some file systems do not. */
export type Key = string;

/** Bytes in memory, or a file on this machine that the store takes over (fs moves it, s3 uploads it in parts). */
export type Body = Uint8Array | { readonly file: string };

export interface StoredObject {
  readonly key: Key;
  /** Bytes as stored. */
  readonly size: number;
  readonly etag: string;
}

/**
 * Where a lake lives. Every driver passes `object-store.contract.ts`.
 *
 * | | atomic | on absence |
 * |---|---|---|
 * | put | yes: a reader sees the old object or the new one, whole; durable when resolved; last wins; twice is the same | – |
 * | create | yes: of n racers exactly one gets true, and what it wrote is durable | – |
 * | open | a reader keeps the object it opened | null |
 * | list | ascending by bytes of the key; sees every put that had resolved before the call | nothing |
 * | remove | each key by itself | fine |
 */
export interface ObjectStore {
  put(key: Key, body: Body): Promise<StoredObject>;
  create(key: Key, body: Body): Promise<boolean>;
  open(key: Key): Promise<Readable | null>;
  /** Keys that start with `prefix` and come after `after`. */
  list(prefix: string, after?: Key): AsyncIterable<StoredObject>;
  remove(keys: readonly Key[]): Promise<void>;
}

/** Stored objects as files on this machine: fs gives the file itself, others an immutable cached copy. The order is that of the argument. */
export interface LocalFiles {
  /** Throws `corrupt` naming the key where an object is absent. */
  paths(objects: readonly StoredObject[]): Promise<readonly string[]>;
}
