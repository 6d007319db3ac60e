import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { warehouseFailure } from './failure.ts';

export interface WarehouseOptions {
  readonly threads: number;
  /** As DuckDB writes it, such as `1GB`. What it cannot hold goes to `tempDir`. */
  readonly memoryLimit: string;
  readonly tempDir: string;
}

/** Each statement at work holds buffers of its own. */
const MOST_LANES = 4;

export type Value = DuckDBValue;
export type Row = Readonly<Record<string, Value>>;

/**
 * A DuckDB in memory that lives as long as one build. Statements that are given while others run go to connections of their own: they see the
 * same tables, so nothing in it is temporary.
 */
export interface Warehouse {
  run(sql: string, params?: Readonly<Record<string, DuckDBValue>>): Promise<void>;
  rows(sql: string, params?: Readonly<Record<string, DuckDBValue>>): Promise<readonly Row[]>;
  /** Values column by column, for many rows. */
  columns(sql: string): Promise<readonly (readonly DuckDBValue[])[]>;
  /** Adds rows to a table: whole numbers for BIGINT columns, text or null for VARCHAR. */
  append(table: string, rows: Iterable<readonly (number | string | null)[]>): Promise<void>;
  /** How many statements are worth giving at one time. */
  readonly lanes: number;
  close(): void;
}

/** SQL text literal. */
export function literal(text: string): string {
  // DuckDB takes a statement as a C string: a NUL would end it in the middle of the literal.
  return `'${text.replaceAll('\0', '\ufffd').replaceAll("'", "''")}'`;
}

/** Errors: see {@link warehouseFailure}. */
export async function openWarehouse(options: WarehouseOptions): Promise<Warehouse> {
  // Loaded here: verbs that build nothing start without it.
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(options.threads),
    memory_limit: options.memoryLimit,
    temp_directory: options.tempDir,
    // Rows know their line and element; keeping the order of files costs a multiple of the memory.
    preserve_insertion_order: 'false',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const all: DuckDBConnection[] = [];
  const idle: DuckDBConnection[] = [];
  async function opened(): Promise<DuckDBConnection> {
    const connection = await instance.connect();
    all.push(connection);
    await connection.run("set TimeZone = 'UTC'");
    return connection;
  }

  async function attempt<T>(sql: string, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = idle.pop() ?? (await opened());
    try {
      return await work(connection);
    } catch (error) {
      throw warehouseFailure(error, sql);
    } finally {
      idle.push(connection);
    }
  }

  async function append(connection: DuckDBConnection, table: string, rows: Iterable<readonly (number | string | null)[]>): Promise<void> {
    const appender = await connection.createAppender(table);
    for (const row of rows) {
      for (const value of row) {
        if (value === null) appender.appendNull();
        else if (typeof value === 'number') appender.appendBigInt(BigInt(value));
        else appender.appendVarchar(value);
      }
      appender.endRow();
    }
    appender.closeSync();
  }

  return {
    run: (sql, params) =>
      attempt(sql, async (connection) => {
        await (params === undefined ? connection.run(sql) : connection.run(sql, { ...params }));
      }),
    rows: (sql, params) =>
      attempt(sql, async (connection) => {
        const reader = await (params === undefined ? connection.runAndReadAll(sql) : connection.runAndReadAll(sql, { ...params }));
        return reader.getRowObjects();
      }),
    columns: (sql) => attempt(sql, async (connection) => (await connection.runAndReadAll(sql)).getColumns()),
    append: (table, rows) => attempt(`append to ${table}`, (connection) => append(connection, table, rows)),
    lanes: Math.min(options.threads, MOST_LANES),
    close: () => {
      for (const connection of all) connection.closeSync();
      instance.closeSync();
    },
  };
}

/** Does `work` on every item, at most `lanes` at one time. The first error is thrown when those at work have ended; the rest is left. */
export async function inLanes<T>(lanes: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  let failed = false;
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined && !failed; item = waiting.shift()) {
      try {
        await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const results = await Promise.allSettled(Array.from({ length: lanes }, worker));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
