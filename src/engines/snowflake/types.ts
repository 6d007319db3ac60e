import type { LogicalType } from '../../tables/star-schema.ts';

/** Of every time: in UTC, without a zone, as the files have it. */
export const TIMESTAMP = 'TIMESTAMP_NTZ(6)';

/** Types of Snowflake for those of the files. https://docs.snowflake.com/en/sql-reference/intro-summary-data-types */
const TYPES: Readonly<Record<string, string>> = {
  VARCHAR: 'VARCHAR',
  BIGINT: 'NUMBER(19, 0)',
  TINYINT: 'NUMBER(3, 0)',
  DOUBLE: 'FLOAT',
  BOOLEAN: 'BOOLEAN',
  TIMESTAMP,
  DATE: 'DATE',
};

/** Lists and structures are VARIANT. */
export function snowflakeType(duckDbType: string): string {
  if (duckDbType.endsWith('[]')) return 'VARIANT';
  const type = TYPES[duckDbType];
  if (type === undefined) throw new Error(`no type of Snowflake for ${duckDbType}`);
  return type;
}

/** Decimal digits that every IEEE double keeps. */
const EXACT_DIGITS = 15;

const LOGICAL: Readonly<Record<string, LogicalType>> = {
  boolean: 'boolean',
  real: 'double',
  date: 'date',
  timestamp_ntz: 'timestamp',
  timestamp_ltz: 'timestamp',
  timestamp_tz: 'timestamp',
};

/** What the type of a result's column is called everywhere else. Decimals that a double holds exactly are doubles; what has no word of its own is text. */
export function logicalType({
  type,
  precision,
  scale,
}: {
  readonly type: string;
  readonly precision: number;
  readonly scale: number;
}): LogicalType {
  if (type !== 'fixed') return LOGICAL[type] ?? 'text';
  if (scale === 0) return 'integer';
  return precision > 0 && precision <= EXACT_DIGITS ? 'double' : 'text';
}
