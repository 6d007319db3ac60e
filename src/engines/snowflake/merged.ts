import { columnGroups, storedColumns } from '../../tables/stored.ts';
import type { Table } from '../../tables/table.ts';
import { folded, type SnowflakePlace, storedName } from './place.ts';

const list = (names: readonly string[]): string => names.map(folded).join(', ');

/**
 * SQL that merges the rows of a `latest` table's files to one row per key, with all stored columns: what `latestSelect` is on DuckDB. Per column group the
 * newest observation in which it was present wins; ties go to the fuller shape, then to the values, column by column, null before any.
 */
export function mergedSelect(table: Table, place: Pick<SnowflakePlace, 'database' | 'schema'>): string {
  const from = storedName(place, table.name);
  const newest = (shown: readonly string[], by: readonly string[], where: string): string => {
    const order = by.map((name, at) => `${folded(name)} DESC NULLS ${at === 0 ? 'LAST' : 'FIRST'}`).join(', ');
    return `(SELECT ${list([...table.key, ...shown])} FROM ${from}${where} QUALIFY ROW_NUMBER() OVER (PARTITION BY ${list(table.key)} ORDER BY ${order}) = 1)`;
  };
  const seen = ['_observed_at', '_raw_key', '_raw_line', '_raw_item'];
  const groups = columnGroups(table).map(({ name, columns }) => ({ name, columns: [`_${name}_at`, `_${name}_shape`, ...columns] }));
  const joins = groups.map(({ name, columns }) => {
    const rows = newest(columns, columns, ` WHERE ${folded(`_${name}_at`)} IS NOT NULL`);
    return `LEFT JOIN ${rows} AS ${folded(name)} USING (${list(table.key)})`;
  });
  const columns = list(storedColumns(table).map(({ name }) => name));
  return `SELECT ${columns} FROM ${newest(seen, seen, '')} AS "SEEN" ${joins.join(' ')}`;
}
