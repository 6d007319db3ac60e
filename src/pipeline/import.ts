import { createHash } from 'node:crypto';
import { APP_ACCOUNT, type RawFormat, type Source } from '../landing/raw.ts';
import { CONTRACT_VERSION, checkBody } from '../source/contract.ts';
import { PERSONAL_STREAMS } from '../source/types.ts';
import type { FileSummary } from '../tables/run-summary.ts';
import type { Context } from './context.ts';
import { type Diagnosis, diagnose } from './diagnosis.ts';
import { type InputFile, inputFiles } from './import-files.ts';
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

interface Importing {
  readonly context: Context;
  readonly runId: string;
  readonly account: string;
  readonly source: Source;
}

async function land(importing: Importing, file: InputFile, found: Exclude<Diagnosis, { kind: 'refused' }>): Promise<FileSummary> {
  const { context, runId, account, source } = importing;
  const stream = found.kind === 'body' ? found.stream : 'unplaced';
  const format: RawFormat = found.kind === 'body' || found.isJson ? 'object' : 'opaque';
  const isSound = found.kind === 'body' && checkBody(found.stream, found.body).violations.length === 0;
  const { raw, outcome } = await context.landing.landFile({
    bytes: found.bytes,
    stream,
    account: found.kind === 'body' && PERSONAL_STREAMS.has(found.stream) ? account : APP_ACCOUNT,
    source,
    format,
    name: file.name,
    observedAt: dateInName(file.name) ?? file.entryDate,
    contract: isSound ? CONTRACT_VERSION : null,
    runId,
  });
  const sha256 = createHash('sha256').update(found.bytes).digest('hex');
  const isPlaced = found.kind === 'body';
  return {
    ...NO_RECORDS,
    name: file.name,
    outcome: outcome === 'known' ? 'known' : isPlaced ? 'landed' : 'quarantined',
    stream: isPlaced ? stream : null,
    sha256,
    rawKey: raw.key,
    note: outcome === 'known' ? 'the same bytes were imported before: nothing to do' : isPlaced ? null : `${found.code}: ${found.message}`,
  };
}

async function importOne(importing: Importing, file: InputFile): Promise<FileSummary> {
  const refuse = (note: string): FileSummary => ({
    ...NO_RECORDS,
    name: file.name,
    outcome: 'refused',
    stream: null,
    sha256: null,
    rawKey: null,
    note,
  });
  const bytes = await file.read();
  if ('refused' in bytes) return refuse(bytes.refused);
  const found = diagnose(bytes, file.name);
  return found.kind === 'refused' ? refuse(found.message) : land(importing, file, found);
}

/**
 * Lands every file behind the paths, each recognised by its content. Nothing is asked of Spotify, and nothing but the landing zone changes.
 * What cannot be placed is kept and will be listed in quarantine; what must not be kept (a token) is refused; the rest goes on.
 */
export async function landFiles(
  context: Context,
  options: { readonly paths: readonly string[]; readonly account: string; readonly source: Source; readonly runId: string },
  signal: AbortSignal,
): Promise<readonly FileSummary[]> {
  const files: FileSummary[] = [];
  for await (const file of inputFiles(options.paths, context.config.lake)) {
    signal.throwIfAborted();
    files.push(await importOne({ context, runId: options.runId, account: options.account, source: options.source }, file));
    context.progress({ step: 'import', account: options.account, done: files.length, total: null, unit: 'files' });
  }
  return files;
}
