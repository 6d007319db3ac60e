import type { LogicalType } from '../../tables/star-schema.ts';

/** Types of Glue's tables, which are Hive's, for those of the files. */
const HIVE_TYPES: Readonly<Record<string, string>> = {
  VARCHAR: 'string',
  BIGINT: 'bigint',
  TINYINT: 'tinyint',
  DOUBLE: 'double',
  BOOLEAN: 'boolean',
  TIMESTAMP: 'timestamp',
  DATE: 'date',
};

/** Of a DuckDB type such as `STRUCT(seq BIGINT, at TIMESTAMP)[]`: `array<struct<seq:bigint,at:timestamp>>`. */
export function hiveType(duckDbType: string): string {
  if (duckDbType.endsWith('[]')) return `array<${hiveType(duckDbType.slice(0, -2))}>`;
  const fields = /^STRUCT\((.*)\)$/.exec(duckDbType)?.[1];
  if (fields !== undefined) {
    const typed = fields.split(', ').map((field) => field.split(' ') as [string, string]);
    return `struct<${typed.map(([name, type]) => `${name}:${hiveType(type)}`).join(',')}>`;
  }
  const type = HIVE_TYPES[duckDbType];
  if (type === undefined) throw new Error(`no type of Hive for ${duckDbType}`);
  return type;
}

/** As Athena's SQL writes the type of a column of the files. */
export function trinoType(duckDbType: string): string {
  if (duckDbType.endsWith('[]')) return `array(${trinoType(duckDbType.slice(0, -2))})`;
  const names: Readonly<Record<string, string>> = { string: 'varchar', timestamp: 'timestamp(3)' };
  const hive = hiveType(duckDbType);
  return names[hive] ?? hive;
}

/** Decimal digits that every IEEE double keeps. */
const EXACT_DIGITS = 15;

const LOGICAL: Readonly<Record<string, LogicalType>> = {
  boolean: 'boolean',
  tinyint: 'integer',
  smallint: 'integer',
  integer: 'integer',
  bigint: 'integer',
  real: 'double',
  float: 'double',
  double: 'double',
  date: 'date',
  timestamp: 'timestamp',
  'timestamp with time zone': 'timestamp',
};

/** What the type of a result's column is called everywhere else. Decimals that a double holds exactly are doubles; what has no word of its own is text. */
export function logicalType(type: string, precision: number): LogicalType {
  const name = type.toLowerCase().replace(/\(\d+\)/, '');
  if (name.startsWith('decimal')) return precision > 0 && precision <= EXACT_DIGITS ? 'double' : 'text';
  return LOGICAL[name] ?? 'text';
}
