import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { duckType, type Plan, planOf } from './dialect.ts';

/** What all sessions share. */
export interface Shared {
  readonly stages: string;
  /** Such as `STAGE "A"."B"`. */
  readonly objects: Set<string>;
  /** Files that were loaded, by table. */
  readonly history: Set<string>;
}

export interface Warehouse {
  /** The answer as the protocol has it. */
  run(sql: string): Promise<Readonly<Record<string, unknown>>>;
  /** Rolls back what is open. */
  end(): Promise<void>;
}

const error = (code: string, message: string): Error => Object.assign(new Error(message), { code });

const TYPES: Readonly<Record<string, string>> = {
  BIGINT: 'fixed',
  HUGEINT: 'fixed',
  INTEGER: 'fixed',
  TINYINT: 'fixed',
  BOOLEAN: 'boolean',
  DOUBLE: 'real',
};

const answer = (
  names: readonly string[],
  types: readonly string[],
  rows: readonly (readonly unknown[])[],
): Readonly<Record<string, unknown>> => ({
  rowtype: names.map((name, at) => ({ name, type: types[at] ?? 'text', nullable: true, precision: 38, scale: 0, length: null })),
  rowset: rows.map((row) => row.map((value) => (value === null ? null : String(value)))),
  total: rows.length,
  returned: rows.length,
  queryResultFormat: 'json',
  parameters: [],
});

const counted = (what: string, count: number): Readonly<Record<string, unknown>> =>
  answer([`number of rows ${what}`], ['fixed'], [[count]]);
const done = answer(['status'], ['text'], [['Statement executed successfully.']]);

export function createWarehouse(connection: DuckDBConnection, shared: Shared): Warehouse {
  let isOpen = false;

  const exec = async (sql: string): Promise<number> => {
    try {
      return (await connection.run(sql)).rowsChanged;
    } catch (thrown) {
      const message = String(thrown);
      throw error(/does not exist/.test(message) ? '002003' : /[Cc]onflict/.test(message) ? '000625' : '001003', `${message}\n${sql}`);
    }
  };
  const rowsOf = async (
    sql: string,
  ): Promise<{ names: readonly string[]; types: readonly string[]; rows: readonly (readonly unknown[])[] }> => {
    try {
      const reader = await connection.runAndReadAll(sql);
      return {
        names: reader.columnNames(),
        types: reader.columnTypes().map((type) => TYPES[String(type)] ?? 'text'),
        rows: reader.getRows(),
      };
    } catch (thrown) {
      throw error(/does not exist/.test(String(thrown)) ? '002003' : '001003', `${thrown}\n${sql}`);
    }
  };

  const made = async ({ sql, adds }: Extract<Plan, { kind: 'ddl' }>): Promise<void> => {
    // Snowflake would commit what is open.
    if (isOpen) throw error('001003', 'DDL within a transaction');
    if (sql !== null) await exec(sql);
    if (adds !== null) shared.objects.add(adds);
  };
  const need = (objects: readonly string[]): void => {
    for (const one of objects) if (!shared.objects.has(one)) throw error('002003', `${one} does not exist or not authorized`);
  };
  const folderOf = (stage: string): string => join(shared.stages, stage.replaceAll('"', ''));

  const copied = async (plan: Extract<Plan, { kind: 'copy' }>): Promise<Readonly<Record<string, unknown>>> => {
    need([`STAGE ${plan.stage}`, `FILE FORMAT ${plan.format}`]);
    const rows: unknown[][] = [];
    for (const file of plan.files) {
      const known = `${plan.into} ${file}`;
      if (shared.history.has(known) && !plan.isForced) continue;
      const from = `read_parquet('${join(folderOf(plan.stage), file).replaceAll("'", "''")}', hive_partitioning = false)`;
      const there = await rowsOf(`select column_name from (describe select * from ${from})`).catch(() => {
        throw error('091016', `Remote file '${file}' was not found`);
      });
      const columns = new Set(there.rows.map(([name]) => String(name)));
      const values = plan.values.map((value) => copiedValue(value, columns, file));
      const count = await exec(`insert into ${plan.into} (${plan.columns}) select ${values.join(', ')} from ${from}`);
      shared.history.add(known);
      rows.push([`LOADING/${file}`, 'LOADED', count, count]);
    }
    return answer(['file', 'status', 'rows_parsed', 'rows_loaded'], ['text', 'text', 'fixed', 'fixed'], rows);
  };

  const put = ({ path, target }: Extract<Plan, { kind: 'put' }>): Readonly<Record<string, unknown>> => {
    const [, stage = '', folder = ''] = /^@((?:"[^"]*"\.?)+)\/(.*)$/.exec(target) ?? [];
    need([`STAGE ${stage}`]);
    return {
      command: 'UPLOAD',
      operation: 'Node',
      src_locations: [path],
      parallel: 1,
      threshold: 1e9,
      autoCompress: false,
      overwrite: true,
      sourceCompression: 'auto_detect',
      clientShowEncryptionParameter: false,
      encryptionMaterial: null,
      stageInfo: { locationType: 'LOCAL_FS', location: join(folderOf(stage), folder), path: '', region: '', creds: {} },
    };
  };

  const run = async (plan: Plan): Promise<Readonly<Record<string, unknown>>> => {
    switch (plan.kind) {
      case 'ddl':
        await made(plan);
        return done;
      case 'grant':
        need(plan.needs);
        return done;
      case 'begin':
      case 'commit':
      case 'rollback':
        await exec(plan.kind);
        isOpen = plan.kind === 'begin';
        return done;
      case 'put':
        return put(plan);
      case 'remove':
        need([`STAGE ${plan.stage}`]);
        await rm(folderOf(plan.stage), { recursive: true, force: true });
        return done;
      case 'copy':
        return copied(plan);
      case 'rows': {
        const { names, types, rows } = await rowsOf(plan.sql);
        // What DuckDB itself keeps of tables is in small letters, Snowflake's in capitals.
        const isOfTables = plan.sql.includes('information_schema');
        return answer(isOfTables ? names.map((name) => name.toUpperCase()) : names, types, rows);
      }
      case 'inserted':
      case 'updated':
      case 'deleted':
        return counted(plan.kind, await exec(plan.sql));
    }
  };

  return {
    run: async (sql) => {
      const plan = planOf(sql);
      if (plan === null) throw error('001003', `SQL compilation error: not a statement of Tonearm: ${sql}`);
      return run(plan);
    },
    end: async () => {
      if (isOpen) await exec('rollback');
    },
  };
}

/** Of `$1:"name"::TYPE`; null where the file has no such column. */
function copiedValue(value: string, columns: ReadonlySet<string>, file: string): string {
  if (value === 'METADATA$FILENAME') return `'${file.replaceAll("'", "''")}'`;
  const [, name = '', type = ''] = /^\$1:"((?:[^"]|"")*)"::(.+)$/.exec(value) ?? [];
  const duck = duckType(type);
  if (!columns.has(name)) return `null::${duck}`;
  return duck === 'JSON' ? `to_json("${name}")` : `"${name}"::${duck}`;
}
