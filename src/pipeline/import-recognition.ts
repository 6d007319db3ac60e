import { exportName } from '../source/export/names.ts';
import { recogniseHistory } from '../source/export/recognition.ts';
import type { ExportStream } from '../source/types.ts';
import type { InputFile } from './import-file.ts';

/** What a file is, as far as its name and first bytes say. */
export type Found =
  | { readonly kind: 'history'; readonly stream: ExportStream; readonly username: string | null }
  /** A part of the privacy export that no table is made of. */
  | { readonly kind: 'other'; readonly why: string }
  /** Anything else: only the whole of it says. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly why: string };

export interface FoundFile {
  readonly file: InputFile;
  readonly found: Found;
}

/** True for the first bytes of a zip archive. */
const isArchive = (head: Uint8Array): boolean => head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4;

async function recogniseFile(file: InputFile): Promise<Found> {
  const head = await file.head();
  const named = exportName(file.name);
  if ('refused' in head) return named?.kind === 'other' ? { kind: 'other', why: named.why } : { kind: 'refused', why: head.refused };
  const history = recogniseHistory(head, file.name);
  if (history !== null) return { kind: 'history', ...history };
  if (named?.kind === 'other') return { kind: 'other', why: named.why };
  if (!isArchive(head)) return { kind: 'unknown' };
  const isInside = file.name.includes('!');
  return {
    kind: 'refused',
    why: isInside
      ? 'an archive in an archive: unpack the outer one and import the inner one by itself'
      : 'a zip archive: give it a name that ends with .zip',
  };
}

/** Looks at the first bytes of every file, and keeps none of them. */
export async function recogniseFiles(files: readonly InputFile[], signal: AbortSignal): Promise<readonly FoundFile[]> {
  const found: FoundFile[] = [];
  for (const file of files) {
    signal.throwIfAborted();
    found.push({ file, found: await recogniseFile(file) });
  }
  return found;
}
