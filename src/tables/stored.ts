import type { Column, LogicalType, Table } from './table.ts';

/** A column of a table's files: the public ones, then the bookkeeping ones, which start with `_`. Types are DuckDB's. */
export interface StoredColumn {
  readonly name: string;
  readonly type: string;
}

const DUCKDB_TYPES: Readonly<Record<LogicalType, string>> = {
  text: 'VARCHAR',
  integer: 'BIGINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP',
  date: 'DATE',
};

export function duckDbType(type: LogicalType): string {
  return DUCKDB_TYPES[type];
}

/** Where a row was seen first or newest: back to the line of raw. */
export const LINEAGE: readonly StoredColumn[] = [
  { name: '_observed_at', type: 'TIMESTAMP' },
  { name: '_raw_key', type: 'VARCHAR' },
  { name: '_raw_line', type: 'BIGINT' },
  { name: '_raw_item', type: 'BIGINT' },
];

const INTERVAL: readonly StoredColumn[] = [
  // Newest look that shows it, and every incomplete one: with these and `looks`, what each look held can be told again.
  { name: '_last_shown_at', type: 'TIMESTAMP' },
  // Its place then: of a stay that ended, `position` is null, but a look that ended it may turn out to be incomplete.
  { name: '_last_position', type: 'BIGINT' },
  { name: '_shown_at', type: 'TIMESTAMP[]' },
];

const EXTRA: Readonly<Record<string, readonly StoredColumn[]>> = {
  playlist_items: INTERVAL,
  // Seen in exports, which know no date: such stays are told beside those of the Web API until both are read together.
  saved_items: [...INTERVAL, { name: '_is_exported', type: 'BOOLEAN' }],
  followed_artists: INTERVAL,
  // Records whose second clock lies in another year: new evidence there may speak of them.
  export_files: [{ name: '_cross_clocks', type: 'STRUCT(ended_from TIMESTAMP, second_end TIMESTAMP)[]' }],
  looks: [
    {
      name: '_pages',
      type: 'STRUCT(seq BIGINT, page_offset BIGINT, page_count BIGINT, total BIGINT, is_first BOOLEAN, is_last BOOLEAN, newest_added_at TIMESTAMP, is_cut BOOLEAN, item_count BIGINT)[]',
    },
    { name: '_versions', type: 'STRUCT(seq BIGINT, snapshot_id VARCHAR)[]' },
  ],
};

const GROUP_EXTRA: Readonly<Record<string, readonly (StoredColumn & { readonly group: string })[]>> = {
  tracks: [{ name: '_artist_ids', type: 'VARCHAR[]', group: 'core' }],
  albums: [{ name: '_artist_ids', type: 'VARCHAR[]', group: 'core' }],
};

/** Public columns that are in the files, in the order of the declaration. */
export function fileColumns(table: Table): readonly Column[] {
  return table.columns.filter((column) => !column.isDerived);
}

export interface ColumnGroup {
  readonly name: string;
  readonly columns: readonly string[];
}

/** The column groups of a `latest` table, in the order in which they are declared. */
export function columnGroups(table: Table): readonly ColumnGroup[] {
  const groups = new Map<string, string[]>();
  const members = [...table.columns, ...(GROUP_EXTRA[table.name] ?? [])];
  for (const { name, group } of members) {
    if (group === null) continue;
    groups.set(group, [...(groups.get(group) ?? []), name]);
  }
  return [...groups].map(([name, columns]) => ({ name, columns }));
}

/** Every column of a table's files. */
export function storedColumns(table: Table): readonly StoredColumn[] {
  const shown = fileColumns(table).map(({ name, type }) => ({ name, type: duckDbType(type) }));
  const extra = [...(EXTRA[table.name] ?? []), ...(GROUP_EXTRA[table.name] ?? []).map(({ name, type }) => ({ name, type }))];
  const meta =
    table.strategy === 'latest'
      ? columnGroups(table).flatMap(({ name }) => [
          { name: `_${name}_at`, type: 'TIMESTAMP' },
          { name: `_${name}_shape`, type: 'TINYINT' },
        ])
      : [];
  return [...shown, ...extra, ...meta, ...LINEAGE];
}

/** Plays and evidence lie in time already, nearly: their keys are hashes, which no file is pruned by. Sums of a year are read all together. */
const UNSORTED: readonly string[] = ['plays', 'play_evidence', 'plays_yearly'];

/** How the rows of a file are sorted. */
export const sortOf = ({ name, key }: Table): readonly string[] => (UNSORTED.includes(name) ? [] : key);
