import { columnGroups, storedColumns } from '../../tables/stored.ts';
import type { Table } from '../../tables/table.ts';

/**
 * SQL that merges the rows of a `latest` table's files to one row per key, with all stored columns: what `latestSelect` is on DuckDB. Per column group
 * the newest observation in which it was present wins; ties go to the fuller shape, then to the values, column by column, null before any.
 */
export function mergedSelect(table: Table): string {
  const key = table.key.join(', ');
  const groups = columnGroups(table).map(({ name, columns }) => ({ name, columns: [`_${name}_at`, `_${name}_shape`, ...columns] }));
  const ranks = groups.map(({ name, columns: [at = '', ...others] }) => {
    const order = [`${at} desc nulls last`, ...others.map((column) => `${column} desc nulls first`)];
    return `row_number() over (partition by ${key} order by ${order.join(', ')}) as _${name}_place`;
  });
  const seen = ['_observed_at', '_raw_key', '_raw_line', '_raw_item'];
  ranks.push(
    `row_number() over (partition by ${key} order by ${seen.map((column) => `${column} desc nulls first`).join(', ')}) as _seen_place`,
  );
  const owner = new Map(groups.flatMap(({ name, columns }) => columns.map((column) => [column, name] as const)));
  const picked = storedColumns(table).map(({ name }) => {
    if (table.key.includes(name)) return name;
    const group = owner.get(name);
    const isFirst = group === undefined ? '_seen_place = 1' : `_${group}_place = 1 and _${group}_at is not null`;
    return `arbitrary(${name}) filter (where ${isFirst}) as ${name}`;
  });
  return `select ${picked.join(', ')} from (select *, ${ranks.join(', ')} from files_${table.name}) group by ${key}`;
}
