import { dirname } from 'node:path';
import type { Catalog } from '../../tables/catalog.ts';
import { STORED_TABLES, type Table } from '../../tables/star-schema.ts';
import { externalKey, type Source } from './external.ts';
import { copiedColumns } from './loaded-columns.ts';
import { CATALOG_LOADED, FILE_COLUMN, FILE_FORMAT, LOADED_FILES, STAGE, TABLES_STAGE } from './objects.ts';
import { folded, type SnowflakePlace, storedName } from './place.ts';
import { literal } from './quoted.ts';

/** A file whose rows are loaded, or are to be. Files never change: another content is another key. */
export interface LoadedFile {
  readonly table: string;
  readonly partition: string;
  /** In the lake, and below the stage. */
  readonly key: string;
  readonly bytes: number;
  readonly rows: number;
}

type Named = Pick<SnowflakePlace, 'database' | 'schema'>;

/** Most that one COPY may name. https://docs.snowflake.com/en/sql-reference/sql/copy-into-table */
const MOST_FILES = 1_000;

/** Values of one list: Snowflake takes 16,384, and 1 MB of text (https://docs.snowflake.com/en/user-guide/query-size-limits). */
const MOST_LISTED = 2_000;

export const SELECT_LOADED = (place: Named): string => `SELECT "VERSION" FROM ${storedName(place, CATALOG_LOADED)}`;

export const SELECT_FILES = (place: Named): string =>
  `SELECT "TABLE_NAME", "PARTITION_NAME", "FILE", "ROW_COUNT" FROM ${storedName(place, LOADED_FILES)}`;

/** Every file of a catalog version. */
export function filesOf({ partitions }: Catalog): readonly LoadedFile[] {
  const known = new Set(STORED_TABLES.map(({ name }) => name));
  return partitions
    .filter(({ table }) => known.has(table))
    .flatMap(({ table, name, files }) => files.map(({ key, bytes, rows }) => ({ table, partition: name, key, bytes, rows })));
}

/** Of a name in `file://` of PUT: these stand for other names there. https://docs.snowflake.com/en/sql-reference/sql/put */
export const isPlainPath = (path: string): boolean => !/[*?]/.test(path);

/**
 * Brings a file to where {@link copyStatements} look for it. Again is fine. Never part of a transaction.
 * No SOURCE_COMPRESSION: snowflake-sdk 3.3.0 fails at NONE, and knows Parquet by itself.
 */
export function putStatement(place: Named, { key }: LoadedFile, path: string): string {
  const target = `@${storedName(place, STAGE)}/${dirname(key)}`;
  return `PUT ${literal(`file://${path.replaceAll('\\', '/')}`)} ${literal(target)} AUTO_COMPRESS = FALSE OVERWRITE = TRUE`;
}

export const removeStatement = (place: Named): string => `REMOVE @${storedName(place, STAGE)}`;

/** Changes no row where another load was first. */
export const advanceStatement = (place: Named, { version, runId }: Catalog, from: number): string =>
  `UPDATE ${storedName(place, CATALOG_LOADED)} SET "VERSION" = ${version}, "RUN_ID" = ${literal(runId)} WHERE "VERSION" = ${from}`;

const keyList = (files: readonly LoadedFile[]): string => files.map(({ key }) => literal(key)).join(', ');

function inPortions<T>(all: readonly T[], most: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / most) }, (_, at) => all.slice(at * most, (at + 1) * most));
}

/** Takes out the rows of these files of one table; all rows where `files` is null. */
export function deleteStatements(place: Named, table: Table, files: readonly LoadedFile[] | null): readonly string[] {
  const from = `DELETE FROM ${storedName(place, table.name)}`;
  if (files === null) return [from];
  return inPortions(files, MOST_LISTED).map((some) => `${from} WHERE ${folded(FILE_COLUMN)} IN (${keyList(some)})`);
}

export interface CopyStatement {
  readonly sql: string;
  readonly table: string;
  readonly files: readonly LoadedFile[];
}

/**
 * Loads files that lie in a stage into one table. FORCE, since what Snowflake remembers of files would leave out one that it has met before, and say
 * nothing; that no row comes twice is held by the transaction.
 */
export function copyStatements(place: Named, source: Source, table: Table, files: readonly LoadedFile[]): readonly CopyStatement[] {
  const isPut = source.load === 'put';
  const file = { column: folded(FILE_COLUMN), value: isPut ? 'METADATA$FILENAME' : externalKey(source.from, 'tables') };
  const columns = [...copiedColumns(table), file];
  const into = `COPY INTO ${storedName(place, table.name)} (${columns.map(({ column }) => column).join(', ')})`;
  const from = `FROM (SELECT ${columns.map(({ value }) => value).join(', ')} FROM @${storedName(place, isPut ? STAGE : TABLES_STAGE)})`;
  const format = `FILE_FORMAT = (FORMAT_NAME = ${literal(storedName(place, FILE_FORMAT))})`;
  return inPortions(files, MOST_FILES).map((some) => {
    // The stage of the bucket begins below tables/.
    const named = some.map(({ key }) => literal(isPut ? key : key.replace(/^tables\//, ''))).join(', ');
    return {
      sql: `${into} ${from} FILES = (${named}) ${format} ON_ERROR = ABORT_STATEMENT FORCE = TRUE`,
      table: table.name,
      files: some,
    };
  });
}

/** What is noted of the files that went and came; all that was noted goes where `gone` is null. */
export function noteStatements(place: Named, gone: readonly LoadedFile[] | null, fresh: readonly LoadedFile[]): readonly string[] {
  const noted = storedName(place, LOADED_FILES);
  const rows = fresh.map(({ table, partition, key, rows }) => `(${[table, partition, key].map(literal).join(', ')}, ${rows})`);
  const out =
    gone === null
      ? [`DELETE FROM ${noted}`]
      : inPortions(gone, MOST_LISTED).map((some) => `DELETE FROM ${noted} WHERE "FILE" IN (${keyList(some)})`);
  const into = `INSERT INTO ${noted} ("TABLE_NAME", "PARTITION_NAME", "FILE", "ROW_COUNT")`;
  return [...out, ...inPortions(rows, MOST_LISTED).map((some) => `${into} VALUES ${some.join(', ')}`)];
}
