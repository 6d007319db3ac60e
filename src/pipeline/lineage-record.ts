import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine, Scalar } from '../engines/engine.ts';
import { PipelineError } from '../kernel/errors.ts';
import { suggestion } from '../kernel/nearest.ts';
import type { RawObject } from '../landing/raw.ts';
import { isHistoryStream } from '../source/export/history-contract.ts';
import { openWarehouse } from '../transform/duckdb.ts';
import { type RecordVerdict, recordVerdicts } from '../transform/record-verdicts.ts';
import type { Context } from './context.ts';
import { withEngine } from './engine-access.ts';
import type { FateChoice, RecordFate } from './findings.ts';
import { reasonText } from './plays-reasons.ts';
import { recordText } from './quarantined-record.ts';
import { verify } from './verify.ts';

const MOST_TEXT = 64 * 1024;
const LIMITS = { rows: 1_000, bytes: 16 * 1024 * 1024, ms: 600_000 };
/** Of a sha256, enough to be no name. */
const LEAST_HASH = 8;
const MOST_NAMED = 5;

type Fault = RecordFate['faults'][number];

function isMeant({ key, sha256, name }: RawObject, asked: string): boolean {
  const ownKey = key.slice(key.lastIndexOf('/') + 1);
  if ([key, ownKey, ownKey.replace(/\.(nd)?json\.gz$/, '')].includes(asked)) return true;
  if (asked.length >= LEAST_HASH && /^[0-9a-f]+$/i.test(asked) && sha256.startsWith(asked.toLowerCase())) return true;
  return name !== null && (name === asked || name.endsWith(`/${asked}`) || name.endsWith(`!${asked}`));
}

async function rawNamed({ landing }: Context, asked: string): Promise<RawObject> {
  const found = new Map<string, RawObject>();
  const names = new Set<string>();
  for await (const raw of landing.landed()) {
    if (raw.name !== null) names.add(raw.name);
    if (isMeant(raw, asked)) found.set(raw.key, raw);
  }
  const [only, another] = found.values();
  if (only === undefined) {
    const hint = suggestion(asked, [...names]) ?? 'Give the name of an imported file, its sha256, or a raw key.';
    throw new PipelineError(`nothing in raw is called ${asked}`, { code: 'not_found', hint });
  }
  if (another === undefined) return only;
  const told = [...found.values()].slice(0, MOST_NAMED).map(({ name, key, sha256 }) => `${name ?? key} (${sha256.slice(0, 12)})`);
  throw new PipelineError(`${found.size} files in raw are called ${asked}`, {
    code: 'usage',
    hint: `Say more of the name, or the first digits of the sha256: ${told.join(', ')}${found.size > MOST_NAMED ? ', …' : ''}`,
  });
}

type Row = readonly Scalar[];

async function rowsOf(engine: Engine, sql: string, params: Readonly<Record<string, Scalar>>, signal: AbortSignal): Promise<readonly Row[]> {
  const { batches } = await engine.query({ sql, params, limits: LIMITS, trust: 'ours' }, signal);
  const rows: Row[] = [];
  for await (const batch of batches) rows.push(...batch);
  return rows;
}

const textOrNull = (value: Scalar | undefined): string | null => (value === null || value === undefined ? null : String(value));

interface Judged {
  readonly verdict: string;
  readonly reason: string | null;
  readonly play: RecordFate['play'];
  readonly place: string;
}

/** What the ledger made of a record, and the play that it speaks of; null for one that is in no table. */
async function judged(engine: Engine, account: string, evidenceId: string, signal: AbortSignal): Promise<Judged | null> {
  const sql = `select e.verdict, e.reason, p.play_id, p.ended_at, coalesce(p.track_name, p.show_name), coalesce(p.artist_name, p.show_name),
      concat_ws(' ', e._raw_key, e._raw_line, e._raw_item)
    from stored.play_evidence as e
    left join stored.plays as p on p.play_id = e.play_id
    where e.evidence_id = $evidenceId and e.account_id = $account`;
  const [row] = await rowsOf(engine, sql, { evidenceId, account }, signal);
  if (row === undefined) return null;
  const [verdict, reason, playId, endedAt, title, artist, place] = row;
  const id = textOrNull(playId);
  const play = id === null ? null : { playId: id, endedAt: String(endedAt), title: textOrNull(title), artist: textOrNull(artist) };
  return { verdict: String(verdict), reason: textOrNull(reason), play, place: String(place) };
}

type Fate = Pick<RecordFate, 'verdict' | 'reason' | 'because' | 'play' | 'faults'>;

const WAITING: Fate = {
  verdict: null,
  reason: null,
  because: 'it is in no table yet: the next run or import builds it',
  play: null,
  faults: [],
};
const quarantined = (faults: readonly Fault[]): Fate => ({
  ...{ verdict: 'quarantined', reason: null, play: null, faults },
  because: faults.map(({ field, code, message }) => `${code}${field === '' ? '' : ` ${field}`}: ${message}`).join('; '),
});

const ledgers = ({ verdict, reason, play }: Judged): Fate => ({ verdict, reason, because: reasonText(verdict, reason), play, faults: [] });

async function historyFate(engine: Engine, raw: RawObject, item: number, signal: AbortSignal): Promise<Fate> {
  const found = await judged(engine, raw.account, `${raw.sha256.slice(0, 32)}-${item}`, signal);
  if (found !== null) return ledgers(found);
  const sql = 'select field, code, message from quarantine where raw_key = $key and raw_item = $item order by field';
  const faults = await rowsOf(engine, sql, { key: raw.key, item }, signal);
  if (faults.length === 0) return WAITING;
  return quarantined(faults.map(([field, code, message]) => ({ field: String(field), code: String(code), message: String(message) })));
}

const OTHERS: Readonly<Record<string, string>> = {
  kept: 'it is in the tables',
  duplicate: 'the same thing stands in the same look already: lists move while they are read',
  filtered: 'there is nothing in it',
};

async function fateOf(engine: Engine, raw: RawObject, record: RecordVerdict, signal: AbortSignal): Promise<Fate> {
  const { verdict, evidenceId, faults, line, item } = record;
  if (verdict === 'quarantined') return quarantined(faults);
  if (evidenceId === null) return { verdict, reason: null, because: OTHERS[verdict] ?? '', play: null, faults };
  const found = await judged(engine, raw.account, evidenceId, signal);
  if (found === null) return WAITING;
  if (found.place === `${raw.key} ${line} ${item}`) return ledgers(found);
  // Equal polled records share a row of evidence, which the first of them stands for.
  const { because } = ledgers({ ...found, verdict: 'duplicate', reason: 'rule_1a' });
  return { verdict: 'duplicate', reason: 'rule_1a', because, play: found.play, faults };
}

/** A DuckDB and a folder for as long as one raw object is looked at. */
async function verdictsOf(context: Context, raw: RawObject): Promise<readonly RecordVerdict[]> {
  const { threads, memoryLimit } = context.config;
  const tempDir = join(context.tempDir, `why-${randomBytes(4).toString('hex')}`);
  await mkdir(tempDir, { recursive: true });
  const warehouse = await openWarehouse({ threads, memoryLimit, tempDir: join(tempDir, 'spill') });
  try {
    return await recordVerdicts(warehouse, await verify({ ...context, tempDir }, raw));
  } finally {
    warehouse.close();
    await rm(tempDir, { recursive: true, force: true });
  }
}

const absent = (raw: RawObject, { record, line }: FateChoice, hint: string): PipelineError => {
  const what = record === null ? 'no record that is the whole of it' : `no record ${record}`;
  return new PipelineError(`${raw.name ?? raw.key} has ${what}${line === null ? '' : ` in line ${line}`}`, { code: 'not_found', hint });
};

/** The records that are meant; an object that could not be read is one record, whatever number was asked for. */
function chosen(raw: RawObject, all: readonly RecordVerdict[], choice: FateChoice): readonly RecordVerdict[] {
  const ofLine = all.filter(({ line }) => choice.line === null || line === choice.line);
  const wanted = ofLine.filter(({ item }) => item === choice.record);
  const found = wanted.length > 0 ? wanted : ofLine.filter(({ item, verdict }) => item === null && verdict === 'quarantined');
  if (found.length === 0)
    throw absent(raw, choice, `It has ${all.length.toLocaleString('en-US')} records; those of a list are counted from 0.`);
  const lines = [...new Set(found.map(({ line }) => line))];
  if (lines.length === 1) return found;
  const hint = `Say which answer with --line: ${lines.slice(0, 20).join(', ')}${lines.length > 20 ? ', …' : ''}.`;
  throw new PipelineError(`${raw.key} has ${lines.length} answers with such a record`, { code: 'usage', hint });
}

interface Found {
  readonly record: Pick<RecordVerdict, 'line' | 'list' | 'item'>;
  readonly fate: Fate;
}

async function historyRecord(engine: Engine, raw: RawObject, choice: FateChoice, signal: AbortSignal): Promise<readonly Found[]> {
  if (choice.record === null) throw absent(raw, choice, 'Give the number of a record, from 0.');
  return [{ record: { line: 1, list: '', item: choice.record }, fate: await historyFate(engine, raw, choice.record, signal) }];
}

/**
 * The bucket that one record of one raw object is in, with the reason, and what raw holds of it: at most 64 kB, what looks like a token hidden,
 * and IP addresses and user agents unless they are asked for. Several where an answer has several lists.
 *
 * Errors: `not_found` for a name or number that there is not; `usage` where the name or number means several; `corrupt` where raw is damaged.
 */
export async function recordFates(context: Context, choice: FateChoice, signal: AbortSignal): Promise<readonly RecordFate[]> {
  const raw = await rawNamed(context, choice.name);
  const isHistory = isHistoryStream(raw.stream);
  const all = isHistory ? [] : chosen(raw, await verdictsOf(context, raw), choice);
  const found = await withEngine(context, async (engine) => {
    if (isHistory) return historyRecord(engine, raw, choice, signal);
    const fates: Found[] = [];
    for (const record of all) fates.push({ record, fate: await fateOf(engine, raw, record, signal) });
    return fates;
  });
  const told: RecordFate[] = [];
  for (const { record, fate } of found) {
    const { key: rawKey, stream, account, name: file } = raw;
    const place = { rawKey, stream, line: record.line, item: record.item, field: record.list };
    const text = await recordText(context.store, place, MOST_TEXT, choice.showsAddresses);
    if (isHistory && text.text === '') throw absent(raw, choice, 'Its records are counted from 0.');
    told.push({ ...{ rawKey, stream, account, file }, line: record.line, list: record.list, record: record.item, ...fate, text });
  }
  return told;
}
