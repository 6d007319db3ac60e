import { createHash } from 'node:crypto';
import { PipelineError } from '../kernel/errors.ts';
import { readNotes } from '../landing/landing-notes.ts';
import type { Key } from '../landing/object-store.ts';
import type { RawLine, RawObject } from '../landing/raw.ts';
import { readRawLines, readRawText } from '../landing/raw-reader.ts';
import { CONTRACT_VERSION, checkBody } from '../source/contract.ts';
import type { Context } from './context.ts';
import { timeOfId } from './ids.ts';

/** What became of one raw object that somebody was told of. */
export interface Staged {
  readonly key: Key;
  /** `sound`: a build may take it. `gone`: it was removed since, which is nobody's fault. */
  readonly outcome: 'sound' | 'gone';
  /** Unpacked. */
  readonly bytes: number;
  /** Records that break the contract, which the build sets aside; null where a build looks. */
  readonly faults: number | null;
}

type Place = Pick<Context, 'store' | 'removals' | 'landing'>;

const PAGES =
  /^raw\/(?<stream>[a-z0-9_-]+)\/account=(?<account>[a-z0-9_-]+)\/dt=\d{4}-\d\d-\d\d\/(?<run>\d{8}t\d{9}z-[0-9a-f]{8})-\d+\.ndjson\.gz$/;
const FILE = /^raw\/[a-z0-9_-]+\/account=(?<account>[a-z0-9_-]+)\/file\/(?<sha256>[0-9a-f]{64})\.json\.gz$/;

/** A run lands within this; a note that follows it by more is another's. */
const RUN_MS = 24 * 60 * 60 * 1000;

const corrupt = (message: string, hint: string): PipelineError => new PipelineError(message, { code: 'corrupt', hint });

/** The note was written before its object and after its run began, by the same clock, whatever that says. */
async function noteOf({ store }: Place, key: Key, runId: string): Promise<RawObject> {
  const [began = ''] = runId.split('-');
  const last = (timeOfId(runId) ?? 0) + RUN_MS;
  for await (const note of readNotes(store, began)) {
    if (note.key === key) return note;
    if ((timeOfId(note.landedId) ?? 0) > last) break;
  }
  throw corrupt(`${key} has no landing note, so no build would find it`, 'Remove it, or import it again.');
}

interface Weighed {
  readonly bytes: number;
  readonly sha256: string;
}

/** Errors: `corrupt` where it is no whole gzip file. */
async function weigh({ store }: Place, key: Key, signal: AbortSignal): Promise<Weighed> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of readRawText(store, key)) {
    signal.throwIfAborted();
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

async function faultsIn({ store }: Place, { key, stream }: RawObject): Promise<number> {
  let faults = 0;
  for await (const { line, text } of readRawLines(store, key)) {
    const { status, body } = parsed(key, line, text);
    if (status < 200 || status >= 300 || body === undefined) continue;
    faults += checkBody(stream, body).violations.length;
  }
  return faults;
}

function parsed(key: Key, line: number, text: string): RawLine {
  try {
    return JSON.parse(text) as RawLine;
  } catch (error) {
    if (error instanceof SyntaxError) throw corrupt(`line ${line} of ${key} is no JSON`, 'Restore it from a backup, or remove it.');
    throw error;
  }
}

function checkSum(key: Key, found: Weighed, sha256: string): void {
  if (found.sha256 === sha256) return;
  throw corrupt(`${key} is damaged: its bytes are not those that were landed`, 'Restore it from a backup, or remove it and land it again.');
}

/**
 * Looks at one raw object to its end: whether it is whole, its bytes are those that were landed, and, of answers that nobody has checked yet, how
 * many records break the contract. Changes nothing, so it may be done twice, late and in any order. Holds one answer in memory.
 *
 * Errors: `corrupt` for an object that no build could read; `bad_input` for a key that is none of raw.
 */
export async function stageObject(place: Place, key: Key, signal: AbortSignal): Promise<Staged> {
  const pages = PAGES.exec(key)?.groups;
  const file = FILE.exec(key)?.groups;
  const account = pages?.account ?? file?.account;
  if (account === undefined) {
    throw new PipelineError(`${key} is no raw object`, {
      code: 'bad_input',
      hint: 'Nothing but Tonearm may write below raw/: see what wrote it.',
    });
  }
  const gone: Staged = { key, outcome: 'gone', bytes: 0, faults: null };
  const { closed, covers } = await place.removals.read();
  if (closed.has(account) || !(await place.landing.exists(key))) return gone;
  if (file !== undefined) {
    const found = await weigh(place, key, signal);
    checkSum(key, found, file.sha256 ?? '');
    return { key, outcome: 'sound', bytes: found.bytes, faults: null };
  }
  const note = await noteOf(place, key, pages?.run ?? '');
  if (covers(note)) return gone;
  const found = await weigh(place, key, signal);
  checkSum(key, found, note.sha256);
  const faults = note.contract === CONTRACT_VERSION ? 0 : await faultsIn(place, note);
  return { key, outcome: 'sound', bytes: found.bytes, faults };
}
