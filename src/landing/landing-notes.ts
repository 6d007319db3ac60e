import { z } from 'zod';
import { PipelineError } from '../kernel/errors.ts';
import { readText } from './object-bytes.ts';
import type { Key, ObjectStore } from './object-store.ts';
import type { RawObject } from './raw.ts';
import { NOTES, noteKey } from './raw-layout.ts';

/** Notes read at one time. */
const PARALLEL = 16;

const moment = z.iso.datetime().transform((text) => new Date(text));
const Note = z.object({
  landedId: z.string().min(1),
  key: z.string().min(1),
  stream: z.string().min(1),
  account: z.string().min(1),
  source: z.enum(['export', 'web_api', 'sample']),
  format: z.enum(['pages', 'object', 'array', 'opaque']),
  bytes: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  landedAt: moment,
  observedAt: moment.nullable(),
  contract: z.int().nullable(),
  runId: z.string().min(1),
  name: z.string().nullable(),
});

function parseNote(key: Key, text: string): RawObject {
  try {
    const note = Note.parse(JSON.parse(text));
    if (noteKey(note.landedId) !== key) throw new Error(`it is the note of ${note.landedId}`);
    return note;
  } catch (cause) {
    throw new PipelineError(`${key} is damaged: it is no landing note`, {
      code: 'corrupt',
      hint: 'Restore it from a backup; the raw object that it describes is not lost.',
      cause,
    });
  }
}

/** False where a note of that id exists already. */
export async function writeNote(store: ObjectStore, raw: RawObject): Promise<boolean> {
  return store.create(noteKey(raw.landedId), new TextEncoder().encode(`${JSON.stringify(raw)}\n`));
}

async function readNote(store: ObjectStore, key: Key): Promise<readonly RawObject[]> {
  const text = await readText(store, key);
  return text === null ? [] : [parseNote(key, text)];
}

/** Up to {@link PARALLEL} keys at a time. */
async function* batches(store: ObjectStore, after: Key | undefined): AsyncGenerator<readonly Key[]> {
  let batch: Key[] = [];
  for await (const { key } of store.list(NOTES, after)) {
    batch.push(key);
    if (batch.length < PARALLEL) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

/**
 * Raw objects by their notes, ascending by `landedId`, from `since` on (an id, or only its time). A note is written before its object:
 * the object may not be there yet, or never. One object may have two notes, where two processes landed the same file at once.
 * Throws `corrupt` naming the note that cannot be read; one that is removed meanwhile is left out.
 */
export async function* readNotes(store: ObjectStore, since?: string): AsyncGenerator<RawObject> {
  for await (const keys of batches(store, since === undefined ? undefined : `${NOTES}${since}`)) {
    for (const notes of await Promise.all(keys.map((key) => readNote(store, key)))) yield* notes;
  }
}
