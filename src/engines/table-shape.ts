import type { Table } from '../tables/star-schema.ts';
import type { TableShape } from './engine.ts';

/** What every engine tells of a table. */
export function shapeOf(table: Table): TableShape {
  return {
    table: table.name,
    kind: table.kind,
    grain: table.grain,
    key: table.key,
    columns: table.columns.map(({ name, type, nullable, description }) => ({ name, type, nullable, description })),
  };
}
