import { createHash } from 'node:crypto';
import type { TableInput } from '@aws-sdk/client-glue';
import type { Catalog } from '../../tables/catalog.ts';
import { STORED_TABLES, type Table } from '../../tables/star-schema.ts';
import { storedColumns } from '../../tables/stored.ts';
import { MANIFESTS } from './notes.ts';
import { type AthenaPlace, addressOf } from './place.ts';
import { hiveType, trinoType } from './types.ts';
import { type Reading, type View, viewsOf } from './views.ts';

/** A table of Glue as it should be. */
export interface WantedTable {
  readonly name: string;
  readonly input: TableInput;
  /** Changes with anything of `input`. */
  readonly fingerprint: string;
  /** The list of files that it needs, to be written before it; null: none. */
  readonly manifest: { readonly key: string; readonly text: string } | null;
}

const MANIFEST = 'files';

/** Glue takes no longer comment, in bytes of UTF-8. https://docs.aws.amazon.com/glue/latest/webapi/API_Column.html */
const MOST_COMMENT = 255;
/** https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html */
export const MOST_VIEW_TEXT = 409_600;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * Every table and view that Athena should have of a catalog version, in the order of switching: what describes things before what happened to them,
 * tables before the views that read them.
 */
export function wantedTables(catalog: Catalog, reading: Reading, place: AthenaPlace): readonly WantedTable[] {
  const rank = ({ kind }: Table): number => (kind === 'dimension' ? 0 : 1);
  const stored = STORED_TABLES.toSorted((a, b) => rank(a) - rank(b)).map((table) => storedTable(table, catalog, place));
  return [...stored, runFiles(place), ...viewsOf(reading).map((view) => viewTable(view, place))];
}

/** Rows as the files hold them: of a table of the newest value per key, they are merged by a view. */
function storedTable(table: Table, catalog: Catalog, place: AthenaPlace): WantedTable {
  const manifest = manifestOf(table, catalog, place);
  const descriptions = new Map(table.columns.map(({ name, description }) => [name, description]));
  const input: TableInput = {
    Name: `${table.strategy === 'latest' ? 'files' : 'stored'}_${table.name}`,
    Description: `${table.grain}, as the files hold it: ask ${table.name}`,
    TableType: 'EXTERNAL_TABLE',
    Parameters: { EXTERNAL: 'TRUE', classification: 'parquet' },
    StorageDescriptor: {
      Columns: storedColumns(table).map(({ name, type }) => glueColumn(name, type, descriptions.get(name) ?? '')),
      Location: addressOf(place, manifest.key.slice(0, -MANIFEST.length)),
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-athena-query.html reads a list of Parquet files so.
      InputFormat: 'org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat',
      OutputFormat: 'org.apache.hadoop.hive.ql.io.IgnoreKeyTextOutputFormat',
      SerdeInfo: {
        SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
        Parameters: { 'serialization.format': '1' },
      },
    },
  };
  return wanted(input, manifest);
}

/** The list of a table's files. Named by what is in it, it never changes, and the same list is the same object. */
function manifestOf({ name }: Table, { partitions }: Catalog, place: AthenaPlace): { readonly key: string; readonly text: string } {
  const files = partitions.filter(({ table }) => table === name).flatMap((partition) => partition.files);
  const text = files.map(({ key }) => `${addressOf(place, key)}\n`).join('');
  return { key: `${MANIFESTS}${name}/${sha256(text).slice(0, 32)}/${MANIFEST}`, text };
}

export const manifestKeys = (catalog: Catalog, place: AthenaPlace): readonly string[] =>
  STORED_TABLES.map((table) => manifestOf(table, catalog, place).key);

export const isManifest = (key: string): boolean => key.endsWith(`/${MANIFEST}`);

/** Summaries of runs, each a line of JSON: they are read as they lie, and need no list. */
function runFiles(place: AthenaPlace): WantedTable {
  return wanted({
    Name: 'stored_run_files',
    Description: 'one run, as its summary was written: ask runs',
    TableType: 'EXTERNAL_TABLE',
    Parameters: { EXTERNAL: 'TRUE', classification: 'json' },
    StorageDescriptor: {
      Columns: [{ Name: 'line', Type: 'string' }],
      Location: addressOf(place, 'runs/'),
      InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
      OutputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
      SerdeInfo: {
        SerializationLibrary: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe',
        // JSON writes this character as an escape, so a line is one field.
        Parameters: { 'serialization.format': '1', 'field.delim': '\u0001' },
      },
    },
  });
}

/** Athena's own form of a view: what CREATE VIEW writes into Glue. */
export function viewTable({ name, sql, columns }: View, { database }: AthenaPlace): WantedTable {
  const told = columns.map((column) => ({ name: column.name, type: trinoType(column.type) }));
  const view = { originalSql: sql, catalog: 'awsdatacatalog', schema: database, columns: told };
  return wanted({
    Name: name,
    TableType: 'VIRTUAL_VIEW',
    Parameters: { presto_view: 'true', comment: 'Presto View' },
    ViewOriginalText: `/* Presto View: ${Buffer.from(JSON.stringify(view)).toString('base64')} */`,
    ViewExpandedText: '/* Presto View */',
    StorageDescriptor: {
      Columns: columns.map((column) => glueColumn(column.name, column.type, column.description)),
      SerdeInfo: {},
    },
  });
}

function glueColumn(name: string, type: string, description: string): { Name: string; Type: string; Comment?: string } {
  const comment = Buffer.from(description)
    .subarray(0, MOST_COMMENT)
    .toString()
    .replace(/\uFFFD+$/, '');
  return { Name: name, Type: hiveType(type), ...(comment === '' ? {} : { Comment: comment }) };
}

function wanted(input: TableInput, manifest: WantedTable['manifest'] = null): WantedTable {
  return { name: input.Name ?? '', input, fingerprint: sha256(JSON.stringify(input)), manifest };
}
