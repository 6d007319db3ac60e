import { PipelineError } from '../../kernel/errors.ts';
import { suggestion } from '../../kernel/nearest.ts';
import { TABLES } from '../../tables/star-schema.ts';
import type { LakeFile, LakeFiles } from './relations.ts';

const NAMES = TABLES.map(({ name }) => name);

/** Parts of DuckDB's messages about a file that is gone or not what was written. */
const UNREADABLE =
  /Malformed JSON in file|No magic bytes|No files found|Cannot open file|No such file|TProtocolException|too small to be a Parquet|Footer length|[Ss]nappy|ZSTD|corrupt/;
const USERS_FAULT =
  /^(?:Failed to extract statements: )?(Parser|Binder|Catalog|Conversion|Invalid Input|Out of Range|Permission|Not implemented|Syntax|Constraint|Invalid type|Mismatch Type|Invalid Configuration|Parameter Not Resolved|Expression) Error/i;

/** A failure of DuckDB as one of ours. `sql`'s author is told what to change; a damaged table file is named by its key. */
export function duckDbFailure(error: unknown, files: LakeFiles): PipelineError {
  if (error instanceof PipelineError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const damaged = allFiles(files).find(({ path }) => text.includes(path));
  if (UNREADABLE.test(text) && (damaged !== undefined || !USERS_FAULT.test(text))) return corrupt(damaged, error);
  if (/Out of Memory Error|std::bad_alloc|Cannot create a string longer/i.test(text)) {
    return new PipelineError(`the query needs more memory than it may use: ${firstLine(text)}`, {
      code: 'limit_exceeded',
      hint: 'Select fewer rows or columns, or raise memory_limit in tonearm.yaml.',
      cause: error,
    });
  }
  if (USERS_FAULT.test(text)) return badSql(text, error);
  if (damaged !== undefined) return corrupt(damaged, error);
  return new PipelineError(`DuckDB failed: ${text}`, { code: 'internal', cause: error });
}

/** The key of the table file that cannot be read is in the message; null where DuckDB does not say which one it is. */
function corrupt(file: LakeFile | undefined, cause: unknown): PipelineError {
  const which = file === undefined ? 'a table file' : file.key;
  return new PipelineError(`${which} is missing or damaged`, {
    code: 'corrupt',
    hint: file?.key.startsWith('runs/')
      ? 'It is only a report on a run: remove it.'
      : 'Run `tonearm rebuild`: it makes every table anew from raw.',
    cause,
  });
}

function badSql(text: string, cause: unknown): PipelineError {
  const message = text
    .replace(/^Failed to extract statements: /, '')
    .replace(/\nDid you mean "[^\n]*\n?/, '\n')
    .trim();
  return new PipelineError(message, { code: 'bad_sql', hint: hintFor(message), cause });
}

function hintFor(message: string): string {
  const table = /Table with name "?(\w+)"? does not exist/.exec(message)?.[1];
  if (table !== undefined) return suggestion(table, NAMES);
  if (/^Permission Error/.test(message)) return 'A query reads the tables of the lake and no other file.';
  if (/Values were not provided/.test(message)) return 'Write values in place of the parameters.';
  if (/Referenced column|does not have a column/.test(message)) return 'See `tonearm tables <table>` for the columns.';
  return 'See `tonearm tables` for what can be asked; the SQL is that of DuckDB.';
}

const allFiles = (files: LakeFiles): readonly LakeFile[] => [...Object.values(files.tables).flat(), ...files.runs];

const firstLine = (text: string): string => text.split('\n')[0] ?? text;
