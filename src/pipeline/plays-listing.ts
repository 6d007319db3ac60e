import type { Engine, Scalar } from '../engines/engine.ts';
import { PipelineError } from '../kernel/errors.ts';
import type { Landing } from '../landing/raw-writer.ts';
import { reasonText } from './plays-reasons.ts';
import { spanOf } from './plays-span.ts';
import evidenceSql from './sql/plays_evidence.sql';
import playsSql from './sql/plays_listing.sql';

export interface PlayChoice {
  /** As {@link spanOf} takes it, in the time zone of each account. */
  readonly span: string;
  /** Null: every account. */
  readonly account: string | null;
  readonly withEvidence: boolean;
  /** Plays shown at most, the first ones. */
  readonly limit: number;
}

/** One record of a file or answer that speaks of a play. */
export interface EvidenceOfPlay {
  readonly account: string;
  readonly origin: string;
  readonly verdict: string;
  /** Rule that gave the verdict; null where none was needed. */
  readonly reason: string | null;
  readonly because: string;
  /** Name of the file as it was imported; null for what was polled by a run. */
  readonly file: string | null;
  readonly rawKey: string;
  /** 1-based line of the raw object. */
  readonly line: number;
  /** 0-based place in the file's list, or in the answer's. */
  readonly record: number | null;
  /** As in {@link ListedPlay}; of an export, the start of the second or minute. */
  readonly localTime: string;
  readonly endedAt: string;
  /** What it tells of, for a record that adds no play. */
  readonly title: string | null;
  readonly artist: string | null;
  /** Further records equal to it in every column: polls see the same plays again. */
  readonly copies: number;
}

export interface ListedPlay {
  readonly playId: string;
  readonly account: string;
  /** What the clock on the wall showed when it ended, `YYYY-MM-DD HH:MM:SS`. */
  readonly localTime: string;
  readonly endedAt: string;
  readonly kind: string;
  readonly title: string | null;
  /** Artist, or show. */
  readonly artist: string | null;
  /** Null where it was only polled. */
  readonly msPlayed: number | null;
  readonly confidence: string;
  /** Where Spotify shows it; null for what Spotify does not have. */
  readonly url: string | null;
  /** A rule of the person's keeps it out of reports. */
  readonly isHidden: boolean;
  /** Null where it was not asked for. */
  readonly evidence: readonly EvidenceOfPlay[] | null;
}

export interface PlayList {
  readonly from: string;
  readonly until: string;
  readonly plays: readonly ListedPlay[];
  /** There are more plays than were asked for. */
  readonly isCut: boolean;
  /** Records of the span that add no play; null where it was not asked for. */
  readonly withoutPlay: readonly EvidenceOfPlay[] | null;
}

const UNBOUNDED = { rows: Number.MAX_SAFE_INTEGER, bytes: 1024 * 1024 * 1024, ms: 600_000 };

type Params = Readonly<Record<string, Scalar>>;
type Row = Readonly<Record<string, Scalar>>;

/** All rows of an answer, by the names of its columns. */
export async function rowsOf(engine: Engine, sql: string, params: Params, signal: AbortSignal): Promise<readonly Row[]> {
  const { columns, batches } = await engine.query({ sql, params, limits: UNBOUNDED, trust: 'ours' }, signal);
  const rows: Row[] = [];
  for await (const batch of batches)
    for (const row of batch) rows.push(Object.fromEntries(columns.map(({ name }, at) => [name, row[at] ?? null])));
  return rows;
}

const text = (value: Scalar | undefined): string => String(value ?? '');
const textOrNull = (value: Scalar | undefined): string | null => (value === null || value === undefined ? null : String(value));
const numberOrNull = (value: Scalar | undefined): number | null => (value === null || value === undefined ? null : Number(value));

/** Names of imported answers, by raw key: no table has them, so they are looked for only where there are such. */
async function answerNames(landing: Landing, rows: readonly Row[]): Promise<ReadonlyMap<string, string>> {
  const isImported = ({ file_name: name, raw_key: key }: Row): boolean => name === null && text(key).includes('/file/');
  const sought = new Set(rows.filter(isImported).map(({ raw_key: key }) => text(key)));
  const names = new Map<string, string>();
  if (sought.size === 0) return names;
  for await (const { key, name } of landing.landed()) if (sought.has(key) && name !== null) names.set(key, name);
  return names;
}

const toEvidence = (row: Row, names: ReadonlyMap<string, string>): EvidenceOfPlay => ({
  account: text(row.account_id),
  origin: text(row.origin),
  verdict: text(row.verdict),
  reason: textOrNull(row.reason),
  because: reasonText(text(row.verdict), textOrNull(row.reason)),
  file: textOrNull(row.file_name) ?? names.get(text(row.raw_key)) ?? null,
  rawKey: text(row.raw_key),
  line: Number(row.raw_line),
  record: numberOrNull(row.raw_item),
  localTime: text(row.local_time),
  endedAt: text(row.ended_from),
  title: textOrNull(row.title),
  artist: textOrNull(row.artist),
  copies: Number(row.copy_count),
});

const toPlay = (row: Row, evidence: readonly EvidenceOfPlay[] | null): ListedPlay => ({
  playId: text(row.play_id),
  account: text(row.account_id),
  localTime: text(row.local_time),
  endedAt: text(row.ended_at),
  kind: text(row.kind),
  title: textOrNull(row.title),
  artist: textOrNull(row.artist),
  msPlayed: numberOrNull(row.ms_played),
  confidence: text(row.confidence),
  url: textOrNull(row.url),
  isHidden: row.is_hidden === true,
  evidence,
});

/**
 * The plays that ended in a span of time, in the order of time, and on demand the records that they are made of, and those of the span that add
 * no play. Times of the span are those of each account's own time zone. Rules hide nothing here.
 *
 * Errors: `usage` for what is no span.
 */
export async function listPlays(engine: Engine, landing: Landing, choice: PlayChoice, signal: AbortSignal): Promise<PlayList> {
  const { from, until } = spanOf(choice.span);
  const shared = { from, until, account: choice.account, limit: choice.limit, play: null };
  const found = await rowsOf(engine, playsSql, shared, signal);
  const isCut = found.length > choice.limit;
  const shown = found.slice(0, choice.limit);
  if (!choice.withEvidence) return { from, until, plays: shown.map((row) => toPlay(row, null)), isCut, withoutPlay: null };

  const evidence = await evidenceOf(engine, landing, shared, signal);
  const plays = shown.map((row) => toPlay(row, evidence.get(text(row.play_id)) ?? []));
  return { from, until, plays, isCut, withoutPlay: evidence.get('') ?? [] };
}

/** By the id of the play; what adds no play, under the empty one. */
async function evidenceOf(
  engine: Engine,
  landing: Landing,
  params: Params,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly EvidenceOfPlay[]>> {
  const evidence = new Map<string, EvidenceOfPlay[]>();
  const records = await rowsOf(engine, evidenceSql, params, signal);
  const names = await answerNames(landing, records);
  for (const row of records) {
    const id = text(row.play_id);
    evidence.set(id, [...(evidence.get(id) ?? []), toEvidence(row, names)]);
  }
  return evidence;
}

/** A play with the records that it is made of. Errors: `not_found`. */
export async function showPlay(engine: Engine, landing: Landing, playId: string, signal: AbortSignal): Promise<ListedPlay> {
  const whole = { from: '1000-01-01', until: '9000-01-01', account: null, limit: 1, play: playId };
  const [row] = await rowsOf(engine, playsSql, whole, signal);
  if (row === undefined)
    throw new PipelineError(`there is no play ${playId}`, { code: 'not_found', hint: 'A build may have joined it with another.' });
  const evidence = await evidenceOf(engine, landing, whole, signal);
  return toPlay(row, evidence.get(playId) ?? []);
}
