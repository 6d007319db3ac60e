import { randomUUID } from 'node:crypto';
import { link, rename } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import type { Clock } from '../kernel/clock.ts';
import { errnoOf, storageError } from '../landing/storage-error.ts';
import { makePrivateFolder, readIfThere, removeIfThere, UNFINISHED, writePrivately } from './secret-series.ts';

const NAME = 'refresh.lease';
const POLL_MS = 100;
/** A holder on another machine that has shown nothing new for so long is taken for dead: longer than one request for a token may take. */
const PATIENCE_MS = 60_000;

/** Holders of this process: another with its number is one that died before, such as in a container that was started again. */
const held = new Set<string>();

/**
 * Runs `work` while no other process runs its own in this folder. It saves requests and nothing depends on it: the series decides which token is
 * true. No clock of another machine is believed: a holder of this machine is gone when its process is, any other when its lease has stayed
 * the same for a minute of waiting.
 *
 * Errors: `storage` where the folder cannot be written; `cancelled`; those of `work`.
 */
export async function aloneIn<T>(folder: string, clock: Clock, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  await makePrivateFolder(folder);
  const path = join(folder, NAME);
  const own = JSON.stringify({ holder: randomUUID(), pid: process.pid, host: hostname() });
  held.add(own);
  try {
    await take(path, own, clock, signal);
    return await work();
  } finally {
    held.delete(own);
    if ((await readIfThere(path)) === own) await removeIfThere(path);
  }
}

async function take(path: string, own: string, clock: Clock, signal: AbortSignal): Promise<void> {
  let seen: string | null = null;
  for (let waited = 0; ; waited += POLL_MS) {
    const there = await readIfThere(path);
    if (there === null && (await created(path, own))) return;
    const now = await readIfThere(path);
    if (now !== seen) waited = 0;
    seen = now;
    if (now !== null && (isDead(now) || waited >= PATIENCE_MS)) await takeAway(path, now);
    else await clock.sleep(POLL_MS, signal);
  }
}

/** Whole or not at all: half a lease would name nobody, and hold everybody up for a minute. */
async function created(path: string, own: string): Promise<boolean> {
  const draft = join(dirname(path), `${randomUUID()}${UNFINISHED}`);
  try {
    await writePrivately(draft, own);
    await link(draft, path);
    return true;
  } catch (error) {
    // Without a draft somebody has cleared up what dead processes left: tried again.
    if (['EEXIST', 'ENOENT'].includes(errnoOf(error) ?? '')) return false;
    throw storageError(error, 'write', path);
  } finally {
    await removeIfThere(draft);
  }
}

/** Removes the lease that was seen; one that somebody else has taken since is put back. */
async function takeAway(path: string, seen: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
    if ((await readIfThere(aside)) !== seen) await link(aside, path);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes(errnoOf(error) ?? '')) throw storageError(error, 'write', path);
  } finally {
    await removeIfThere(aside);
  }
}

function isDead(lease: string): boolean {
  const { pid, host } = holderOf(lease);
  if (host !== hostname() || pid === null) return false;
  return pid === process.pid ? !held.has(lease) : !isAlive(pid);
}

/** A lease that is being written, or was by another version, names nobody. */
function holderOf(lease: string): { readonly pid: number | null; readonly host: string | null } {
  try {
    const { pid, host } = JSON.parse(lease) as { pid?: unknown; host?: unknown };
    return { pid: typeof pid === 'number' ? pid : null, host: typeof host === 'string' ? host : null };
  } catch (error) {
    if (error instanceof SyntaxError) return { pid: null, host: null };
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) === 'EPERM';
  }
}
