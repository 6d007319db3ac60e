import { PipelineError } from '../kernel/errors.ts';

/** What the operating system says, in DuckDB's messages, where a disk is at fault. */
const DISK = /No space left on device|Disk quota exceeded|File too large|Read-only file system|Permission denied|Input\/output error/;
const SIZE_LIMIT = 'Raise the limit on the size of files (ulimit -f), or move the lake to a file system that takes larger ones';
const NO_ROOM = 'Free some space and check that the folder of the lake is writable';
/** DuckDB's words for a spill that found no room. */
const SPILL = /max_temp_directory_size|failed to offload/;
const MEMORY = /Out of Memory Error|std::bad_alloc/;
/** Parts of DuckDB's messages about a file that is not what was written. */
const UNREADABLE =
  /No magic bytes|TProtocolException|too small to be a Parquet|Footer length|[Ss]nappy|ZSTD|zstd|[Cc]orrupt|Invalid Input Error: .*Parquet|No files found/;
const TABLE_FILE = /tables\/[a-z_]+\/[^'"\s]+\.parquet/g;

const excerpt = (sql: string): string => sql.replaceAll(/\s+/g, ' ').slice(0, 200);

/** The files that the message names, else those that the statement reads. */
function tableFiles(reason: string, sql: string): readonly string[] {
  const named = reason.match(TABLE_FILE) ?? sql.match(TABLE_FILE) ?? [];
  return [...new Set(named)];
}

/**
 * A statement of a build that failed: `storage` where the disk is at fault, `limit_exceeded` where memory ran out, `corrupt` naming the table
 * file that cannot be read (or those among which it is), and `internal` for anything else, which is a bug.
 */
export function warehouseFailure(error: unknown, sql: string): PipelineError {
  const reason = error instanceof Error ? error.message : String(error);
  if (DISK.test(reason) || SPILL.test(reason)) {
    const hint = `${reason.includes('File too large') ? SIZE_LIMIT : NO_ROOM}, then run the command again; the tables are as they were.`;
    return new PipelineError(`the tables cannot be written: ${reason}`, { code: 'storage', hint, cause: error });
  }
  if (MEMORY.test(reason)) {
    const hint = 'Raise memory_limit in tonearm.yaml, then run the command again; the tables are as they were.';
    return new PipelineError(`the build needs more memory than it may use: ${reason}`, { code: 'limit_exceeded', hint, cause: error });
  }
  const files = tableFiles(reason, sql);
  if (UNREADABLE.test(reason) && files.length > 0) {
    const which = files.length === 1 ? files.join() : `one of ${files.join(', ')}`;
    const hint = 'Run `tonearm rebuild`: it makes every table anew from raw.';
    return new PipelineError(`${which} is damaged: ${reason}`, { code: 'corrupt', hint, cause: error });
  }
  return new PipelineError(`DuckDB: ${reason} (in: ${excerpt(sql)})`, { code: 'internal', cause: error });
}
