import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { duckType, type LakePlan, type PipeCopy, type Plan, planOf } from './dialect.ts';
import { type ColumnType, columnType, type Rowset, rowsetOf, type StatementAnswer } from './rowsets.ts';

/** What all sessions share. */
export interface Shared {
  readonly stages: string;
  /** Such as `STAGE "A"."B"`. */
  readonly objects: Set<string>;
  /** Files that were loaded, by table. */
  readonly history: Set<string>;
  /** Folders that are buckets, by what their addresses begin with. */
  readonly buckets: Map<string, string>;
  /** Addresses of stages of buckets. */
  readonly urls: Map<string, string>;
  readonly integrations: Map<string, readonly string[]>;
  readonly pipes: Map<string, PipeCopy>;
  readonly tasks: Map<string, readonly string[]>;
  /** METADATA$START_SCAN_TIME, as SQL. */
  scanTime: string;
}

export const nothingShared = (stages: string): Shared => ({
  stages,
  objects: new Set(),
  history: new Set(),
  buckets: new Map(),
  urls: new Map(),
  integrations: new Map(),
  pipes: new Map(),
  tasks: new Map(),
  scanTime: 'now()',
});

/** Who asks, and the values of the `?`. */
export interface Asked {
  readonly isReader: boolean;
  readonly binds: readonly (string | number | bigint | boolean | null)[];
}

interface Rows {
  readonly names: readonly string[];
  readonly types: readonly ColumnType[];
  readonly rows: readonly (readonly DuckDBValue[])[];
  readonly rowset: Rowset;
}

export interface Warehouse {
  /** The answer as the protocol has it. */
  run(sql: string, asked?: Asked): Promise<StatementAnswer>;
  /** A notification reached that pipe: it loads the file, whether or not it did before. Gives the rows; null where the file is not the pipe's. */
  deliver(pipe: string, key: string): Promise<number | null>;
  /** Rolls back what is open. */
  end(): Promise<void>;
  /** The same, and is gone. */
  leave(): Promise<void>;
}

/** What Snowflake says of the same mistake. */
function codeOf(message: string): string {
  if (/INTERRUPT/i.test(message)) return '000604';
  if (/column .* not found|Referenced column/i.test(message)) return '000904';
  return /does not exist/.test(message) ? '002003' : '001003';
}

const error = (code: string, message: string): Error => Object.assign(new Error(message), { code });

const TEXT: ColumnType = { type: 'text', precision: 38, scale: 0 };
const WHOLE: ColumnType = { ...TEXT, type: 'fixed' };

const answered = (names: readonly string[], types: readonly ColumnType[], rowset: Rowset): StatementAnswer => ({
  rowtype: names.map((name, at) => ({ name, nullable: true, length: null, ...(types[at] ?? TEXT) })),
  rowset,
  total: rowset.length,
  returned: rowset.length,
  queryResultFormat: 'json',
  parameters: [],
});

const answer = (names: readonly string[], types: readonly string[], rows: readonly (readonly unknown[])[]): StatementAnswer =>
  answered(
    names,
    types.map((type) => (type === 'fixed' ? WHOLE : TEXT)),
    rows.map((row) => row.map((value) => (value === null ? null : String(value)))),
  );

const counted = (what: string, count: number): StatementAnswer => answer([`number of rows ${what}`], ['fixed'], [[count]]);
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
  const rowsOf = async (sql: string, binds: Asked['binds'] = []): Promise<Rows> => {
    try {
      const reader = await connection.runAndReadAll(sql, [...binds]);
      const rows = reader.getRows();
      return { names: reader.columnNames(), types: reader.columnTypes().map(columnType), rows, rowset: rowsetOf(rows) };
    } catch (thrown) {
      throw error(codeOf(String(thrown)), `${thrown}\n${sql}`);
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
  const folderOf = (stage: string): string => {
    const url = shared.urls.get(stage);
    if (url === undefined) return join(shared.stages, stage.replaceAll('"', ''));
    const [start = '', folder = ''] = [...shared.buckets].find(([known]) => url.startsWith(known)) ?? [];
    return join(folder, url.slice(start.length));
  };
  /** As METADATA$FILENAME has it: of a bucket, all that stands before it there. */
  const nameOf = (stage: string, file: string): string => `${shared.urls.get(stage)?.replace(/^s3:\/\/[^/]+\//, '') ?? ''}${file}`;

  const copied = async (plan: Extract<Plan, { kind: 'copy' }>): Promise<StatementAnswer> => {
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
      const values = plan.values.map((value) => copiedValue(value, columns, nameOf(plan.stage, file)));
      const count = await exec(`insert into ${plan.into} (${plan.columns}) select ${values.join(', ')} from ${from}`);
      shared.history.add(known);
      rows.push([`${shared.urls.get(plan.stage) ?? 'LOADING/'}${file}`, 'LOADED', count, count]);
    }
    return answer(['file', 'status', 'rows_parsed', 'rows_loaded'], ['text', 'text', 'fixed', 'fixed'], rows);
  };

  const put = ({ path, target }: Extract<Plan, { kind: 'put' }>): StatementAnswer => {
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

  const deliver = async (pipe: string, key: string): Promise<number | null> => {
    const copy = shared.pipes.get(pipe);
    if (copy === undefined) throw error('002003', `PIPE ${pipe} does not exist or not authorized`);
    const url = shared.urls.get(copy.stage) ?? '';
    const start = [...shared.buckets.keys()].find((known) => url.startsWith(known)) ?? '';
    const [before, file] = [url.slice(start.length), key.slice(url.length - start.length)];
    if (!key.startsWith(before + copy.path) || copy.pattern?.test(key) === false) return null;
    const path = join(folderOf(copy.stage), file).replaceAll("'", "''");
    const from = copy.isJson ? `read_text('${path}')` : `read_parquet('${path}', hive_partitioning = false, file_row_number = true)`;
    const columns = new Set((await rowsOf(`select column_name from (describe select * from ${from})`)).rows.map(([name]) => String(name)));
    const values = copy.values
      .map((value) => copiedValue(value, columns, nameOf(copy.stage, file), copy.isJson))
      .map((value) => (value === 'METADATA$START_SCAN_TIME' ? shared.scanTime : value));
    return exec(`insert into ${copy.into} (${copy.columns}) select ${values.join(', ')} from ${from}`);
  };

  const allow = (url: string, integration: string): void => {
    need([`INTEGRATION ${integration}`]);
    const allowed = shared.integrations.get(integration) ?? [];
    if (!allowed.some((one) => url.startsWith(one))) throw error('003167', `${url} is not allowed by ${integration}`);
  };

  const runOfLake = async (plan: LakePlan): Promise<StatementAnswer> => {
    switch (plan.kind) {
      case 'integration':
        shared.objects.add(`INTEGRATION ${plan.name}`);
        shared.integrations.set(plan.name, plan.allowed);
        return done;
      case 'told':
        if (plan.of !== 'policy') need([`INTEGRATION ${plan.name}`]);
        if (plan.of === 'trial' && shared.objects.has('ROLE OF AWS')) return answer(['ANSWER'], ['text'], [['{"status":"success"}']]);
        return TOLD[plan.of];
      case 'stage':
        allow(plan.url, plan.integration);
        shared.objects.add(`STAGE ${plan.name}`);
        shared.urls.set(plan.name, plan.url);
        return done;
      case 'pipe':
        need([`STAGE ${plan.copy.stage}`]);
        shared.objects.add(`PIPE ${plan.name}`);
        shared.pipes.set(plan.name, plan.copy);
        return done;
      case 'task':
        shared.objects.add(`TASK ${plan.name}`);
        shared.tasks.set(plan.name, plan.statements);
        return done;
      case 'unless': {
        const { rows } = await rowsOf(plan.sql);
        if (rows.length > 0) return answer(['goes on'], ['text'], [['yes']]);
        await exec('commit');
        isOpen = false;
        return { ...answer([], [], []), isEnded: true };
      }
    }
  };

  const run = async (plan: Plan, binds: Asked['binds']): Promise<StatementAnswer> => {
    switch (plan.kind) {
      case 'integration':
      case 'told':
      case 'stage':
      case 'pipe':
      case 'task':
      case 'unless':
        return runOfLake(plan);
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
        const { names, types, rowset } = await rowsOf(plan.sql, binds);
        // Names that are not quoted are in small letters here, and in capitals there.
        return answered(
          names.map((name) => (/[A-Z]/.test(name) ? name : name.toUpperCase())),
          types,
          rowset,
        );
      }
      case 'inserted':
      case 'updated':
      case 'deleted':
        return counted(plan.kind, await exec(plan.sql));
    }
  };

  return {
    run: async (sql, { isReader, binds } = { isReader: false, binds: [] }) => {
      const plan = planOf(sql);
      if (plan === null) throw error('001003', `SQL compilation error: not a statement of Tonearm: ${sql}`);
      if (isReader && plan.kind !== 'rows') throw error('003001', 'Insufficient privileges');
      if (isReader && /_(?:STORED|LANDED)"/.test(sql)) throw error('002003', 'Schema does not exist or not authorized');
      return run(plan, binds);
    },
    deliver,
    end: async () => {
      if (isOpen) await exec('rollback');
      isOpen = false;
    },
    leave: async () => {
      if (isOpen) await exec('rollback');
      connection.closeSync();
    },
  };
}

/** Who of Snowflake comes, as it says it itself. */
const TOLD: Readonly<Record<'integration' | 'policy' | 'trial', Readonly<Record<string, unknown>>>> = {
  integration: answer(
    ['property', 'property_type', 'property_value', 'property_default'],
    ['text', 'text', 'text', 'text'],
    [
      ['ENABLED', 'Boolean', 'true', 'false'],
      ['STORAGE_AWS_IAM_USER_ARN', 'String', 'arn:aws:iam::111122223333:user/abc1-b-self1234', ''],
      ['STORAGE_AWS_EXTERNAL_ID', 'String', 'MYORG_SFCRole=2_a1b2c3/x=', ''],
    ],
  ),
  policy: answer(
    ['POLICY'],
    ['text'],
    [
      [
        '{"Version":"2012-10-17","Statement":[{"Sid":"1","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/abc1-b-self1234"},"Action":["sns:Subscribe"],"Resource":["arn"]}]}',
      ],
    ],
  ),
  trial: answer(['ANSWER'], ['text'], [['{"status":"failure","message":"Access Denied","actions":{"LIST":{"status":"FAILURE"}}}']]),
};

/** Of `$1:"name"::TYPE`; null where the file has no such column. */
function copiedValue(value: string, columns: ReadonlySet<string>, file: string, isJson = false): string {
  if (value.includes('METADATA$FILENAME')) return value.replace('METADATA$FILENAME', `'${file.replaceAll("'", "''")}'`);
  if (value === 'METADATA$FILE_ROW_NUMBER') return isJson ? '1' : 'file_row_number + 1';
  if (value === 'METADATA$START_SCAN_TIME') return value;
  if (value === '$1') return 'content::json';
  const [, name = '', type = ''] = /^\$1:"((?:[^"]|"")*)"::(.+)$/.exec(value) ?? [];
  const duck = duckType(type);
  if (!columns.has(name)) return `null::${duck}`;
  return duck === 'JSON' ? `to_json("${name}")` : `"${name}"::${duck}`;
}
