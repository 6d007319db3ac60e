/**
 * The one declaration of every table. DuckDB's files and views, the docs and the DDL of every engine come from it.
 * Columns are only ever added; one the API drops stays and is null.
 */
import { dimensions } from './dimensions.ts';
import { facts } from './facts.ts';
import { operations } from './operations.ts';
import type { Table } from './table.ts';
import { views } from './views.ts';

export type { LogicalType, Table } from './table.ts';

export const TABLES: readonly Table[] = [...facts, ...dimensions, ...operations, ...views];

const byName = new Map(TABLES.map((table) => [table.name, table]));

/** The table of that name; a name that is not declared is a bug. */
export function tableNamed(name: string): Table {
  const table = byName.get(name);
  if (table === undefined) throw new Error(`no table ${name} in the star schema`);
  return table;
}

/** Tables whose rows are stored in files of their own, in the order in which a build may write them. */
export const STORED_TABLES: readonly Table[] = TABLES.filter((table) => table.strategy !== 'view');
