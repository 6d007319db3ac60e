import { DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import { warehouseFailure } from './failure.ts';

export interface WarehouseOptions {
  readonly threads: number;
  /** As DuckDB writes it, such as `1GB`. What it cannot hold goes to `tempDir`. */
  readonly memoryLimit: string;
  readonly tempDir: string;
}

/** Statements at one time: each holds buffers of its own. */
const MOST_CONNECTIONS = 4;

export type Value = DuckDBValue;
export type Row = Readonly<Record<string, Value>>;

/** A DuckDB in memory that lives as long as one build. Statements run one after the other. */
export interface Warehouse {
  run(sql: string, params?: Readonly<Record<string, DuckDBValue>>): Promise<void>;
  rows(sql: string, params?: Readonly<Record<string, DuckDBValue>>): Promise<readonly Row[]>;
  /** Values column by column, for many rows. */
  columns(sql: string): Promise<readonly (readonly DuckDBValue[])[]>;
  /** Runs statements on several connections at once, in any order; the first error ends it when those at work have ended. They see no temporary table. */
  spread(statements: readonly string[]): Promise<void>;
  /** Adds rows to a table: whole numbers for BIGINT columns, text or null for VARCHAR. */
  append(table: string, rows: Iterable<readonly (number | string | null)[]>): Promise<void>;
  close(): void;
}

/** SQL text literal. */
export function literal(text: string): string {
  // DuckDB takes a statement as a C string: a NUL would end it in the middle of the literal.
  return `'${text.replaceAll('\0', '\ufffd').replaceAll("'", "''")}'`;
}

/** Errors: see {@link warehouseFailure}. */
export async function openWarehouse(options: WarehouseOptions): Promise<Warehouse> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(options.threads),
    memory_limit: options.memoryLimit,
    temp_directory: options.tempDir,
    // Rows know their line and element; keeping the order of files costs a multiple of the memory.
    preserve_insertion_order: 'false',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  await connection.run("set TimeZone = 'UTC'");
  const attempt = async <T>(sql: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw warehouseFailure(error, sql);
    }
  };
  async function spread(statements: readonly string[]): Promise<void> {
    const waiting = [...statements];
    const worker = async (): Promise<void> => {
      const own = await instance.connect();
      try {
        for (let sql = waiting.shift(); sql !== undefined; sql = waiting.shift()) {
          const statement = sql;
          await attempt(statement, () => own.run(statement));
        }
      } finally {
        own.closeSync();
      }
    };
    const results = await Promise.allSettled(Array.from({ length: Math.min(options.threads, MOST_CONNECTIONS) }, worker));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  async function append(table: string, rows: Iterable<readonly (number | string | null)[]>): Promise<void> {
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
      attempt(sql, async () => {
        await (params === undefined ? connection.run(sql) : connection.run(sql, { ...params }));
      }),
    rows: (sql, params) =>
      attempt(sql, async () => {
        const reader = await (params === undefined ? connection.runAndReadAll(sql) : connection.runAndReadAll(sql, { ...params }));
        return reader.getRowObjects();
      }),
    columns: (sql) => attempt(sql, async () => (await connection.runAndReadAll(sql)).getColumns()),
    spread,
    append: (table, rows) => attempt(`append to ${table}`, () => append(table, rows)),
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
