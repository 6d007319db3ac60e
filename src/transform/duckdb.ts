import { DuckDBInstance, type DuckDBValue } from '@duckdb/node-api';
import { warehouseFailure } from './failure.ts';

export interface WarehouseOptions {
  readonly threads: number;
  /** As DuckDB writes it, such as `1GB`. What it cannot hold goes to `tempDir`. */
  readonly memoryLimit: string;
  readonly tempDir: string;
}

export type Row = Readonly<Record<string, DuckDBValue>>;

/** A DuckDB in memory that lives as long as one build. Statements run one after the other. */
export interface Warehouse {
  run(sql: string, params?: Readonly<Record<string, DuckDBValue>>): Promise<void>;
  rows(sql: string, params?: Readonly<Record<string, DuckDBValue>>): Promise<readonly Row[]>;
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
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
