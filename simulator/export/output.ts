import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PipelineError } from '../../src/kernel/errors.ts';
import { type ExportOptions, makeExports, requestsOf } from './export.ts';
import type { Form } from './forms.ts';
import { isRepeated } from './quirks.ts';
import { createFolderSink, createZipSink, type ExportSink } from './sink.ts';
import type { ExportedPlay, ExportManifest } from './truth.ts';

export interface WrittenExport {
  /** Zip archives, or the folder. */
  readonly paths: readonly string[];
  /** The truth as JSON: an `ExportTruth`, its plays one a line and in the order in which their files were written. */
  readonly truthPath: string;
  readonly manifest: ExportManifest;
}

export interface Watch {
  readonly signal: AbortSignal;
  readonly progress: (plays: number) => void;
}

/** Text that waits to be written. */
const CHUNK = 1_000_000;

/**
 * Writes the packages to `out`: a zip archive for a name that ends with `.zip`, else a folder. Several packages are several archives beside
 * one another, such as `my_spotify_data-2-extended.zip`, or folders in the folder. The truth lies beside it: `my_spotify_data.truth.json`.
 *
 * Errors: `bad_input` where something is in the way, `cancelled` when stopped; both leave no archive.
 */
export async function writeExports(options: Omit<ExportOptions, 'packageName'>, out: string, watch: Watch): Promise<WrittenExport> {
  const isZip = /\.zip$/i.test(out);
  const stem = basename(out).replace(/\.zip$/i, '');
  const folder = isZip ? dirname(out) : out;
  const { forms, quirks } = options;
  const packageName = (form: Form, nth: number): string => {
    const parts = [...(isRepeated(quirks) ? [String(nth + 1)] : []), ...(forms.length > 1 ? [form] : [])];
    return isZip ? `${[stem, ...parts].join('-')}.zip` : parts.join('-') || '.';
  };
  const truthPath = join(dirname(out), `${stem}.truth.json`);
  const named = { ...options, packageName };
  const archives = requestsOf(named).map(({ name }) => join(folder, name));
  await requireFree([...(isZip ? archives : [folder]), truthPath]);
  await mkdir(folder, { recursive: true });
  const sink = isZip ? createZipSink(folder, new Date(options.until)) : createFolderSink(folder);
  const manifest = await written(named, sink, truthPath, watch);
  return { paths: isZip ? archives : [folder], truthPath, manifest };
}

async function written(options: ExportOptions, sink: ExportSink, truthPath: string, { signal, progress }: Watch): Promise<ExportManifest> {
  const partial = `${truthPath}.partial`;
  const file = await open(partial, 'w');
  try {
    let text = '{"plays":[';
    let separator = '\n';
    const manifest = await makeExports(options, {
      sink,
      play: (play: ExportedPlay) => {
        text += `${separator}${JSON.stringify(play)}`;
        separator = ',\n';
      },
      breathe: async (plays) => {
        if (signal.aborted) throw new PipelineError('stopped while writing the export', { code: 'cancelled' });
        progress(plays);
        if (text.length < CHUNK) return;
        await file.write(text);
        text = '';
      },
    });
    await file.write(`${text}\n],\n${JSON.stringify(manifest).slice(1)}\n`);
    await rename(partial, truthPath);
    return manifest;
  } catch (error) {
    await sink.discard();
    await rm(partial, { force: true });
    throw isRefusedByDisk(error)
      ? new PipelineError(`cannot write the export: ${error.message}`, { code: 'storage', cause: error })
      : error;
  } finally {
    await file.close();
  }
}

const isRefusedByDisk = (error: unknown): error is Error => error instanceof Error && 'syscall' in error;

async function requireFree(places: readonly string[]): Promise<void> {
  for (const place of places) {
    const found = await stat(place).catch(() => null);
    if (found === null || (found.isDirectory() && (await readdir(place)).length === 0)) continue;
    throw new PipelineError(`${place} is there already`, { code: 'bad_input', hint: 'Name another place with --out, or remove it.' });
  }
}
