import { LINEAGE, storedColumns } from '../tables/stored.ts';
import type { Table } from '../tables/table.ts';
import { literal, type Warehouse } from './duckdb.ts';
import type { WorkingTables } from './working-tables.ts';

/**
 * One row per key: of several sightings the newest, then by the values themselves, so that order of arrival never matters.
 * Key columns may be null (what nothing dates).
 */
function newestPerKey(table: Table, from: string): string {
  const lineage = LINEAGE.map(({ name }) => name);
  const rest = storedColumns(table)
    .map(({ name }) => name)
    .filter((name) => !table.key.includes(name) && !lineage.includes(name));
  const ordered = ['_observed_at', ...rest, ...lineage.slice(1)];
  const packed = `max({${ordered.map((name) => `'${name}': ${name}`).join(', ')}})`;
  const picked = storedColumns(table).map(({ name }) => (table.key.includes(name) ? name : `newest.${name} as ${name}`));
  return `select ${picked.join(', ')} from (select ${table.key.join(', ')}, ${packed} as newest from ${from} group by all)`;
}

const waitingOf = (table: Table): string => `waiting_${table.name}`;

/** Keeps rows for {@link mergeDated}, beside those kept before unless they are the first. `rows` has a column `partition_name`. */
export async function gatherDated(
  warehouse: Warehouse,
  table: Table,
  rows: string,
  { isFirst }: { readonly isFirst: boolean },
): Promise<void> {
  await warehouse.run(
    isFirst ? `create or replace table ${waitingOf(table)} as ${rows}` : `insert into ${waitingOf(table)} by name ${rows}`,
  );
}

/** Merges the rows that were kept into a table with a partition per date; only the dates that got rows are rewritten. */
export async function mergeDated(warehouse: Warehouse, tables: WorkingTables, table: Table): Promise<void> {
  const columns = storedColumns(table)
    .map(({ name }) => name)
    .join(', ');
  const waiting = waitingOf(table);
  const dates = await warehouse.rows(`select distinct partition_name from ${waiting} order by partition_name`);
  for (const { partition_name } of dates) {
    const name = String(partition_name);
    const stored = await tables.relation(table, [name]);
    const union = `(select ${columns} from ${stored} union all select ${columns} from ${waiting} where partition_name = ${literal(name)})`;
    await tables.replace(table, name, newestPerKey(table, union));
  }
}

/** Both at once, for rows that what follows reads. */
export async function addDated(warehouse: Warehouse, tables: WorkingTables, table: Table, rows: string): Promise<void> {
  await gatherDated(warehouse, table, rows, { isFirst: true });
  await mergeDated(warehouse, tables, table);
}

/** The rows of a staging model with their lineage and the partition of the day they were observed on. */
export function datedRows(model: string): string {
  return `select s.* exclude (raw_id, line, item), r.raw_key as _raw_key, s.line as _raw_line, s.item as _raw_item,
      'dt=' || coalesce(s.observed_on::varchar, 'undated') as partition_name
    from (${model}) as s join raw_object as r using (raw_id)`;
}
