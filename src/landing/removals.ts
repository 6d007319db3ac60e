import { z } from 'zod';
import type { Versioned } from '../kernel/versioned.ts';
import { readNotes } from './landing-notes.ts';
import type { Key, ObjectStore } from './object-store.ts';
import type { RawObject } from './raw.ts';
import { noteKey } from './raw-layout.ts';
import type { Landing } from './raw-writer.ts';
import { createVersions } from './versions.ts';

/** Where a number says what was removed, and that it is done. */
const NOTES = 'removed/';
const RECEIPTS = 'removed/receipts/';

const count = z.int().nonnegative();
const Rows = z.array(z.object({ table: z.string().min(1), rows: count }));

/**
 * A numbered note of one removal, `removed/<12 digits>.json`. It is written before anything is removed, and holds no name of a file: only
 * keys, which a purge does not need either.
 */
const RemovalNote = z.object({
  verb: z.enum(['purge', 'forget', 'retain', 'readmit']),
  at: z.iso.datetime(),
  runId: z.string().min(1),
  /** The account that a purge or readmission is about. */
  account: z.string().nullable(),
  /** What a forget or retain is about: landing notes one by one, so that the same bytes may be landed again. */
  landed: z.array(z.object({ landedId: z.string().min(1), key: z.string().min(1) })),
  /** Accounts of which nothing is taken in any more, after this note. */
  closed: z.array(z.string().min(1)),
  /** What a catalog must know of: one more than all before it, or the same where this note removes nothing. */
  requires: count,
  rawObjects: count,
  /** Unpacked. */
  bytes: count,
  /** Rows of each table before the removal. */
  rows: Rows,
});
export type RemovalNote = z.infer<typeof RemovalNote>;

/** What stays once a removal is finished, `removed/receipts/<12 digits>.json`. */
const Receipt = z.object({
  number: count,
  verb: RemovalNote.shape.verb,
  account: z.string().nullable(),
  askedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  catalogVersion: count,
  rawObjects: count,
  /** Unpacked. */
  bytes: count,
  tables: z.array(z.object({ table: z.string().min(1), rowsBefore: count, rowsAfter: count })),
  tableFiles: count,
  catalogVersions: count,
  segments: count,
  temporaryFiles: count,
  states: count,
  rules: count,
  runs: z.object({ removed: count, changed: count }),
  /** What cannot be reached from here, in words. */
  left: z.array(z.string()),
});
export type Receipt = z.infer<typeof Receipt>;

export interface Numbered {
  readonly number: number;
  readonly note: RemovalNote;
}

/** What was removed so far, as one look at the series finds it. */
export interface Removed {
  /** Of the newest note; 0 where nothing was ever removed. */
  readonly number: number;
  /** See {@link RemovalNote}. */
  readonly requires: number;
  readonly closed: ReadonlySet<string>;
  /** Without a receipt, ascending. */
  readonly unfinished: readonly Numbered[];
  /** Whether the raw object of this landing note is removed, or about to be. */
  covers(raw: Pick<RawObject, 'landedId' | 'account'>): boolean;
}

export interface Removals {
  read(): Promise<Removed>;
  /** `requires` of the newest note; the cheapest look there is. */
  requires(): Promise<number>;
  /** Writes the note after `base`; `conflict` where another one was first. */
  write(base: number, note: RemovalNote): Promise<'written' | 'conflict'>;
  receipt(number: number): Promise<Receipt | null>;
  writeReceipt(receipt: Receipt): Promise<void>;
}

const keyOf = (prefix: string, number: number): Key => `${prefix}${String(number).padStart(12, '0')}.json`;

const NOTHING: Removed = { number: 0, requires: 0, closed: new Set(), unfinished: [], covers: () => false };

/** Errors: `corrupt` naming a note that cannot be read: until it is mended nobody knows what must stay removed. */
export function createRemovals(store: ObjectStore): Removals {
  const notes: Versioned<RemovalNote> = createVersions({ store, prefix: NOTES, parse: (json) => RemovalNote.parse(json) });
  const receipts = createVersions({ store, prefix: RECEIPTS, parse: (json) => Receipt.parse(json) });

  /** A finished removal left nothing that it could cover, but for what a closed account is still sent: only the others are read. */
  async function unfinished(newest: number): Promise<readonly Numbered[]> {
    const finished = new Set<Key>();
    for await (const { key } of store.list(RECEIPTS)) finished.add(key);
    const found: Numbered[] = [];
    for (let number = 1; number <= newest; number += 1) {
      if (finished.has(keyOf(RECEIPTS, number))) continue;
      const note = await notes.at(number);
      if (note !== null) found.push({ number, note });
    }
    return found;
  }

  async function read(): Promise<Removed> {
    const head = await notes.read();
    if (head === null) return NOTHING;
    const open = await unfinished(head.version);
    const closed = new Set(head.value.closed);
    const landed = new Set(open.flatMap(({ note }) => note.landed.map(({ landedId }) => landedId)));
    return {
      number: head.version,
      requires: head.value.requires,
      closed,
      unfinished: open,
      covers: ({ landedId, account }) => closed.has(account) || landed.has(landedId),
    };
  }

  return {
    read,
    requires: async () => (await notes.read())?.value.requires ?? 0,
    write: (base, note) => notes.write(base, note),
    receipt: (number) => receipts.at(number),
    writeReceipt: async (receipt) => {
      await store.put(keyOf(RECEIPTS, receipt.number), new TextEncoder().encode(`${JSON.stringify(receipt)}\n`));
    },
  };
}

/** A landing zone that shows nothing of what was removed. */
export function withoutRemoved(landing: Landing, removals: Removals): Landing {
  return {
    ...landing,
    landed: async function* (since): AsyncGenerator<RawObject> {
      const removed = await removals.read();
      for await (const raw of landing.landed(since)) if (!removed.covers(raw)) yield raw;
    },
  };
}

/**
 * Removes raw objects, then their landing notes. An object that another note stands for, too, is left: it was landed again since.
 */
export async function removeRaw(store: ObjectStore, isRemoved: (raw: RawObject) => boolean): Promise<void> {
  const gone: RawObject[] = [];
  const kept = new Set<Key>();
  for await (const raw of readNotes(store)) {
    if (isRemoved(raw)) gone.push(raw);
    else kept.add(raw.key);
  }
  await store.remove([...new Set(gone.map(({ key }) => key))].filter((key) => !kept.has(key)));
  await store.remove(gone.map(({ landedId }) => noteKey(landedId)));
}

/** Every raw object of one account, whether or not a landing note names it. */
export async function* rawOfAccount(store: ObjectStore, account: string): AsyncGenerator<{ readonly key: Key; readonly size: number }> {
  let after = 'raw/';
  for (;;) {
    const stream = await nextStream(store, after);
    if (stream === null) return;
    yield* store.list(`raw/${stream}/account=${account}/`);
    // The character after "/": listings go on behind all of the stream.
    after = `raw/${stream}0`;
  }
}

async function nextStream(store: ObjectStore, after: Key): Promise<string | null> {
  for await (const { key } of store.list('raw/', after)) return key.split('/')[1] ?? null;
  return null;
}
