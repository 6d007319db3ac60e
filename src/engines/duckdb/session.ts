import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { duckDbFailure } from './failure.ts';
import { quoted } from './quoted.ts';
import { type LakeFiles, relationStatements } from './relations.ts';

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
   * Works out once what many questions ask and what is small, among the tables that the SQL names, and keeps it as long as the session: a catalog
   * version never changes. Not stopped by a signal. Errors: `corrupt`, as on opening; the next call tries again.
   */
  keepFor(connection: DuckDBConnection, sql: string): Promise<void>;
  connect(): Promise<DuckDBConnection>;
  close(): void;
}

/** Errors: `corrupt`, naming the key of a table file that cannot be opened. */
export async function openSession(files: LakeFiles, machine: Machine): Promise<Session> {
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
    await connection.run(relationStatements(files).join(';\n'));
    connection.closeSync();
  } catch (error) {
    instance.closeSync();
    throw duckDbFailure(error, files);
  }
  return { connect: () => instance.connect(), keepFor: keeping(files), close: () => instance.closeSync() };
}

/**
 * `coverage`: a day of an account is a row, however much was played on it, and each report asks it which of its days are certain. `hidden_plays`: few
 * plays, found by several joins. `track_recordings`: two ids a track, worked out from all of them.
 */
const KEPT = ['coverage', 'hidden_plays', 'track_recordings'] as const;

function keeping(files: LakeFiles): Session['keepFor'] {
  const kept = new Map<string, Promise<void>>();
  const keep = async (connection: DuckDBConnection, table: string): Promise<void> => {
    try {
      await connection.run(`create schema if not exists kept; create or replace table kept.${table} as select * from ${table}`);
      await connection.run(`create or replace view ${table} as select * from kept.${table}`);
    } catch (error) {
      kept.delete(table);
      throw duckDbFailure(error, files);
    }
  };
  return async (connection, sql) => {
    for (const table of KEPT) {
      if (!new RegExp(`\\b${table}\\b`, 'i').test(sql)) continue;
      const keeps = kept.get(table) ?? keep(connection, table);
      kept.set(table, keeps);
      await keeps;
    }
  };
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
