import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { duckDbFailure } from './failure.ts';
import { keeping } from './keeping.ts';
import { neededStatements } from './needed.ts';
import { quoted } from './quoted.ts';
import { type LakeFiles, relationStatements, runFilesStatement } from './relations.ts';

export interface Machine {
  /** As DuckDB writes it, such as `1GB`. */
  readonly memoryLimit: string;
  readonly threads: number;
  /** Where a query may spill what does not fit into memory. */
  readonly tempDir: string;
}

/** A DuckDB in memory that knows the tables of one catalog version. */
export interface Session {
  /**
   * Works out once what many questions ask, of the tables and the relations `kept.…` that the SQL names, and keeps it as long as the session: a
   * catalog version never changes. Not stopped by a signal. Errors: `corrupt`, as on opening; the next call tries again.
   */
  keepFor(connection: DuckDBConnection, sql: string): Promise<void>;
  /** The summaries of runs that there are now, in the place of those before: they are in no catalog, and what is kept stays. */
  seeRuns(files: LakeFiles): Promise<void>;
  connect(): Promise<DuckDBConnection>;
  close(): void;
}

/** It knows all tables, or those that `sql` speaks of. Errors: `corrupt`, naming the key of a table file that cannot be opened. */
export async function openSession(files: LakeFiles, machine: Machine, sql: string | null = null): Promise<Session> {
  // Loaded here: a command that asks another process, or nothing, starts in half the time without it.
  const { DuckDBInstance } = await import('@duckdb/node-api');
  // DuckDB makes one folder of the path. A lake that cannot be written to is read all the same, as far as memory goes.
  await mkdir(dirname(machine.tempDir)).catch(() => undefined);
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(machine.threads),
    memory_limit: machine.memoryLimit,
    temp_directory: machine.tempDir,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  try {
    const connection = await instance.connect();
    await connection.run("set global TimeZone = 'UTC'");
    await connection.run('set global parquet_metadata_cache = true');
    const all = relationStatements(files);
    await connection.run((sql === null ? all : neededStatements(all, sql)).join(';\n'));
    connection.closeSync();
  } catch (error) {
    instance.closeSync();
    throw duckDbFailure(error, files);
  }
  const seeRuns: Session['seeRuns'] = async (newer) => {
    const connection = await instance.connect();
    await connection.run(runFilesStatement(newer.runs));
    connection.closeSync();
  };
  return { connect: () => instance.connect(), keepFor: keeping(files), seeRuns, close: () => instance.closeSync() };
}

/** Spilled bytes that a person's query may write. */
const GUARDED_SPILL = '1GB';

/** From here on the session reads the files it was opened with and nothing else, and no setting changes any more. */
export async function lockSession(connection: DuckDBConnection, files: LakeFiles): Promise<void> {
  const paths = [...Object.values(files.tables).flat(), ...files.runs].map(({ path }) => quoted(path));
  await connection.run(`set global allowed_paths = [${paths.join(', ')}]`);
  await connection.run(`set global max_temp_directory_size = ${quoted(GUARDED_SPILL)}`);
  await connection.run('set global enable_external_access = false');
  await connection.run('set global lock_configuration = true');
}
