import { fileColumns } from '../../tables/stored.ts';
import type { Column, Table } from '../../tables/table.ts';
import { folded } from './place.ts';

function canonical({ name, type }: Column): string {
  const column = folded(name);
  const value: Readonly<Record<Column['type'], string>> = {
    text: column,
    integer: `TO_VARCHAR(${column})`,
    double: `TO_VARCHAR(${column})`,
    boolean: `IFF(${column}, 'true', 'false')`,
    timestamp: `TO_VARCHAR(DATE_PART(EPOCH_MICROSECOND, ${column}))`,
    date: `TO_VARCHAR(${column}, 'YYYY-MM-DD')`,
  };
  return `IFF(${column} IS NULL, '~', '=' || ${value[type]})`;
}

/** The checksum of the rows of a relation, as `checksumOf` of the tables has it: the first 8 bytes of each row's md5, added up modulo 2^64. */
export function snowflakeChecksum(table: Table): string {
  const text = fileColumns(table).map(canonical).join(' || CHR(31) || ');
  return `TO_VARCHAR(MOD(COALESCE(SUM(MD5_NUMBER_UPPER64(${text})), 0), 18446744073709551616))`;
}
