import { tableNamed } from '../tables/star-schema.ts';
import { addDated } from './dated-tables.ts';
import type { Warehouse } from './duckdb.ts';
import exportDays from './sql/staging/export_days.sql';
import exportFiles from './sql/staging/export_files.sql';
import type { WorkingTables } from './working-tables.ts';

const FILES = tableNamed('export_files');
const DAYS = tableNamed('export_days');

/** What the new files of history say about themselves, as `file_fact` and `file_day`. They must be all that is in `evidence_row`. */
export async function describeFiles(warehouse: Warehouse): Promise<void> {
  await warehouse.run(`create or replace table file_fact as ${exportFiles}`);
  await warehouse.run(`create or replace table file_day as ${exportDays}`);
}

/** The days that the exports of these accounts close, old and new, as `closed_day`; `is_new` where no earlier file closed it. */
export async function describeClosedDays(warehouse: Warehouse, tables: WorkingTables, accounts: readonly string[]): Promise<void> {
  const stored = await tables.relation(
    DAYS,
    accounts.map((account) => `account=${account}`),
  );
  await warehouse.run(`create or replace table closed_day as
    select account_id, day, bool_and(is_new) as is_new
    from (select account_id, day, false as is_new from ${stored} where is_closed union all select account_id, day, true from file_day where is_closed)
    group by account_id, day`);
}

/** SQL of the records of earlier files whose second clock lies in another year: account_id, ended_from, second_end. */
export async function crossClocks(tables: WorkingTables, accounts: readonly string[]): Promise<string> {
  const stored = await tables.relation(
    FILES,
    accounts.map((account) => `account=${account}`),
  );
  return `(select account_id, cross_clock.ended_from, cross_clock.second_end from (select account_id, unnest(_cross_clocks) as cross_clock from ${stored}))`;
}

/** Keeps what the new files say about themselves. */
export async function keepFileFacts(warehouse: Warehouse, tables: WorkingTables): Promise<void> {
  await addDated(warehouse, tables, FILES, 'select * exclude (raw_id, first_place) from file_fact');
  await addDated(warehouse, tables, DAYS, 'select * from file_day');
}
