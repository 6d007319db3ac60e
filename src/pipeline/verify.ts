import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { PipelineError } from '../kernel/errors.ts';
import type { Violation } from '../kernel/violation.ts';
import type { RawLine, RawObject } from '../landing/raw.ts';
import { readRawLines, readRawText } from '../landing/raw-reader.ts';
import { CONTRACT_VERSION } from '../source/contract.ts';
import { type HistoryStream, isHistoryStream } from '../source/export/history-contract.ts';
import { checkFile } from '../source/export/lists.ts';
import { isStream } from '../transform/reading.ts';
import type { QuarantinedRecord, StageInput } from '../transform/stage.ts';
import type { Context } from './context.ts';
import { diagnose } from './diagnosis.ts';
import { mendHistory } from './mend.ts';

interface Checked {
  readonly body: unknown;
  readonly quarantined: readonly QuarantinedRecord[];
}

function recordOf(violation: Violation, line: number): QuarantinedRecord {
  const last = violation.record.at(-1);
  const item = typeof last === 'number' ? last : null;
  const list = (item === null ? violation.record : violation.record.slice(0, -1)).join('.');
  return { line, list, item, field: violation.field, code: violation.code, message: violation.message };
}

/** The body with null in the place of each record that breaks the contract, so that the rest can be read. */
function setAside(body: unknown, violations: readonly Violation[]): unknown {
  if (violations.some(({ record }) => record.length === 0)) return null;
  for (const { record } of violations) {
    let parent: unknown = body;
    for (const step of record.slice(0, -1)) parent = (parent as Record<string | number, unknown>)[step];
    const last = record.at(-1);
    if (last !== undefined) (parent as Record<string | number, unknown>)[last] = null;
  }
  return body;
}

function checkOne(stream: string, body: unknown, line: number): Checked {
  const { violations } = checkFile(stream, body);
  if (violations.length === 0) return { body, quarantined: [] };
  // A body that is at fault as a whole is one record, whatever else is wrong inside.
  const whole = violations.filter(({ record }) => record.length === 0);
  const counted = whole.length > 0 ? whole : violations;
  return { body: setAside(body, counted), quarantined: counted.map((violation) => recordOf(violation, line)) };
}

function checkLine(stream: string, text: string): { text: string; quarantined: readonly QuarantinedRecord[] } {
  const line = JSON.parse(text) as RawLine;
  const isAnswer = line.status >= 200 && line.status < 300;
  if (!isAnswer) return { text, quarantined: [] };
  if (line.body_base64 !== undefined) {
    const fault = {
      line: line.line,
      list: '',
      item: null,
      field: '',
      code: 'not_json',
      message: 'the answer is no JSON; raw keeps its bytes',
    };
    return { text, quarantined: [fault] };
  }
  if (line.body === undefined) return { text, quarantined: [] };
  const { body, quarantined } = checkOne(stream, line.body, line.line);
  return quarantined.length === 0 ? { text, quarantined } : { text: JSON.stringify({ ...line, body }), quarantined };
}

async function verifyPages(context: Context, raw: RawObject): Promise<StageInput> {
  const quarantined: QuarantinedRecord[] = [];
  const path = join(context.tempDir, `${raw.landedId}.ndjson.gz`);
  async function* lines(): AsyncGenerator<string> {
    for await (const { text } of readRawLines(context.store, raw.key)) {
      const checked = checkLine(raw.stream, text);
      quarantined.push(...checked.quarantined);
      yield `${checked.text}\n`;
    }
  }
  await pipeline(Readable.from(lines()), createGzip({ level: 1 }), createWriteStream(path));
  return { raw, stream: raw.stream, path, quarantined };
}

async function unpackedBytes(context: Context, raw: RawObject): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readRawText(context.store, raw.key)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function verifyFile(context: Context, raw: RawObject): Promise<StageInput> {
  const bytes = await unpackedBytes(context, raw);
  const found = diagnose(bytes, raw.name ?? '');
  if (found.kind !== 'body') {
    const code = found.kind === 'unplaced' ? found.code : 'unknown_shape';
    const fault = { line: 1, list: '', item: null, field: '', code, message: found.message };
    return { raw, stream: null, path: null, quarantined: [fault] };
  }
  const { body, quarantined } = checkOne(found.stream, found.body, 1);
  if (body === null) return { raw, stream: found.stream, path: null, quarantined };
  const path = join(context.tempDir, `${raw.landedId}.json.gz`);
  await pipeline(Readable.from([JSON.stringify(body)]), createGzip({ level: 1 }), createWriteStream(path));
  return { raw, stream: found.stream, path, quarantined };
}

/** Reads the object to its end, unless this process has just written it: DuckDB does not compare the checksum of a gzip file. */
async function checkWhole(context: Context, raw: RawObject): Promise<void> {
  if (context.landing.isWhole(raw.key)) return;
  let bytes = 0;
  for await (const chunk of readRawText(context.store, raw.key)) bytes += chunk.length;
  if (bytes === raw.bytes) return;
  throw new PipelineError(`${raw.key} is damaged: it has ${bytes} bytes unpacked where its note says ${raw.bytes}`, {
    code: 'corrupt',
    hint: 'Restore it from a backup, or remove it and import it again.',
  });
}

/** Read where it lies: whether its records fulfil the contract is seen by whoever reads it, and only then is it looked at one by one. */
async function verifyHistory(context: Context, raw: RawObject, stream: HistoryStream): Promise<StageInput> {
  await checkWhole(context, raw);
  const [path] = await context.files.paths([{ key: raw.key, size: 0, etag: '' }]);
  return { raw, stream, path: path ?? null, quarantined: [], mend: () => mendHistory(context, raw, stream) };
}

/**
 * A raw object made ready to be read. One that was found to fulfil the contract when it was landed is read where it lies; of any other every
 * record is checked again, those at fault are set aside, and the rest is read from a copy. A history is checked only where the one read of it
 * finds a fault. A function of the raw object alone.
 *
 * Errors: `corrupt` where the object is gone or its gzip is damaged.
 */
export async function verify(context: Context, raw: RawObject): Promise<StageInput> {
  const isTrusted = raw.contract === CONTRACT_VERSION && isStream(raw.stream) && raw.format !== 'opaque';
  if (isTrusted) {
    await checkWhole(context, raw);
    const [path] = await context.files.paths([{ key: raw.key, size: 0, etag: '' }]);
    return { raw, stream: raw.stream, path: path ?? null, quarantined: [] };
  }
  if (isHistoryStream(raw.stream) && raw.format === 'array') return verifyHistory(context, raw, raw.stream);
  if (raw.format === 'pages') return verifyPages(context, raw);
  return verifyFile(context, raw);
}
