import { randomUUID } from 'node:crypto';
import { chmod, type FileHandle, link, mkdir, open, readdir, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { PipelineError } from '../kernel/errors.ts';
import { syncFolder } from '../landing/durable-files.ts';
import { errnoOf, storageError } from '../landing/storage-error.ts';

/** A file of one's own in the folder, with room for what will be written. */
export interface Slot {
  /** Puts the text in place as number `base + 1`; once. `conflict`: that number is taken, and the slot may be used again. */
  write(base: number, text: string): Promise<'written' | 'conflict'>;
  release(): Promise<void>;
}

/** The highest number, and the text of the newest version that is whole. */
export interface NewestVersion {
  readonly version: number;
  readonly text: string | null;
}

/** A numbered series of small secret texts, a file each; the highest number is true. */
export interface SecretSeries {
  /** Null where there is no version. */
  newest(isWhole: (text: string) => boolean): Promise<NewestVersion | null>;
  /** Takes room before it is known what will be written. Errors: `storage`. */
  prepare(): Promise<Slot>;
  /** Removes versions up to this one, which is how old secrets go. */
  removeUpTo(version: number): Promise<void>;
  /** Removes what processes that died have left, once `look` has seen it: a text that was written and not yet in place, or blanks. */
  removeLeftovers(look: (text: string) => Promise<void>): Promise<void>;
}

const DIGITS = 12;
/** More than a login takes: with the room taken beforehand a full disk cannot stop the write of a token that was just given. */
const ROOM_BYTES = 4096;
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
const OTHERS = 0o077;
/** Each after the first is another process's success. */
const MOST_LISTINGS = 50;
/** What the names of files end with that have no place yet. */
export const UNFINISHED = '.new';

const padded = (text: string): string => `${text.padEnd(ROOM_BYTES - 1)}\n`;
const nameOf = (version: number): string => `${String(version).padStart(DIGITS, '0')}.json`;
const versionOf = (name: string): number | null => (/^\d{12}\.json$/.test(name) ? Number(name.slice(0, DIGITS)) : null);

/** False where there is no such file. Throws EEXIST where the other name is taken. */
async function linked(file: string, name: string): Promise<boolean> {
  try {
    await link(file, name);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Makes a folder that only its owner can look into. Errors: `storage`. */
export async function makePrivateFolder(path: string): Promise<void> {
  try {
    if ((await mkdir(path, { recursive: true, mode: FOLDER_MODE })) !== undefined) return;
    const { mode } = await stat(path);
    if ((mode & OTHERS) !== 0) await chmod(path, mode & FOLDER_MODE);
  } catch (error) {
    throw storageError(error, 'write', path);
  }
}

/** Creates a file for its owner alone and writes the text. Throws EEXIST where there is one. */
export async function writePrivately(path: string, text: string): Promise<void> {
  const handle = await open(path, 'wx', FILE_MODE);
  try {
    await handle.writeFile(Buffer.from(text));
  } finally {
    await handle.close();
  }
}

/** The text of a file; null where there is none. */
export async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw storageError(error, 'read', path);
  }
}

/** Removes a file; none is fine. */
export async function removeIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw storageError(error, 'remove', path);
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw storageError(error, 'read', folder);
  }
}

/**
 * A series in a folder of mode 700, files of mode 600. A version is whole as soon as it has its name, so that a killed process leaves no half of
 * one; after a power cut the newest may be damaged, and the one before it counts. Needs hard links.
 */
export function createSecretSeries(folder: string): SecretSeries {
  const versions = async (): Promise<readonly number[]> =>
    (await namesIn(folder)).flatMap((name) => versionOf(name) ?? []).sort((a, b) => b - a);

  /** Gives it its name before waiting for the disk: a kill then costs nothing, and against a power cut no order helps. */
  async function place(handle: FileHandle, own: string, base: number, text: string): Promise<'written' | 'conflict'> {
    const path = join(folder, nameOf(base + 1));
    try {
      await handle.write(Buffer.from(padded(text)), 0, null, 0);
      if (!(await linked(own, path))) {
        // Somebody took it for what a dead process left.
        await writePrivately(own, padded(text));
        await link(own, path);
      }
      await unlink(own);
      await handle.sync();
      await syncFolder(folder);
    } catch (error) {
      if (errnoOf(error) === 'EEXIST') return 'conflict';
      throw storageError(error, 'write', path);
    }
    // A writer so slow that its number was removed again has written what nobody reads.
    return (await versions())[0] === base + 1 ? 'written' : 'conflict';
  }

  async function prepare(): Promise<Slot> {
    await makePrivateFolder(folder);
    const own = join(folder, `${randomUUID()}${UNFINISHED}`);
    try {
      const handle = await open(own, 'wx', FILE_MODE);
      const release = async (): Promise<void> => {
        await handle.close();
        await removeIfThere(own);
      };
      try {
        await handle.writeFile(Buffer.from(padded('')));
        await handle.sync();
      } catch (error) {
        await release();
        throw error;
      }
      return { write: (base, text) => place(handle, own, base, text), release };
    } catch (error) {
      throw storageError(error, 'write', own);
    }
  }

  /** `changed`: a version went after it was listed, and only who has written a newer one removes any. */
  async function newestOf(numbers: readonly number[], isWhole: (text: string) => boolean): Promise<NewestVersion | null | 'changed'> {
    const [version] = numbers;
    if (version === undefined) return null;
    for (const number of numbers) {
      const text = await readIfThere(join(folder, nameOf(number)));
      if (text === null) return 'changed';
      if (isWhole(text)) return { version, text };
    }
    return { version, text: null };
  }

  return {
    newest: async (isWhole) => {
      for (let listing = 1; listing <= MOST_LISTINGS; listing += 1) {
        const found = await newestOf(await versions(), isWhole);
        if (found !== 'changed') return found;
      }
      throw new PipelineError(`other processes changed ${folder} ${MOST_LISTINGS} times meanwhile`, { code: 'conflict', retryable: true });
    },
    prepare,
    removeUpTo: async (version) => {
      for (const number of await versions()) if (number <= version) await removeIfThere(join(folder, nameOf(number)));
    },
    removeLeftovers: async (look) => {
      for (const name of await namesIn(folder)) {
        if (!name.endsWith(UNFINISHED)) continue;
        const text = await readIfThere(join(folder, name));
        if (text !== null) await look(text);
        await removeIfThere(join(folder, name));
      }
    },
  };
}
