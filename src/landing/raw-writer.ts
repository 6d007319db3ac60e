import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { Clock } from '../kernel/clock.ts';
import { PipelineError } from '../kernel/errors.ts';
import { type FileEnds, type FileStream, spoolFile } from './file-spool.ts';
import { readNotes, writeNote } from './landing-notes.ts';
import { exists } from './object-bytes.ts';
import type { Body, Key, ObjectStore } from './object-store.ts';
import { encodePageLine, type PageLine } from './page-line.ts';
import type { RawObject } from './raw.ts';
import { fileKey, pagesKey } from './raw-layout.ts';
import { openSpool, packed, type Spool, type Spooled } from './spool.ts';

/** Ids that may collide before something must be wrong with how they are made. */
const ID_ATTEMPTS = 5;

export interface LandingOptions {
  readonly store: ObjectStore;
  readonly clock: Clock;
  /** Time-ordered, unlike any other; see {@link RawObject.landedId}. */
  readonly newLandedId: (now: Date) => string;
  /** Folder of this machine for pages until they are landed; best on the file system of the lake. */
  readonly tempDir: string;
}

/** What landed it, and as what. `contract`: see {@link RawObject.contract}. */
export type PagesFacts = Pick<RawObject, 'stream' | 'account' | 'source' | 'runId' | 'contract'>;

export interface FileFacts extends PagesFacts, Pick<RawObject, 'format' | 'name' | 'observedAt'> {
  /** Unpacked. */
  readonly bytes: Uint8Array;
}

export interface StreamFacts extends PagesFacts, Pick<RawObject, 'format' | 'name'> {
  /** Told of the two ends of the file once it was read. */
  readonly observedAt: (ends: FileEnds) => Date | null;
}

/** Answers of one stream on their way into one raw object. Until `close` they are in a temporary file alone. */
export interface PagesWriter {
  append(page: PageLine): Promise<void>;
  /** Some record breaks the contract, or nobody looked: the object's `contract` becomes null. */
  unverified(): void;
  /** Lands the object; null, and nothing is written, where no page was appended. Twice is the same. */
  close(): Promise<RawObject | null>;
}

export interface LandedFile {
  readonly raw: RawObject;
  readonly outcome: 'landed' | 'known';
}

/** The only way into `raw/` and `landed/`. A note is written before its object; an object is never written twice. */
export interface Landing {
  openPages(facts: PagesFacts): PagesWriter;
  /**
   * One document as a person or a bucket handed it over. `known`: these bytes were landed before and nothing was written;
   * `raw` is then as given here, unless this landing wrote it, and only its key is sure to be that of the stored object.
   */
  landFile(facts: FileFacts): Promise<LandedFile>;
  /**
   * The same for a file too large for memory. Errors: those of {@link spoolFile}; nothing is landed then.
   */
  landStream(facts: StreamFacts, file: FileStream, signal: AbortSignal): Promise<LandedFile>;
  /** This landing wrote the object and knows it to be whole: nobody needs to read it to its end again. */
  isWhole(key: Key): boolean;
  /** Ascending by `landedId`, at or after `since`. See {@link readNotes} for what a note promises. */
  landed(since?: string): AsyncIterable<RawObject>;
  exists(key: Key): Promise<boolean>;
}

/** Errors: `storage` from the store or the temporary folder. */
export function createLanding({ store, clock, newLandedId, tempDir }: LandingOptions): Landing {
  const sequences = new Map<string, number>();
  const files = new Map<Key, RawObject>();

  async function noted(facts: Omit<RawObject, 'landedId'>): Promise<RawObject> {
    for (let attempt = 1; attempt <= ID_ATTEMPTS; attempt += 1) {
      const raw: RawObject = { landedId: newLandedId(facts.landedAt), ...facts };
      if (await writeNote(store, raw)) return raw;
    }
    throw new PipelineError(`no free id for the landing note of ${facts.key}`, { code: 'internal' });
  }

  /** False where the object is there already; the note then is one too many, which readers must expect anyway. */
  async function land(facts: Omit<RawObject, 'landedId'>, body: Body): Promise<{ raw: RawObject; isNew: boolean }> {
    const raw = await noted(facts);
    return { raw, isNew: await store.create(raw.key, body) };
  }

  /** The next number nobody used: an earlier process may have worked for the same run. */
  async function nextPagesKey({ stream, account, runId }: PagesFacts, landedAt: Date): Promise<Key> {
    const counter = `${runId}/${stream}`;
    for (;;) {
      const sequence = (sequences.get(counter) ?? 0) + 1;
      sequences.set(counter, sequence);
      const key = pagesKey({ stream, account, landedAt, runId, sequence });
      if (!(await exists(store, key))) return key;
    }
  }

  async function landPages(facts: PagesFacts, { file, bytes, sha256 }: Spooled): Promise<RawObject> {
    try {
      const landedAt = clock.now();
      const key = await nextPagesKey(facts, landedAt);
      const { raw, isNew } = await land(
        { ...facts, key, format: 'pages', bytes, sha256, landedAt, observedAt: null, name: null },
        { file },
      );
      if (isNew) return raw;
      throw new PipelineError(`${key} was written by another process of the same run`, { code: 'internal' });
    } finally {
      await rm(file, { force: true });
    }
  }

  function openPages(opened: PagesFacts): PagesWriter {
    let facts = opened;
    let lines = 0;
    let spool: Promise<Spool> | null = null;
    let closing: Promise<RawObject | null> | null = null;
    const finish = async (filled: Promise<Spool> | null): Promise<RawObject | null> =>
      filled === null ? null : landPages(facts, await (await filled).finish());

    return {
      append: async (page) => {
        if (closing !== null) throw new PipelineError(`a page of ${facts.stream} came after the close`, { code: 'internal' });
        const encoded = encodePageLine(lines + 1, page);
        lines += 1;
        spool ??= openSpool(tempDir);
        await (await spool).write(encoded);
      },
      unverified: () => {
        facts = { ...facts, contract: null };
      },
      close: () => {
        closing ??= finish(spool);
        return closing;
      },
    };
  }

  type Described = Omit<RawObject, 'landedId' | 'key' | 'landedAt'>;

  /** Lands a file unless its bytes were landed before. */
  async function landOnce(facts: Described, body: () => Promise<Body>): Promise<LandedFile> {
    const landedAt = clock.now();
    const key = fileKey(facts.stream, facts.account, facts.sha256);
    const described = { ...facts, key, landedAt };
    if (await exists(store, key)) {
      return { raw: files.get(key) ?? { landedId: newLandedId(landedAt), ...described }, outcome: 'known' };
    }
    const { raw, isNew } = await land(described, await body());
    if (isNew) files.set(key, raw);
    return { raw, outcome: isNew ? 'landed' : 'known' };
  }

  function landFile({ bytes, ...facts }: FileFacts): Promise<LandedFile> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return landOnce({ ...facts, bytes: bytes.length, sha256 }, () => packed(bytes));
  }

  async function landStream({ observedAt, ...facts }: StreamFacts, from: FileStream, signal: AbortSignal): Promise<LandedFile> {
    const { file, bytes, sha256, ends } = await spoolFile(tempDir, from, signal);
    try {
      return await landOnce({ ...facts, observedAt: observedAt(ends), bytes, sha256 }, async () => ({ file }));
    } finally {
      await rm(file, { force: true });
    }
  }

  return {
    openPages,
    landFile,
    landStream,
    isWhole: (key) => files.has(key),
    landed: (since) => readNotes(store, since),
    exists: (key) => exists(store, key),
  };
}
