import { secondText } from '../world/calendar.ts';
import { createRandom, type Random } from '../world/random.ts';
import type { Form, FormShape, SeriesKind } from './forms.ts';
import type { OpenPlay } from './open-play.ts';
import type { ExportedFile } from './truth.ts';

/** A record that waits for its file to be full. */
export interface Row {
  /** Milliseconds, a whole second. */
  readonly ts: number;
  /** As bytes: a text made of many parts takes several times their room. */
  readonly bytes: Buffer;
  readonly play: OpenPlay;
  /** What it repeats of this package. */
  readonly repeats: 'nothing' | 'exactly' | 'nearly';
}

/** The files of one kind in one package, in order. Holds the rows of one file at a time. */
export interface Series {
  /** A promise where this filled a file: wait for it before the next. */
  add(row: Row): Promise<void> | null;
  /** The row goes into the file after the present one, or into the present one if there is none. */
  carry(row: Row): void;
  end(): Promise<void>;
}

export interface SeriesOptions {
  readonly seed: string;
  readonly form: Form;
  readonly shape: FormShape;
  readonly kind: SeriesKind;
  /** Writes one file of the package, and says what `tonearm import` calls it. */
  readonly write: (path: string, chunks: Iterable<Buffer>) => Promise<{ readonly file: string; readonly bytes: number }>;
  readonly closed: (file: Omit<ExportedFile, 'package'>, plays: ReadonlySet<OpenPlay>) => void;
}

export function createSeries(options: SeriesOptions): Series {
  const { shape } = options;
  let rows: Row[] = [];
  let carried: Row[] = [];
  let bytes = 0;
  let count = 0;

  const close = async (isLast: boolean): Promise<void> => {
    const isOnly = isLast && count === 0;
    const full = rows.sort((a, b) => a.ts - b.ts);
    rows = carried;
    carried = [];
    bytes = rows.reduce((sum, row) => sum + row.bytes.length, 0);
    await writeFile(options, full, count++, isOnly);
  };
  return {
    add: (row) => {
      rows.push(row);
      bytes += row.bytes.length;
      const isFull = rows.length >= (shape.mostRows ?? Number.POSITIVE_INFINITY) || bytes >= (shape.mostBytes ?? Number.POSITIVE_INFINITY);
      return isFull ? close(false) : null;
    },
    carry: (row) => {
      carried.push(row);
    },
    end: async () => {
      rows.push(...carried);
      carried = [];
      if (rows.length > 0) await close(true);
    },
  };
}

async function writeFile(
  { seed, form, shape, kind, write, closed }: SeriesOptions,
  inOrder: readonly Row[],
  n: number,
  isOnly: boolean,
): Promise<void> {
  const [first, last] = [inOrder[0], inOrder.at(-1)];
  if (first === undefined || last === undefined) return;
  const rows = shape.isShuffled ? shuffled(createRandom(seed, form, kind, n), inOrder) : inOrder;
  const path = `${shape.folder}/${shape.fileName(kind, n, yearsOf(first.ts, last.ts), isOnly)}`;
  const { file, bytes } = await write(path, chunksOf(shape.frame, rows));
  const kinds = { track: 0, episode: 0, chapter: 0, local: 0 };
  rows.forEach(({ play }, item) => {
    play.evidence.push({ file, item });
    kinds[play.kept.play.kind] += 1;
  });
  const plays = new Set(rows.map((row) => row.play));
  closed(
    {
      ...{ file, kind, kinds, bytes, records: rows.length, plays: plays.size },
      duplicates: rows.filter((row) => row.repeats === 'exactly').length,
      nearCopies: rows.filter((row) => row.repeats === 'nearly').length,
      first: secondText(first.ts),
      last: secondText(last.ts),
    },
    plays,
  );
}

/** Rows in one chunk: a file is never whole in memory a second time. */
const CHUNK_ROWS = 500;

function* chunksOf([before, between, after]: FormShape['frame'], rows: readonly Row[]): Generator<Buffer> {
  const comma = Buffer.from(between);
  for (let from = 0; from < rows.length; from += CHUNK_ROWS) {
    const parts = rows.slice(from, from + CHUNK_ROWS).flatMap((row, i) => (from + i === 0 ? [row.bytes] : [comma, row.bytes]));
    yield Buffer.concat(from === 0 ? [Buffer.from(before), ...parts] : parts);
  }
  yield Buffer.from(after);
}

function yearsOf(first: number, last: number): string {
  const [from, to] = [new Date(first).getUTCFullYear(), new Date(last).getUTCFullYear()];
  return from === to ? String(from) : `${from}-${to}`;
}

function shuffled<T>(random: Random, things: readonly T[]): readonly T[] {
  const keyed = things.map((thing) => ({ thing, key: random.next() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ thing }) => thing);
}
