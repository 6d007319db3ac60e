/** For tests: Athena's SQL executed by DuckDB, for its meaning. Functions of Trino that DuckDB lacks, or has otherwise, are macros; nothing here is Athena. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { createSystemClock } from '../../kernel/clock.ts';
import { TABLES } from '../../tables/star-schema.ts';
import { storedColumns } from '../../tables/stored.ts';
import { answer } from '../duckdb/answer.ts';
import type { TimeZones } from '../duckdb/local-time.ts';
import { quoted } from '../duckdb/quoted.ts';
import type { Engine, Query, Scalar } from '../engine.ts';
import { readRules, ruleObjects } from '../rule-files.ts';
import type { SampleLake } from '../testing.ts';
import { trinoSql } from './dialect.ts';
import { type View, viewsOf } from './views.ts';

const MACROS = [
  'sequence(a, b, step) as generate_series(a, b, step)',
  'array_join(list, separator) as array_to_string(list, separator)',
  'day_of_week(a) as isodow(a)',
  'with_timezone(a, zone) as timezone(zone, a::timestamp)',
  'at_timezone(a, zone) as timezone(zone, a)',
  'normalize(a) as nfc_normalize(a), (a, form) as strip_accents(a)',
  'date_add(part, number, moment) as moment + to_milliseconds(number)',
  "date_format(a, format) as strftime(a, replace(replace(format, '%i', '%M'), '%s', '%S'))",
  'from_iso8601_timestamp(a) as a::timestamptz',
  'json_extract_scalar(a, path) as json_extract_string(a, path)',
  'element_at(list, place) as list_extract(list, place)',
  'regexp_like(a, pattern) as regexp_matches(a, pattern)',
  "regexp_replace(a, pattern, other) as system.main.regexp_replace(a, pattern, other, 'g')",
];

export interface AthenaOnDuckDb extends Engine {
  readonly views: readonly View[];
  /** Every statement that was asked, as Athena would get it. */
  readonly asked: readonly string[];
}

/** Worked out once: DuckDB takes longer to plan them than to answer. */
const KEPT: ReadonlySet<string> = new Set(['coverage', 'hidden_plays', 'recordings', 'saved_items', 'stored_tracks', 'track_recordings']);

/** DuckDB has no type of Trino's for lists. */
const onDuckDb = (sql: string): string =>
  sql.replaceAll(/array\((json|varchar|timestamp\(3\))\)/g, '$1[]').replaceAll(', NFD)', ", 'NFD')");

export async function athenaOnDuckDb(lake: SampleLake, zones: TimeZones = {}): Promise<AthenaOnDuckDb> {
  const rules = await readRules(lake.store, await ruleObjects(lake.store));
  const views = viewsOf({ zones, rules });
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '300MB' });
  const connection = await instance.connect();
  const run = async (sql: string): Promise<void> => {
    await connection.run(sql).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${sql}`);
    });
  };
  await run("set TimeZone = 'UTC'");
  for (const macro of MACROS) await run(`create macro ${macro}`);
  const catalog = await lake.catalog.current();
  for (const table of TABLES.filter(({ strategy }) => strategy !== 'view')) {
    const paths = catalog.partitions
      .filter((partition) => partition.table === table.name)
      .flatMap(({ files }) => files.map(({ key }) => quoted(join(lake.folder, key))));
    const empty = `select ${storedColumns(table)
      .map(({ name, type }) => `null::${type} as "${name}"`)
      .join(', ')} where false`;
    const rows =
      paths.length === 0
        ? ''
        : ` union all by name select * from read_parquet([${paths.join(', ')}], union_by_name = true, hive_partitioning = false)`;
    await run(`create view ${table.strategy === 'latest' ? 'files' : 'stored'}_${table.name} as ${empty}${rows}`);
  }
  const runs = await readdir(join(lake.folder, 'runs')).catch(() => []);
  const lines = runs.map((name) => `select content as line from read_text(${quoted(join(lake.folder, 'runs', name))})`);
  await run(`create view stored_run_files as ${lines.length === 0 ? "select '' as line where false" : lines.join(' union all ')}`);
  for (const { name, sql } of views) await run(`create ${KEPT.has(name) ? 'table' : 'view'} "${name}" as ${onDuckDb(sql)}`);

  const asked: string[] = [];
  const query = async ({ sql, params, limits }: Query, signal: AbortSignal): ReturnType<Engine['query']> => {
    const text = trinoSql(sql, { zones, params: params as Readonly<Record<string, Scalar>> });
    asked.push(text);
    const given = await answer(connection, { sql: onDuckDb(text), params: {}, limits }, createSystemClock(), signal).catch(
      (error: unknown) => {
        throw new Error(`${String(error)}\n${text}`);
      },
    );
    return { ...given, catalogVersion: catalog.version, stats: () => ({ ...given.stats(), scannedBytes: null }) };
  };
  return {
    dialect: 'athena',
    views,
    asked,
    query,
    publish: async () => ({ replaced: 0, statements: 0 }),
    describe: async () => [],
    close: async () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

interface Parser {
  validate(sql: string): readonly { readonly message: string }[];
}

/** A parser of Trino's SQL. The package is no module that Node loads by itself, so it is bundled first. */
export async function trinoParser(): Promise<Parser> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    stdin: { contents: "export { TrinoSQL } from 'dt-sql-parser/dist/parser/trino/index.js'", resolveDir: import.meta.dirname },
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
    logLevel: 'warning',
  });
  const { TrinoSQL } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0]?.contents ?? []).toString('base64')}`);
  return new TrinoSQL();
}

/** What the grammar takes, as names or as it stands, and Trino does not. */
const NOT_TRINO =
  /filter \(where [^()]*(?:\([^()]*\)[^()]*)*\) over|\* (?:exclude|replace)\b|\b(?:(?:semi|anti|asof) join|union all by name|qualify|similar to|group by all)\b|::|\bis (?:not )?(?:true|false)\b/i;

/** What of a statement is no SQL of Trino; null where all is. */
export function faultOf(parser: Parser, sql: string): string | null {
  return NOT_TRINO.exec(sql)?.[0] ?? parser.validate(sql)[0]?.message ?? null;
}
