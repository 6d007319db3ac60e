import type { Table } from '../../tables/star-schema.ts';
import { storedColumns } from '../../tables/stored.ts';
import { folded } from './place.ts';
import { identifier } from './quoted.ts';
import { snowflakeType } from './types.ts';

/** Columns of a table's files, and how COPY takes each out of a row of a file. */
export const copiedColumns = (table: Table): readonly { readonly column: string; readonly value: string }[] =>
  storedColumns(table).map(({ name, type }) => ({ column: folded(name), value: `$1:${identifier(name)}::${snowflakeType(type)}` }));
