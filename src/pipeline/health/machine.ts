import { constants } from 'node:fs';
import { access, readdir, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import type { Catalog } from '../../tables/catalog.ts';
import type { Warehouse } from '../../transform/duckdb.ts';
import type { Finding } from '../findings.ts';

/** The least that package.json asks for. */
const NODE = { major: 20, minor: 19 } as const;
/** Less than this a build may not find room for its files. */
const LEAST_FREE_BYTES = 1024 ** 3;
/** A build that still writes into its folder is younger. */
const STALE_MS = 24 * 60 * 60 * 1000;

const isErrno = (error: unknown): error is NodeJS.ErrnoException => error instanceof Error && 'code' in error;

export function nodeFinding(version: string = process.versions.node): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isFit = major > NODE.major || (major === NODE.major && minor >= NODE.minor);
  const next = isFit ? null : `Install Node ${NODE.major}.${NODE.minor} or newer.`;
  return { check: 'node', state: isFit ? 'ok' : 'fail', where: null, found: `version ${version}`, next };
}

export async function duckDbFinding(warehouse: Warehouse): Promise<Finding> {
  const [row] = await warehouse.rows('select version() as version');
  return { check: 'duckdb', state: 'ok', where: null, found: `version ${String(row?.version).replace(/^v/, '')}`, next: null };
}

export function freeFinding(where: string, freeBytes: number): Finding {
  const megabytes = Math.floor(freeBytes / 1024 ** 2).toLocaleString('en-US');
  const isLow = freeBytes < LEAST_FREE_BYTES;
  const next = isLow ? 'Make room: a build writes new files before the old ones go.' : null;
  return { check: 'free disk', state: isLow ? 'warn' : 'ok', where, found: `${megabytes} MB`, next };
}

/** Whether every table could be written anew beside what is there, as a rebuild does. */
export async function roomFinding(lake: string, catalog: Catalog): Promise<Finding> {
  const { bavail, bsize } = await statfs(await standing(lake));
  return rebuildFinding(
    lake,
    catalog.partitions.flatMap(({ files }) => files).reduce((sum, { bytes }) => sum + bytes, 0),
    bavail * bsize,
  );
}

export function rebuildFinding(where: string, tableBytes: number, freeBytes: number): Finding {
  const text = (bytes: number): string => `${Math.ceil(bytes / 1024 ** 2).toLocaleString('en-US')} MB`;
  const isTight = freeBytes < tableBytes;
  const found = `the tables take ${text(tableBytes)}, ${text(freeBytes)} are free`;
  const next = isTight ? 'Make room before the next rebuild or change of rules: it writes every table anew before the old files go.' : null;
  return { check: 'room for a rebuild', state: isTight ? 'warn' : 'ok', where, found, next };
}

/** The folder itself, or the nearest one above that is there. */
async function standing(path: string): Promise<string> {
  try {
    await stat(path);
    return path;
  } catch (error) {
    if (isErrno(error) && error.code === 'ENOENT' && dirname(path) !== path) return standing(dirname(path));
    return path;
  }
}

/** Whether the lake's folder may be read and written, and how much room its disk has. */
export async function folderFindings(lake: string): Promise<readonly Finding[]> {
  const path = await standing(lake);
  const check = 'lake folder';
  try {
    if (!(await stat(path)).isDirectory()) {
      return [
        { check, state: 'fail', where: lake, found: `${path} is no folder`, next: 'Name another folder with --lake or in tonearm.yaml.' },
      ];
    }
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const found = `it cannot be read and written: ${isErrno(error) ? error.code : String(error)}`;
    return [{ check, state: 'fail', where: lake, found, next: 'Give yourself the right to read and write it, or name another folder.' }];
  }
  const { bavail, bsize } = await statfs(path);
  const found = path === lake ? 'readable and writable' : 'not there yet: the first run or import makes it';
  return [{ check, state: 'ok', where: lake, found, next: null }, freeFinding(lake, bavail * bsize)];
}

/** Files of builds and downloads that nobody can still be at. Times are those of the file system. */
export async function temporaryFinding(lake: string, now: Date): Promise<Finding> {
  const folder = join(lake, '.tmp');
  let [count, bytes] = [0, 0];
  for (const path of await filesBelow(folder)) {
    const facts = await stat(path).catch((error: unknown) => {
      if (isErrno(error) && error.code === 'ENOENT') return null;
      throw error;
    });
    if (facts === null || now.getTime() - facts.mtimeMs < STALE_MS) continue;
    count += 1;
    bytes += facts.size;
  }
  if (count === 0) return { check: 'temporary files', state: 'ok', where: folder, found: 'none that is a day old', next: null };
  const found = `${count} older than a day, ${bytes.toLocaleString('en-US')} bytes`;
  return {
    check: 'temporary files',
    state: 'warn',
    where: folder,
    found,
    next: 'Remove the folder while nothing runs, or let the daily sweep do it.',
  };
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true, recursive: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if (isErrno(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
    throw error;
  }
}
