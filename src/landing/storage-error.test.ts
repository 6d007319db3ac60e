import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { PipelineError } from '../kernel/errors.ts';
import { errnoOf, storageError } from './storage-error.ts';

const failed = (code: string): Error => Object.assign(new Error(code), { code, syscall: 'open' });

it.each([
  ['ENOSPC', /disk is full/],
  ['EACCES', /owner and permissions/],
  ['EPERM', /not writable/],
  ['EROFS', /read-only/],
])('says what to do about %s', (code, hint) => {
  const error = storageError(failed(code), 'write', '/lake/raw/a');
  expect(error).toMatchObject({ code: 'storage', retryable: false, message: `cannot write /lake/raw/a: ${code}` });
  expect(error.hint).toMatch(hint);
});

it('calls a lack of file handles worth another try', () => {
  expect(storageError(failed('EMFILE'), 'read', 'x').retryable).toBe(true);
});

it('keeps the cause, and a PipelineError as it is', () => {
  const cause = failed('EIO');
  expect(storageError(cause, 'read', 'x').cause).toBe(cause);
  const known = new PipelineError('known', { code: 'corrupt' });
  expect(storageError(known, 'read', 'x')).toBe(known);
});

it('knows the errors of the file system from others that have a code', async () => {
  const real: unknown = await readFile('/nowhere/at-all').catch((error: unknown) => error);
  expect(errnoOf(real)).toBe('ENOENT');
  expect(errnoOf(Object.assign(new Error('x'), { code: 'Z_DATA_ERROR' }))).toBeNull();
  expect(errnoOf('ENOENT')).toBeNull();
});
