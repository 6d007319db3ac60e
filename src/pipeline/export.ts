import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve, sep } from 'node:path';
import { type ExportFormat, openTableCopies, type TableCopies } from '../engines/duckdb/export.ts';
import { PipelineError } from '../kernel/errors.ts';
import { suggestion } from '../kernel/nearest.ts';
import { TABLES } from '../tables/star-schema.ts';
import type { Exported, ExportedFile, ExportOptions } from './answers.ts';
import type { Context } from './context.ts';
import { zonesOf } from './zones.ts';

export const EXPORT_FORMATS: readonly ExportFormat[] = ['parquet', 'csv', 'json'];

interface Target {
  readonly table: string;
  readonly path: string;
}

const ENDINGS: Readonly<Record<string, ExportFormat>> = { '.parquet': 'parquet', '.csv': 'csv', '.json': 'json', '.ndjson': 'json' };

function tableNames(asked: ExportOptions['tables']): readonly string[] {
  const known = TABLES.map(({ name }) => name);
  if (asked === 'all') return known;
  const strange = asked.find((name) => !known.includes(name));
  if (strange === undefined) return asked;
  throw new PipelineError(`there is no table ${strange}`, { code: 'not_found', hint: suggestion(strange, known) });
}

function formatOf(asked: string | null, to: string, isFolder: boolean): ExportFormat {
  const found =
    asked === null ? (isFolder ? 'parquet' : ENDINGS[extname(to).toLowerCase()]) : EXPORT_FORMATS.find((name) => name === asked);
  if (found !== undefined) return found;
  const formats = EXPORT_FORMATS.join(', ');
  throw asked === null
    ? new PipelineError(`${basename(to)} does not say which format it is to have`, { code: 'usage', hint: `add --format: ${formats}` })
    : new PipelineError(`--format is ${asked}`, { code: 'usage', hint: `It is one of ${formats}.` });
}

async function isFolderAt(path: string): Promise<boolean> {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw new PipelineError(`cannot look at ${path}: ${error.message}`, { code: 'storage', cause: error });
  });
  return info?.isDirectory() === true;
}

/** Refused before anything is written. */
async function refuseUnfit(targets: readonly Target[], lake: string, force: boolean): Promise<void> {
  const inLake = targets.find(({ path }) => `${path}${sep}`.startsWith(`${resolve(lake)}${sep}`));
  if (inLake !== undefined) {
    throw new PipelineError(`${inLake.path} lies inside the lake`, {
      code: 'usage',
      hint: 'The lake keeps its own files only: name another place.',
    });
  }
  for (const { path } of targets) {
    if (await isFolderAt(path)) throw new PipelineError(`${path} is a folder`, { code: 'usage', hint: 'Nothing was written.' });
    if (force || (await stat(path).catch(() => null)) === null) continue;
    throw new PipelineError(`${path} is there already`, { code: 'usage', hint: 'Nothing was written. --force replaces it.' });
  }
}

const cannotWrite = (path: string, error: unknown): PipelineError => {
  const reason = error instanceof Error ? error.message : String(error);
  return new PipelineError(`cannot write ${path}: ${reason}`, {
    code: 'storage',
    hint: 'Is it a place that you may write to?',
    cause: error,
  });
};

/** A file of its own beside the target: a place that cannot be written to is told by the file system, in its words. */
async function openPartial(path: string): Promise<string> {
  const partial = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.partial`);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(partial, '', { flag: 'wx' });
    return partial;
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** A file appears whole or not at all. */
async function copyTo(copies: TableCopies, { table, path }: Target, format: ExportFormat, signal: AbortSignal): Promise<ExportedFile> {
  const partial = await openPartial(path);
  try {
    const rows = await copies.copy(table, partial, format, signal);
    const { size } = await stat(partial);
    await rename(partial, path);
    return { table, path, rows, bytes: size };
  } catch (error) {
    await rm(partial, { force: true });
    throw error instanceof PipelineError && error.code !== 'internal' ? error : cannotWrite(path, error);
  }
}

/**
 * Writes tables or views of one catalog version to files of this machine, in the order of their keys: Parquet; CSV with a header, LF, null as
 * nothing and an empty text as `""`; or one JSON object a line. Times are UTC with six digits of the second.
 *
 * Errors: `not_found` for a table, `usage` for a place that is taken or a format nobody can tell, `storage` where it cannot be written.
 */
export async function exportTables(context: Context, options: ExportOptions, signal: AbortSignal): Promise<Exported> {
  const names = tableNames(options.tables);
  const isFolder = options.tables === 'all' || names.length > 1 || /[/\\]$/.test(options.to) || (await isFolderAt(options.to));
  const format = formatOf(options.format, options.to, isFolder);
  const to = resolve(options.to);
  const targets = names.map((table) => ({ table, path: isFolder ? join(to, `${table}.${format === 'json' ? 'ndjson' : format}`) : to }));
  await refuseUnfit(targets, context.config.lake, options.force);
  const { catalog, store, files, tempDir, config } = context;
  const { memoryLimit, threads } = config;
  const copies = await openTableCopies({ catalog, store, files, tempDir, zones: zonesOf(config), memoryLimit, threads });
  try {
    const written: ExportedFile[] = [];
    for (const target of targets) {
      written.push(await copyTo(copies, target, format, signal));
      context.progress({ step: 'export', account: null, done: written.length, total: targets.length, unit: 'files' });
    }
    return { catalogVersion: copies.catalogVersion, format, files: written };
  } finally {
    copies.close();
  }
}
