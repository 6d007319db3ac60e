/** Types of Snowflake for those of the files. https://docs.snowflake.com/en/sql-reference/intro-summary-data-types */
const TYPES: Readonly<Record<string, string>> = {
  VARCHAR: 'VARCHAR',
  BIGINT: 'NUMBER(19, 0)',
  TINYINT: 'NUMBER(3, 0)',
  DOUBLE: 'FLOAT',
  BOOLEAN: 'BOOLEAN',
  TIMESTAMP: 'TIMESTAMP_NTZ(6)',
  DATE: 'DATE',
};

/** Lists and structures are VARIANT. */
export function snowflakeType(duckDbType: string): string {
  if (duckDbType.endsWith('[]')) return 'VARIANT';
  const type = TYPES[duckDbType];
  if (type === undefined) throw new Error(`no type of Snowflake for ${duckDbType}`);
  return type;
}
