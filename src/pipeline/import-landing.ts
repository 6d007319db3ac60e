import { createHash } from 'node:crypto';
import { asPipelineError } from '../kernel/errors.ts';
import { APP_ACCOUNT, type RawFormat, type Source } from '../landing/raw.ts';
import type { LandedFile, StreamFacts } from '../landing/raw-writer.ts';
import { CONTRACT_VERSION } from '../source/contract.ts';
import { checkFile, isExportedListStream, newestDay } from '../source/export/lists.ts';
import { newestTime } from '../source/export/recognition.ts';
import { type ExportStream, PERSONAL_STREAMS, type StreamName } from '../source/types.ts';
import type { FileSummary } from '../tables/run-summary.ts';
import type { Context } from './context.ts';
import { type Diagnosis, diagnose } from './diagnosis.ts';
import type { InputFile } from './import-file.ts';
import type { FoundFile } from './import-recognition.ts';
import { NO_RECORDS } from './summary.ts';

/**
 * The moment in the name of a file of the classic course: `spotify_raw_2024-01-15 10:23:45.123456.json`, with any of `_`, `T`, `-`, `:` or
 * nothing between the parts. Those functions ran in UTC.
 */
export function dateInName(name: string): Date | null {
  const match = /spotify_raw_(\d{4})-?(\d\d)-?(\d\d)(?:[ T_]?(\d\d)[:_-]?(\d\d)(?:[:_-]?(\d\d)(?:\.(\d{1,6}))?)?)?/i.exec(name);
  if (match === null) return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0'] = match;
  const ms = Number(fraction.padEnd(6, '0').slice(0, 3));
  const at = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second), ms);
  return Number.isNaN(at) ? null : new Date(at);
}

export interface Importing {
  readonly context: Context;
  readonly runId: string;
  readonly account: string;
  /** Of answers of the Web API; histories are `export`, or `sample` like these. */
  readonly source: Source;
}

const KNOWN = 'the same bytes were landed before';

export interface LandedInput {
  readonly summary: FileSummary;
  /** Nothing of it is in the tables, and it is nothing known that they are not made of. */
  readonly isUnread: boolean;
}

const unlanded = (file: InputFile, outcome: 'refused' | 'left_alone', note: string): LandedInput => ({
  summary: { ...NO_RECORDS, name: file.name, outcome, stream: null, sha256: null, rawKey: null, note },
  isUnread: outcome === 'refused',
});

/** The folder that a file lies in: the files of one package lie together. */
const folderOf = ({ name }: InputFile): string => name.slice(0, Math.max(...['/', '\\', '!'].map((mark) => name.lastIndexOf(mark) + 1)));

/** The newest moment that the histories of each folder tell of: lists of the same package are about as old. */
type NewestTimes = Map<string, Date>;

const later = (a: Date | null | undefined, b: Date | null | undefined): Date | null =>
  a == null || (b != null && b > a) ? (b ?? null) : a;

const isPersonal = (stream: StreamName | ExportStream): boolean =>
  isExportedListStream(stream) || (PERSONAL_STREAMS as ReadonlySet<string>).has(stream);

function sourceOfBody(source: Source, stream: string): Source {
  return source !== 'sample' && isExportedListStream(stream) ? 'export' : source;
}

const newestIn = (ofPackage: Date | undefined, found: Diagnosis): Date | null =>
  later(ofPackage, found.kind === 'body' ? newestDay(found.body) : null);

async function landBody(
  importing: Importing,
  file: InputFile,
  found: Exclude<Diagnosis, { kind: 'refused' }>,
  newest: NewestTimes,
): Promise<LandedInput> {
  const { context, runId, account, source } = importing;
  const stream = found.kind === 'body' ? found.stream : 'unplaced';
  const format: RawFormat = found.kind === 'body' || found.isJson ? 'object' : 'opaque';
  const isSound = found.kind === 'body' && checkFile(found.stream, found.body).violations.length === 0;
  const { raw, outcome } = await context.landing.landFile({
    bytes: found.bytes,
    stream,
    account: found.kind === 'body' && isPersonal(found.stream) ? account : APP_ACCOUNT,
    source: sourceOfBody(source, stream),
    format,
    name: file.name,
    observedAt: (isExportedListStream(stream) ? newestIn(newest.get(folderOf(file)), found) : dateInName(file.name)) ?? file.entryDate,
    contract: isSound ? CONTRACT_VERSION : null,
    runId,
  });
  const isPlaced = found.kind === 'body';
  const notes = [...(outcome === 'known' ? [KNOWN] : []), ...(isPlaced ? [] : [`${found.code}: ${found.message}`])];
  const summary: FileSummary = {
    ...NO_RECORDS,
    name: file.name,
    outcome: outcome === 'known' ? 'known' : isPlaced ? 'landed' : 'quarantined',
    stream: isPlaced ? stream : null,
    sha256: createHash('sha256').update(found.bytes).digest('hex'),
    rawKey: raw.key,
    note: notes.length === 0 ? null : notes.join('; '),
  };
  return { summary, isUnread: !isPlaced && found.code !== 'no_table' };
}

async function landUnknown(importing: Importing, file: InputFile, newest: NewestTimes): Promise<LandedInput> {
  const bytes = await file.read();
  if ('refused' in bytes) return unlanded(file, 'refused', bytes.refused);
  const found = diagnose(bytes, file.name);
  return found.kind === 'refused' ? unlanded(file, 'refused', found.message) : landBody(importing, file, found, newest);
}

/** A damaged file is one of many: it is named, and the others go on. */
async function unlessDamaged(work: Promise<LandedFile>): Promise<LandedFile | string> {
  try {
    return await work;
  } catch (error) {
    const failure = asPipelineError(error);
    if (failure.code !== 'bad_input') throw error;
    return failure.message;
  }
}

interface History {
  readonly file: InputFile;
  readonly stream: string;
  /** Told of bytes as they are read. */
  readonly told: (bytes: number) => void;
  readonly newest: NewestTimes;
}

async function landHistory(
  { context, runId, account, source }: Importing,
  { file, stream, told, newest }: History,
  signal: AbortSignal,
): Promise<LandedInput> {
  const opened = await file.open();
  if ('refused' in opened) return unlanded(file, 'refused', opened.refused);
  const facts: StreamFacts = {
    stream,
    account,
    source: source === 'sample' ? source : 'export',
    format: 'array',
    name: file.name,
    observedAt: ({ first, last }) => newestTime(first, last) ?? file.entryDate,
    contract: null,
    runId,
  };
  const landed = await unlessDamaged(context.landing.landStream(facts, { ...opened, told }, signal));
  if (typeof landed === 'string') return unlanded(file, 'refused', landed);
  const { raw, outcome } = landed;
  const note = outcome === 'known' ? KNOWN : null;
  const newer = later(newest.get(folderOf(file)), raw.observedAt);
  if (newer !== null) newest.set(folderOf(file), newer);
  const summary: FileSummary = { ...NO_RECORDS, name: file.name, outcome, stream, sha256: raw.sha256, rawKey: raw.key, note };
  return { summary, isUnread: false };
}

/** Histories that are read at one time: unpacking, packing and hashing take turns on two cores, and memory stays flat. */
const PARALLEL = 2;

/** Tells of bytes read out of all there are; a file that was passed over counts as read. */
function createTally(
  context: Context,
  account: string,
  files: readonly FoundFile[],
): (file: InputFile) => { add: History['told']; end: () => void } {
  const total = files.reduce((sum, { file }) => sum + file.size, 0);
  let done = 0;
  const tell = (): void => context.progress({ step: 'import', account, done, total, unit: 'bytes' });
  return ({ size }) => {
    let read = 0;
    const add = (bytes: number): void => {
      // What is packed grows beyond the size that is known of it.
      const counted = Math.min(bytes, size - read);
      read += counted;
      done += counted;
      tell();
    };
    return { add, end: () => add(size) };
  };
}

/**
 * Lands the files of an import: histories as they stream by, answers of the Web API as they are. Nothing is asked of Spotify, and nothing but
 * the landing zone changes. What cannot be placed is kept and will be listed in quarantine; what must not be kept (a token) is refused; what
 * no table is made of is left alone; the rest goes on. In the order of the files.
 */
export async function landFiles(importing: Importing, files: readonly FoundFile[], signal: AbortSignal): Promise<readonly LandedInput[]> {
  const { context, account } = importing;
  const tally = createTally(context, account, files);
  const landed = new Map<FoundFile, LandedInput>();
  const newest: NewestTimes = new Map();

  async function landOne(one: FoundFile): Promise<void> {
    signal.throwIfAborted();
    const { file, found } = one;
    const { add, end } = tally(file);
    if (found.kind === 'history') landed.set(one, await landHistory(importing, { file, stream: found.stream, told: add, newest }, signal));
    else if (found.kind === 'unknown') landed.set(one, await landUnknown(importing, file, newest));
    else landed.set(one, unlanded(file, found.kind === 'other' ? 'left_alone' : 'refused', found.why));
    end();
    await context.renewLease();
  }
  async function landAll(queue: Iterator<FoundFile>): Promise<void> {
    for (let next = queue.next(); next.done !== true; next = queue.next()) await landOne(next.value);
  }

  // Histories come first: they date the lists that lie beside them.
  const histories = files.filter(({ found }) => found.kind === 'history').values();
  await Promise.all(Array.from({ length: PARALLEL }, () => landAll(histories)));
  for (const one of files) if (one.found.kind !== 'history') await landOne(one);
  return files.flatMap((one) => landed.get(one) ?? []);
}
