import { copyFile, mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PipelineError } from '../../kernel/errors.ts';
import type { LocalFiles } from '../../landing/object-store.ts';
import type { Catalog } from '../../tables/catalog.ts';
import { STORED_TABLES } from '../../tables/star-schema.ts';
import type { Source } from './external.ts';
import {
  advanceStatement,
  type CopyStatement,
  copyStatements,
  deleteStatements,
  filesOf,
  isPlainPath,
  type LoadedFile,
  noteStatements,
  putStatement,
  removeStatement,
  SELECT_FILES,
  SELECT_LOADED,
} from './loading.ts';
import type { SnowflakePlace } from './place.ts';
import type { SnowflakeRow, SnowflakeSession } from './session.ts';

export interface LoadOptions {
  readonly session: SnowflakeSession;
  readonly place: SnowflakePlace;
  readonly source: Source;
  readonly files: LocalFiles;
  /** For copies of files that have another name on this machine than in the lake; removed afterwards. */
  readonly tempDir: string;
  /** Loads every file anew, whatever is noted: mends what somebody changed in Snowflake. */
  readonly isWhole: boolean;
}

export interface SnowflakeLoad {
  /** The version that Snowflake shows now; newer than the one asked for where another load was first. */
  readonly version: number;
  /** Files whose rows came, and whose rows went. */
  readonly loaded: number;
  readonly removed: number;
  readonly rows: number;
  readonly statements: number;
}

/** Another load was first each time. */
const MOST_ROUNDS = 5;

/**
 * Brings Snowflake's tables to a catalog version, in one transaction: whoever reads sees the old version or the new one. Only files that the loaded version
 * lacks are sent, or copied from the bucket. Nothing to do costs one statement; where it died, the next one finds the old version whole and loads again.
 *
 * Errors: `config`, `network`, `upstream`; `conflict` where others load at the same time; `check_failed` where Snowflake took another number of rows than the
 * catalog has, and nothing was changed; `cancelled`.
 */
export async function loadSnowflake(options: LoadOptions, next: Catalog, signal: AbortSignal): Promise<SnowflakeLoad> {
  const { session, place, source, isWhole } = options;
  const isPut = source.load === 'put';
  for (let round = 1; round <= MOST_ROUNDS; round += 1) {
    const version = await loadedVersion(session, place, signal);
    const nothing = { version, loaded: 0, removed: 0, rows: 0 };
    if (version > next.version || (version === next.version && !isWhole)) return { ...nothing, statements: session.asked() };
    const change = changeOf(await notedFiles(session, place, signal), filesOf(next), isWhole);
    if (isPut) await stage(options, change.fresh, signal);
    if (await switched(options, next, version, change, signal)) {
      if (isPut && change.fresh.length > 0) await session.run(removeStatement(place), signal);
      const rows = change.fresh.reduce((sum, file) => sum + file.rows, 0);
      return { version: next.version, loaded: change.fresh.length, removed: change.gone.length, rows, statements: session.asked() };
    }
  }
  throw new PipelineError(`others loaded Snowflake ${MOST_ROUNDS} times meanwhile`, {
    code: 'conflict',
    retryable: true,
    hint: 'Run `tonearm snowflake publish` again when they have ended.',
  });
}

/** 0: nothing is loaded yet. Errors: `config` where the tables were not made. */
export async function loadedVersion(session: SnowflakeSession, place: SnowflakePlace, signal: AbortSignal): Promise<number> {
  const [row] = await session.run(SELECT_LOADED(place), signal);
  if (row !== undefined) return Number(row.VERSION);
  throw new PipelineError('Snowflake does not say which version is loaded', { code: 'config', hint: 'Run `tonearm snowflake apply`.' });
}

async function notedFiles(session: SnowflakeSession, place: SnowflakePlace, signal: AbortSignal): Promise<readonly LoadedFile[]> {
  const rows = await session.run(SELECT_FILES(place), signal);
  return rows.map((row) => ({
    table: String(row.TABLE_NAME),
    partition: String(row.PARTITION_NAME),
    key: String(row.FILE),
    bytes: 0,
    rows: Number(row.ROW_COUNT),
  }));
}

interface Change {
  readonly fresh: readonly LoadedFile[];
  readonly gone: readonly LoadedFile[];
  /** Everything goes, also what is not noted. */
  readonly isWhole: boolean;
}

function changeOf(noted: readonly LoadedFile[], wanted: readonly LoadedFile[], isWhole: boolean): Change {
  if (isWhole) return { fresh: wanted, gone: noted, isWhole };
  const [there, kept] = [new Set(noted.map(({ key }) => key)), new Set(wanted.map(({ key }) => key))];
  return { fresh: wanted.filter(({ key }) => !there.has(key)), gone: noted.filter(({ key }) => !kept.has(key)), isWhole };
}

/** Files in the stage are seen by nobody who asks a table. */
async function stage({ session, place, files, tempDir }: LoadOptions, fresh: readonly LoadedFile[], signal: AbortSignal): Promise<void> {
  const paths = await files.paths(fresh.map(({ key, bytes }) => ({ key, size: bytes, etag: '' })));
  for (const [at, file] of fresh.entries()) {
    const path = paths[at] ?? '';
    const name = basename(file.key);
    const isNamed = basename(path) === name && isPlainPath(path);
    const copy = join(tempDir, name);
    if (!isNamed) {
      await mkdir(tempDir, { recursive: true });
      await copyFile(path, copy);
    }
    try {
      await session.run(putStatement(place, file, isNamed ? path : copy), signal);
    } finally {
      if (!isNamed) await rm(tempDir, { recursive: true, force: true });
    }
  }
}

/** Whether the version was moved; false: another load was first, and nothing was changed. */
async function switched(options: LoadOptions, next: Catalog, from: number, change: Change, signal: AbortSignal): Promise<boolean> {
  const { session, place } = options;
  await session.run('BEGIN TRANSACTION', signal);
  try {
    const [advanced] = await session.run(advanceStatement(place, next, from), signal);
    const isFirst = Number(advanced?.['number of rows updated']) === 1;
    if (isFirst) await replaceRows(options, change, signal);
    await session.run(isFirst ? 'COMMIT' : 'ROLLBACK', signal);
    return isFirst;
  } catch (error) {
    // What failed is told, not that there was nobody left to hear this. Snowflake rolls back by itself where the session is gone.
    await session.run('ROLLBACK', new AbortController().signal).catch(() => undefined);
    throw error;
  }
}

async function replaceRows({ session, place, source }: LoadOptions, { fresh, gone, isWhole }: Change, signal: AbortSignal): Promise<void> {
  for (const table of STORED_TABLES) {
    const own = (files: readonly LoadedFile[]): readonly LoadedFile[] => files.filter((file) => file.table === table.name);
    const old = own(gone);
    for (const statement of deleteStatements(place, table, isWhole ? null : old)) await session.run(statement, signal);
    for (const copy of copyStatements(place, source, table, own(fresh))) checkCopied(copy, await session.run(copy.sql, signal));
  }
  for (const statement of noteStatements(place, isWhole ? null : gone, fresh)) await session.run(statement, signal);
}

/** Every file must be there, whole. */
function checkCopied({ table, files }: CopyStatement, rows: readonly SnowflakeRow[]): void {
  const taken = new Map(rows.map((row) => [keyOf(table, String(row.file)), row]));
  for (const { key, rows: expected } of files) {
    const found = taken.get(key);
    if (found?.status === 'LOADED' && Number(found.rows_loaded) === expected) continue;
    const said = found === undefined ? 'nothing of it' : `${found.rows_loaded} rows`;
    throw new PipelineError(`Snowflake took ${said} of ${key}, which has ${expected}; nothing was changed`, {
      code: 'check_failed',
      hint: 'Run `tonearm doctor` to see whether the lake is whole, then `tonearm snowflake publish` again.',
    });
  }
}

/** Whether or not the name of the stage, or the address of the bucket, stands before it. */
const keyOf = (table: string, file: string): string => file.slice(Math.max(0, file.lastIndexOf(`tables/${table}/`)));
