import { z } from 'zod';
import { PipelineError } from '../kernel/errors.ts';
import type { Consumed, ConsumedSegment } from './catalog.ts';
import { sortedSegments } from './catalog-text.ts';

/** Segments of one size that are merged into one. */
export const FAN_IN = 100;
/** Raw objects in the longest segment (about 3 MB): who asks for the newest ones reads no more than they need. */
export const LONGEST = FAN_IN ** 2;

/** Small text files that are written once, under keys as the object store has them. */
export interface SegmentFiles {
  /** Atomic, durable when resolved. Throws where the key is taken. */
  write(key: string, text: string): Promise<void>;
  /** Null where there is none. */
  read(key: string): Promise<string | null>;
}

const count = z.int().nonnegative();
const Line = z.object({
  landedId: z.string().min(1),
  rawKey: z.string().min(1),
  stream: z.string().min(1),
  account: z.string().min(1),
  runId: z.string().min(1),
  tally: z.object({ read: count, kept: count, merged: count, duplicate: count, filtered: count, quarantined: count }),
});

function lineOf({ landedId, rawKey, stream, account, runId, tally }: Consumed): string {
  const { read, kept, merged, duplicate, filtered, quarantined } = tally;
  return JSON.stringify({ landedId, rawKey, stream, account, runId, tally: { read, kept, merged, duplicate, filtered, quarantined } });
}

const byLanding = (a: Consumed, b: Consumed): number => {
  if (a.landedId !== b.landedId) return a.landedId < b.landedId ? -1 : 1;
  return a.rawKey < b.rawKey ? -1 : 1;
};

/**
 * 0 for fewer than {@link FAN_IN} raw objects, 1 for fewer than {@link LONGEST}, 2 for those that are never merged again. A hundred
 * segments of one tier make one of the next, so a raw object is written at most three times: a commit costs the same at any age.
 */
const tierOf = ({ count }: ConsumedSegment): 0 | 1 | 2 => (count < FAN_IN ? 0 : count < LONGEST ? 1 : 2);

/** The segments of the lowest tier that has enough to merge; null where none has. */
function crowdOf(segments: readonly ConsumedSegment[]): readonly ConsumedSegment[] | null {
  const tiers = [0, 1].map((tier) => segments.filter((segment) => tierOf(segment) === tier));
  return tiers.find((members) => members.length >= FAN_IN) ?? null;
}

export interface ConsumedSegments {
  /** New files with all of them, {@link LONGEST} in each but the last; none for none. */
  write(consumed: readonly Consumed[]): Promise<readonly ConsumedSegment[]>;
  /** Ascending by `landedId`. Throws `corrupt` naming the key. */
  read(segment: ConsumedSegment): Promise<readonly Consumed[]>;
  /** The same raw objects in fewer segments where one size has a hundred; the files of the merged ones stay. */
  merge(segments: readonly ConsumedSegment[]): Promise<readonly ConsumedSegment[]>;
}

/** @param newName unlike any name before, `[a-z0-9-]+` */
export function createConsumedSegments(files: SegmentFiles, newName: () => string): ConsumedSegments {
  async function writeOne(sorted: readonly Consumed[], first: Consumed, last: Consumed): Promise<ConsumedSegment> {
    const key = `catalog/segments/${newName()}.ndjson`;
    await files.write(key, sorted.map((one) => `${lineOf(one)}\n`).join(''));
    return { key, from: first.landedId, to: last.landedId, count: sorted.length };
  }

  async function write(consumed: readonly Consumed[]): Promise<readonly ConsumedSegment[]> {
    const sorted = [...consumed].sort(byLanding);
    const written: ConsumedSegment[] = [];
    for (let start = 0; start < sorted.length; start += LONGEST) {
      const part = sorted.slice(start, start + LONGEST);
      const [first, last] = [part[0], part.at(-1)];
      if (first !== undefined && last !== undefined) written.push(await writeOne(part, first, last));
    }
    return written;
  }

  async function read({ key, count }: ConsumedSegment): Promise<readonly Consumed[]> {
    const damaged = (what: string, cause?: unknown): PipelineError =>
      new PipelineError(`${key} is damaged: ${what}`, {
        code: 'corrupt',
        hint: 'Restore it from a backup, or run: tonearm rebuild',
        cause,
      });
    const text = await files.read(key);
    if (text === null) throw damaged('it is missing');
    const lines = text.split('\n').slice(0, -1);
    if (lines.length !== count) throw damaged(`it has ${lines.length} lines where the catalog says ${count}`);
    try {
      return lines.map((line) => Line.parse(JSON.parse(line)));
    } catch (cause) {
      throw damaged('a line is no consumed raw object', cause);
    }
  }

  async function merge(segments: readonly ConsumedSegment[]): Promise<readonly ConsumedSegment[]> {
    const crowd = crowdOf(segments);
    if (crowd === null) return sortedSegments(segments);
    const members: (readonly Consumed[])[] = [];
    for (const segment of crowd) members.push(await read(segment));
    const merged = await write(members.flat());
    return merge([...segments.filter((segment) => !crowd.includes(segment)), ...merged]);
  }

  return { write, read, merge };
}
