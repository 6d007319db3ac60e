import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';

const POLL_MS = 200;
/** Longest that an owner is believed in: process numbers are used again, and those of another machine or container say nothing. */
const STALE_MS = 60 * 60_000;

/**
 * Runs `work` while no other process that shares `folder` does. The lock is a folder that is renamed into place with its owner's name in it,
 * so it is never seen half made. A lock whose process is dead is taken over.
 * @template T
 * @param {string} folder
 * @param {() => Promise<T>} work
 * @param {() => void} onWait told once, before the first wait
 * @returns {Promise<T>}
 */
export async function withLock(folder, work, onWait) {
  const id = `${process.pid}-${Date.now()}`;
  const mine = `${folder}.${id}`;
  mkdirSync(mine);
  writeFileSync(`${mine}/owner.json`, JSON.stringify({ id, pid: process.pid, host: hostname(), since: Date.now() }));
  let waited = false;
  while (!moved(mine, folder)) {
    if (takeOver(folder, mine)) continue;
    if (!waited) onWait();
    waited = true;
    await wait(POLL_MS);
  }
  try {
    return await work();
  } finally {
    moved(folder, mine);
    rmSync(mine, { recursive: true, force: true });
  }
}

/** Moves a dead owner's lock away; only one of several that try it at once succeeds. True when it is worth trying again at once. */
function takeOver(folder, mine) {
  const owner = ownerOf(folder);
  if (owner === null) return true;
  if (isAlive(owner)) return false;
  // Renaming could catch the lock of somebody who was quicker; what was caught is looked at and put back then.
  if (!moved(folder, `${mine}.stale`)) return true;
  if (ownerOf(`${mine}.stale`)?.id !== owner.id) moved(`${mine}.stale`, folder);
  rmSync(`${mine}.stale`, { recursive: true, force: true });
  return true;
}

function ownerOf(folder) {
  try {
    return JSON.parse(readFileSync(`${folder}/owner.json`, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

function isAlive({ pid, host, since }) {
  if (Date.now() - since > STALE_MS) return false;
  if (host !== hostname()) return true;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function moved(from, to) {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST', 'EPERM', 'ENOENT'].includes(error.code)) return false;
    throw error;
  }
}
