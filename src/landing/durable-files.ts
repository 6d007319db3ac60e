import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from './storage-error.ts';

/** Waits until the file's bytes are on the disk. */
export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Folders that cannot be synced: gone again with all that was in it, or on a network file system that writes names through. */
const NOTHING_TO_SYNC = new Set<string | null>(['ENOENT', 'EINVAL', 'ENOTSUP']);

/** Waits until the names in a folder are on the disk. Windows cannot open folders and needs no such step. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  try {
    const handle = await open(path, 'r');
    await handle.sync().finally(() => handle.close());
  } catch (error) {
    if (!NOTHING_TO_SYNC.has(errnoOf(error))) throw error;
  }
}

/** Writes a new file and waits until its bytes are on the disk. Throws EEXIST where there is one. */
export async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Makes a folder and all above it, and waits until their names are on the disk.
 * @param durable folders known to be so; the folder is added
 */
export async function makeFolder(root: string, path: string, durable: Set<string>): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined && durable.has(path)) return;
  const top = first !== undefined && first.length < root.length ? dirname(first) : root;
  for (let folder = path; folder.length > top.length; folder = dirname(folder)) await syncFolder(dirname(folder));
  durable.add(path);
}
