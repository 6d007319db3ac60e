import { latestSelect } from '../tables/latest.ts';
import { storedColumns } from '../tables/stored.ts';
import type { Table } from '../tables/table.ts';
import { fold, isWorthFolding } from './compaction.ts';
import type { Warehouse } from './duckdb.ts';
import type { WorkingTables } from './working-tables.ts';

const PARTITION = 'all';

/** Merges a batch's sightings of one kind of thing into its `latest` table, as a delta. */
export async function mergeDimension(warehouse: Warehouse, tables: WorkingTables, table: Table, sightings: string): Promise<void> {
  const columns = storedColumns(table)
    .map(({ name }) => name)
    .join(', ');
  await warehouse.run(`create or replace table sighting as
    select s.* exclude (raw_id, line, item), r.raw_key as _raw_key, s.line as _raw_line, s.item as _raw_item
    from (${sightings}) as s join raw_object as r using (raw_id)`);
  const [first] = await warehouse.rows('select 1 as one from sighting limit 1');
  if (first === undefined) return;
  await warehouse.run(`create or replace table delta as ${latestSelect(table, `(select ${columns} from sighting)`)}`);
  if (tables.partition(table, PARTITION) === undefined) {
    await tables.replace(table, PARTITION, 'select * from delta');
    return;
  }
  const stored = await tables.relation(table, [PARTITION]);
  await warehouse.run(`create or replace table touched as
    ${latestSelect(table, `(select ${columns} from ${stored} semi join delta using (${table.key.join(', ')}))`)}`);
  await warehouse.run(`create or replace table merged as
    ${latestSelect(table, `(select ${columns} from delta union all select ${columns} from touched)`)}`);
  await tables.extend(table, PARTITION, 'select * from merged', 'select * from touched');
}

/** Makes one file of base and deltas where they have grown: at the end of a build, so that no batch writes what the next would write again. */
export async function foldDimension(tables: WorkingTables, table: Table): Promise<void> {
  if (isWorthFolding(tables.partition(table, PARTITION)?.files ?? [])) await fold(tables, table, PARTITION);
}
