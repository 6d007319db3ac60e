/** Lakes that hold playlist pages as raw and nothing else, made once. */
import { cp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE, tonearm } from '../measured.mjs';
import { playlistPages } from './playlist-pages.mjs';

/** Moves with how raw is written. */
const LAYOUT = 1;
const RAW_ZONES = ['landed', 'raw'];

async function land(name, pages, shape) {
  const files = await playlistPages({ cache: CACHE, pages, shape });
  const part = join(CACHE, `${name}.part`);
  await rm(part, { recursive: true, force: true });
  await tonearm(['import', files, '--lake', part, '--account', 'me', '--json']);
  for (const zone of await readdir(part)) if (!RAW_ZONES.includes(zone)) await rm(join(part, zone), { recursive: true });
  await rename(part, join(CACHE, name));
}

/**
 * A copy in `folder` of a lake into which the pages were imported, without its tables.
 *
 * @param {{ folder: string, pages: number, shape: 'extended' | 'development' }} options
 */
export async function landedPages({ folder, pages, shape }) {
  const name = `landed-${LAYOUT}-${shape}-${pages}`;
  if (!(await readdir(CACHE).catch(() => [])).includes(name)) await land(name, pages, shape);
  await cp(join(CACHE, name), folder, { recursive: true });
  return folder;
}
