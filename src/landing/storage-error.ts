import { PipelineError } from '../kernel/errors.ts';

const HINTS: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full: free some space, then run the command again.',
  EDQUOT: 'Your disk quota is used up: free some space, then run the command again.',
  EACCES: 'The folder is not readable or writable for this user: check its owner and permissions.',
  EPERM:
    'The folder is not writable for this user, or its file system lacks hard links: check permissions, or move the lake to another disk.',
  EROFS: 'The file system is read-only: mount it for writing, or move the lake to another folder.',
  ENOTDIR: 'A file stands where a folder should be: move it away.',
  EISDIR: 'A folder stands where a file should be: move it away.',
  ENOTEMPTY: 'A folder stands where a file should be: move it away.',
  ENOTSUP: 'The file system lacks hard links: move the lake to another disk.',
  EOPNOTSUPP: 'The file system lacks hard links: move the lake to another disk.',
  EXDEV: 'The lake spans two file systems: keep all of its folder on one.',
  EMFILE: 'Too many files are open: raise the limit (ulimit -n), then run the command again.',
  ENFILE: 'Too many files are open on this machine: close some programs, then run the command again.',
  EFBIG: 'A limit on the size of files stands in the way, of this shell (ulimit -f) or of the file system: raise it, or move the lake.',
  EIO: 'The disk cannot be read or written: check it.',
};
const RETRYABLE = new Set(['EMFILE', 'ENFILE', 'EAGAIN', 'EBUSY', 'ESTALE']);

/** The errno code of a failed system call, such as `ENOENT`; null for any other error. */
export function errnoOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' && 'syscall' in error ? error.code : null;
}

/**
 * A failed system call as `storage`, with the path and what to do; a PipelineError as it is.
 * @param doing what was tried, such as `write`
 */
export function storageError(error: unknown, doing: string, path: string): PipelineError {
  if (error instanceof PipelineError) return error;
  const code = errnoOf(error);
  const reason = code ?? (error instanceof Error ? error.message : String(error));
  return new PipelineError(`cannot ${doing} ${path}: ${reason}`, {
    code: 'storage',
    retryable: code !== null && RETRYABLE.has(code),
    hint: HINTS[code ?? ''] ?? 'Check that the folder of the lake is there and healthy.',
    cause: error,
  });
}
