/** Types that every engine has; the engine's DDL maps them. Whole numbers are 64 bit, timestamps UTC with microseconds. */
export type LogicalType = 'text' | 'integer' | 'double' | 'boolean' | 'timestamp' | 'date';

/**
 * - `append`: a partition per UTC date, rewritten only when that date gets new rows.
 * - `replace_partition`: partitions with new evidence are built anew.
 * - `latest`: one row per key; per column group the newest observation in which the group was present. Base and deltas.
 * - `view`: worked out when reading, from other tables.
 */
export type Strategy = 'append' | 'replace_partition' | 'latest' | 'view';

export interface Column {
  readonly name: string;
  readonly type: LogicalType;
  readonly nullable: boolean;
  readonly description: string;
  /** For `latest` tables: fields that arrive together share a group. Key columns have none. */
  readonly group: string | null;
  /** Worked out when reading, in no file and in no checksum. */
  readonly isDerived: boolean;
}

export interface Table {
  readonly name: string;
  readonly kind: 'fact' | 'dimension' | 'bridge' | 'operation' | 'rollup' | 'view';
  /** What one row is. */
  readonly grain: string;
  readonly key: readonly string[];
  readonly strategy: Strategy;
  /** How partitions are named, such as `account=<account>/year=<yyyy>`. */
  readonly partition: string;
  /** Public columns, in the order of the checksum. Columns that start with `_` are not declared here: they are bookkeeping. */
  readonly columns: readonly Column[];
}

const TYPES: Readonly<Record<string, LogicalType>> = {
  text: 'text',
  integer: 'integer',
  double: 'double',
  boolean: 'boolean',
  timestamp: 'timestamp',
  date: 'date',
};

/**
 * Columns written one a line: `name type[?] [@group] [=] description`.
 * `?` = may be null; `=` = derived when reading.
 */
export function columns(text: string): readonly Column[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const match = /^\s*(\w+) (\w+)(\?)?(?: @(\w+))?( =)? (.+)$/.exec(line);
      const [, name, type, optional, group, derived, description] = match ?? [];
      const logical = TYPES[type ?? ''];
      if (name === undefined || logical === undefined || description === undefined) throw new Error(`not a column: ${line}`);
      return {
        name,
        type: logical,
        nullable: optional !== undefined,
        description,
        group: group ?? null,
        isDerived: derived !== undefined,
      };
    });
}
