import type { z } from 'zod';
import { PipelineError } from '../kernel/errors.ts';
import type { Violation } from '../kernel/violation.ts';
import { recordContract } from './contracts/streams.ts';
import { fieldOf, isArray } from './json.ts';
import { type BodyRecord, recordsOf } from './records.ts';
import { STREAM_NAMES, type StreamName } from './types.ts';

/** Raised when a record that passed may no longer pass, or the other way round: whatever was checked under another one is checked again. */
export const CONTRACT_VERSION = 2;

/** More than this about one record tells nobody anything new. */
const VIOLATIONS_PER_RECORD = 20;
/** Deeper than anything that Spotify sends; keeps a hostile file from exhausting the stack. */
const DEEPEST = 64;

export interface Checked {
  readonly records: number;
  readonly violations: readonly Violation[];
}

/**
 * Checks each record of an answer against what the tables read of it: types and ranges of those fields alone, and that no text or key
 * anywhere in it holds half of a surrogate pair. Null elements are records and nothing wrong. At most 20 violations a record, each about
 * another field.
 *
 * Throws `internal` for a stream that there is no contract for.
 */
export function checkBody(stream: string, body: unknown): Checked {
  if (!isStream(stream)) throw new PipelineError(`no contract for the stream ${stream}`, { code: 'internal' });
  const records = recordsOf(stream, body);
  if (records === null) return { records: 1, violations: [withoutList(body)] };
  return { records: records.length, violations: records.flatMap((record) => checkRecord(stream, record)) };
}

const isStream = (name: string): name is StreamName => (STREAM_NAMES as readonly string[]).includes(name);

const withoutList = (body: unknown): Violation => ({
  record: [],
  field: '',
  code: 'missing_field',
  message: `expected the stream's list, found ${described(body)}`,
});

function checkRecord(stream: StreamName, { path, value }: BodyRecord): readonly Violation[] {
  if (value === null) return [];
  const faults = recordFaults(recordContract(stream, path), value, stream === 'playlists' && path.length === 0);
  return faults.map((fault) => ({ record: path, ...fault }));
}

/** What is wrong with one record. */
export type Fault = Omit<Violation, 'record'>;

/** What is wrong with a value under a contract: at most 20 faults, each about another field. */
export function recordFaults(contract: z.ZodType, value: unknown, isPlaylist = false): readonly Fault[] {
  const badText = textFault(value, isPlaylist, 0);
  const result = contract.safeParse(value);
  if (badText === null && result.success) return [];
  const faults = [
    ...(badText === null ? [] : [badText]),
    ...(result.error?.issues ?? []).map((issue) => shapeFault(value, issue.path.map(String), issue)),
  ];
  return [...new Map(faults.map((fault) => [fault.field, fault])).values()].slice(0, VIOLATIONS_PER_RECORD);
}

interface Issue {
  readonly code?: string | undefined;
  readonly expected?: unknown;
  readonly message: string;
}

function shapeFault(record: unknown, path: readonly string[], issue: Issue): Fault {
  const value = path.reduce(valueAt, record);
  const expected = issue.code === 'invalid_type' ? String(issue.expected) : issue.message;
  return { field: path.join('.'), code: codeOf(issue, value), message: `expected ${expected}, found ${described(value)}` };
}

const valueAt = (value: unknown, name: string): unknown => (isArray(value) ? value[Number(name)] : fieldOf(value, name));

function codeOf(issue: Issue, value: unknown): string {
  if (value === undefined) return 'missing_field';
  if (issue.code !== 'invalid_type') return 'bad_value';
  // A number that is not whole is of the right type and the wrong value.
  return typeof value === 'number' && (issue.expected === 'int' || issue.expected === 'number') ? 'bad_value' : 'wrong_type';
}

/** Type and value for a person; never more than 200 characters of the value. */
function described(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  return `${typeof value} ${JSON.stringify(value).slice(0, 200).toWellFormed()}`;
}

/**
 * The first text below `value` that is no well-formed Unicode; DuckDB refuses the whole batch for one. Elements of a page embedded in a
 * playlist are records of their own and are left out here.
 */
function textFault(value: unknown, isPlaylist: boolean, depth: number): Fault | null {
  if (typeof value === 'string') {
    return value.isWellFormed() ? null : { field: '', code: 'lone_surrogate', message: `half of a surrogate pair in ${described(value)}` };
  }
  if (typeof value !== 'object' || value === null) return null;
  if (depth === DEEPEST) return { field: '', code: 'bad_value', message: `nested deeper than ${DEEPEST} levels` };
  for (const key in value) {
    if (!isArray(value) && !key.isWellFormed()) {
      return { field: key.toWellFormed(), code: 'lone_surrogate', message: `half of a surrogate pair in the name of a field` };
    }
    const child = (value as Readonly<Record<string, unknown>>)[key];
    const isEmbedded = isPlaylist && depth === 1 && key === 'items';
    const fault = isEmbedded ? null : textFault(child, isPlaylist, depth + 1);
    if (fault !== null) return { ...fault, field: fault.field === '' ? key : `${key}.${fault.field}` };
  }
  return null;
}
