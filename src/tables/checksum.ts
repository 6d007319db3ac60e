import { fileColumns } from './stored.ts';
import type { Column, Table } from './table.ts';

const UNIT_SEPARATOR = 'chr(31)';

/** Two arguments of `concat`, which takes null for nothing: the mark, and the value. */
function canonical(column: Column): string {
  const value: Readonly<Record<Column['type'], string>> = {
    text: column.name,
    integer: `${column.name}::varchar`,
    double: `${column.name}::varchar`,
    boolean: `case ${column.name} when true then 'true' when false then 'false' end`,
    timestamp: `epoch_us(${column.name})::varchar`,
    date: `strftime(${column.name}, '%Y-%m-%d')`,
  };
  return `case when ${column.name} is null then '~' else '=' end, ${value[column.type]}`;
}

/**
 * DuckDB expression for one row's part of a table's checksum: the first 8 bytes of md5 over the row's canonical text, as an unsigned number.
 * Text: the public columns of the files in the order of the declaration, each `~` for null or `=` and the value (timestamps as microseconds
 * since 1970, dates as ISO text), joined by U+001F.
 */
export function rowHash(table: Table): string {
  // One function of all columns: a chain of `||` would copy the text once a column.
  const text = `concat(${fileColumns(table).map(canonical).join(`, ${UNIT_SEPARATOR}, `)})`;
  return `('0x' || md5(${text})[1:16])::ubigint`;
}

/** DuckDB aggregate: the checksum of the rows of a relation, as decimal text. */
export function checksumOf(table: Table): string {
  return `coalesce((sum(${rowHash(table)}::hugeint) % 18446744073709551616)::varchar, '0')`;
}
