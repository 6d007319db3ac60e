import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { ObjectStore } from '../../landing/object-store.ts';

/** Below which everything lies that is kept in the lake for Athena: these notes, and lists of files. */
export const MANIFESTS = 'athena/';

/**
 * Which catalog versions Athena may name: a note each, written before the first table is brought to the version. The files of these versions must stay,
 * however old they are.
 */
const NOTES = `${MANIFESTS}versions/`;
const DIGITS = 12;

const Note = z.object({
  /** Since when a later version stands wholly in its place; null: none does. */
  supersededAt: z.iso.datetime().nullable(),
});

const keyOf = (version: number): string => `${NOTES}${String(version).padStart(DIGITS, '0')}.json`;
const versionOf = (key: string): number => Number(key.slice(NOTES.length, NOTES.length + DIGITS));
const bytesOf = (note: z.infer<typeof Note>): Uint8Array => new TextEncoder().encode(`${JSON.stringify(note)}\n`);

/** Costs one listing of a few keys; none where nothing was ever published. */
export async function publishedVersions(store: Pick<ObjectStore, 'list'>): Promise<ReadonlySet<number>> {
  const versions = new Set<number>();
  for await (const { key } of store.list(NOTES)) versions.add(versionOf(key));
  return versions;
}

/** Says that tables of this version are about to be named. */
export const noteBegun = (store: ObjectStore, version: number): Promise<unknown> =>
  store.put(keyOf(version), bytesOf({ supersededAt: null }));

/**
 * Says that the version stands wholly in the place of those before it, and forgets those of them that were superseded before `since`, in milliseconds since
 * 1970: no query that began under them runs any more, or none may. Gives the versions that are still noted.
 */
export async function noteDone(store: ObjectStore, version: number, at: Date, since: number): Promise<ReadonlySet<number>> {
  const kept = new Set<number>();
  for (const other of await publishedVersions(store)) {
    const { supersededAt } = other < version ? await read(store, other) : { supersededAt: null };
    const isOver = other < version && Date.parse(supersededAt ?? at.toISOString()) <= since;
    if (isOver) await store.remove([keyOf(other)]);
    else kept.add(other);
    if (!isOver && other < version && supersededAt === null) await store.put(keyOf(other), bytesOf({ supersededAt: at.toISOString() }));
  }
  return kept;
}

/** One that was removed meanwhile was superseded. */
async function read(store: ObjectStore, version: number): Promise<z.infer<typeof Note>> {
  const stream = await store.open(keyOf(version));
  return stream === null ? { supersededAt: new Date(0).toISOString() } : Note.parse(JSON.parse(await text(stream)));
}
