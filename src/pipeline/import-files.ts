import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { PipelineError } from '../kernel/errors.ts';
import { archiveFiles, isArchiveName } from './import-archive.ts';
import { type InputFile, plainFile, refusedFile } from './import-file.ts';

async function filesUnder(folder: string, name: string, lake: string): Promise<readonly InputFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const inLake = `${resolve(lake)}${sep}`;
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !resolve(path).startsWith(inLake));
  const plain = new Set(entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)));
  const files: InputFile[] = [];
  for (const path of paths.sort()) {
    const shown = join(name, relative(folder, path));
    if (!plain.has(path))
      files.push(refusedFile(shown, 'a link, pipe or device in a folder is not followed; name it by itself', isArchiveName(path)));
    else if (isArchiveName(path)) files.push(...(await archiveFiles(path, shown)));
    else files.push(await plainFile(path, shown, false));
  }
  return files;
}

async function filesAt(path: string, lake: string): Promise<readonly InputFile[]> {
  const info = await stat(path).catch(() => null);
  const hint = 'name files, folders or zip archives';
  if (info === null) throw new PipelineError(`${path} does not exist`, { code: 'bad_input', hint });
  if (!info.isDirectory() && !info.isFile()) throw new PipelineError(`${path} is no file and no folder`, { code: 'bad_input', hint });
  if (info.isDirectory()) return filesUnder(path, basename(resolve(path)), lake);
  return isArchiveName(path) ? archiveFiles(path, basename(path)) : [await plainFile(path, basename(path), true)];
}

/**
 * Every file behind the paths that a person named: folders with all below them, the entries of zip archives, files. In the order of the
 * paths, then of names; the lake's own files are left out where it lies below a folder. Nothing is read yet but the directories of archives;
 * a file that cannot be read says so when it is read.
 *
 * Errors: `bad_input` for a path that does not exist or is no file and no folder.
 */
export async function inputFiles(paths: readonly string[], lake: string): Promise<readonly InputFile[]> {
  const files: InputFile[] = [];
  for (const path of paths) files.push(...(await filesAt(path, lake)));
  return files;
}
