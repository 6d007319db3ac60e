import { PipelineError } from '../kernel/errors.ts';
import type { Key } from './object-store.ts';

const KEY_BYTES = 512;
/** Longest file name of ext4, APFS and NTFS. */
const SEGMENT_BYTES = 255;
const CHARACTERS = /^[a-z0-9._=/-]*$/;
/** The fs driver's folder for files in the making; no key is inside it. */
export const TEMP_FOLDER = '.tmp';

/** What is wrong with a key, or null. */
export function keyFault(key: string): string | null {
  if (key.length === 0) return 'it is empty';
  if (!CHARACTERS.test(key)) return 'it holds a character outside [a-z0-9._=/-]';
  if (key.length > KEY_BYTES) return `it is longer than ${KEY_BYTES} bytes`;
  const segments = key.split('/');
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..')) return 'it has an empty or dot segment';
  if (segments.some((segment) => segment.length > SEGMENT_BYTES)) return `a segment is longer than ${SEGMENT_BYTES} bytes`;
  if (segments[0] === TEMP_FOLDER) return `${TEMP_FOLDER} is kept for files in the making`;
  return null;
}

/** The key itself. Throws `internal`: keys are made by Tonearm alone, so a bad one is a bug. */
export function checkKey(key: string): Key {
  const fault = keyFault(key);
  if (fault === null) return key;
  throw new PipelineError(`"${key.slice(0, 200)}" is not a key of the object store: ${fault}`, { code: 'internal' });
}

/** A prefix of keys: the beginning of a key, or nothing. Throws `internal` where no key can start with it. */
export function checkPrefix(prefix: string): string {
  if (prefix !== '') checkKey(prefix.endsWith('/') ? prefix.slice(0, -1) : prefix);
  return prefix;
}
