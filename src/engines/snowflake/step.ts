import { createHash } from 'node:crypto';
import type { Table } from '../../tables/star-schema.ts';
import { storedColumns } from '../../tables/stored.ts';
import { type SnowflakePlace, schemaName } from './place.ts';
import { identifier, literal } from './quoted.ts';
import { snowflakeType } from './types.ts';
import { type SnowflakeView, viewName } from './views.ts';

/** One thing that must be there. Every statement may run again. */
export interface Step {
  readonly name: string;
  readonly because: string;
  readonly statements: readonly string[];
  /** Changes with anything of `statements`. */
  readonly fingerprint: string;
  /** Table or view that it makes, as `SCHEMA.NAME`; null: nothing that Snowflake lists among them. */
  readonly makes: string | null;
  /** Its columns, in order; what is missing is added. None for a view. */
  readonly columns: Columns;
  /** Taken again wherever a table or a view is made: it grants what is granted of all that are there. */
  readonly isOfAll: boolean;
}

export type Columns = readonly { readonly name: string; readonly type: string }[];

type Making = Pick<Step, 'name' | 'because' | 'statements'> & {
  readonly makes?: string;
  readonly columns?: Columns;
  readonly isOfAll?: boolean;
};

export const fingerprintOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

export function step({ name, because, statements, makes = '', columns = [], isOfAll = false }: Making): Step {
  const fingerprint = fingerprintOf(statements.join(';\n'));
  return { name, because, statements, fingerprint, makes: makes === '' ? null : makes, columns, isOfAll };
}

type Named = Pick<SnowflakePlace, 'database' | 'schema'>;

export const schemaStep = (place: Named, name: string, because: string): Step =>
  step({
    name: `schema ${name}`,
    because,
    statements: [`CREATE SCHEMA IF NOT EXISTS ${schemaName(place, name)} COMMENT = ${literal(because)}`],
  });

export const varchar = (name: string): Columns[number] => ({ name, type: 'VARCHAR' });
export const whole = (name: string): Columns[number] => ({ name, type: 'NUMBER(19, 0)' });

/** A table of that schema. `told`: what is said of its columns. */
export function tableStep(
  place: Named,
  schema: string,
  { name, columns, grain }: { readonly name: string; readonly columns: Columns; readonly grain: string },
  told: ReadonlyMap<string, string> = new Map(),
): Step {
  const listed = columns.map((column) => {
    const description = told.get(column.name);
    return `${identifier(column.name)} ${column.type}${description === undefined ? '' : ` COMMENT ${literal(description)}`}`;
  });
  const made = `${schemaName(place, schema)}.${identifier(name)}`;
  return step({
    name: `table ${schema}.${name}`,
    because: `one row is ${grain}`,
    statements: [`CREATE TABLE IF NOT EXISTS ${made} (${listed.join(', ')}) COMMENT = ${literal(grain)}`],
    makes: `${schema}.${name}`,
    columns,
  });
}

export const viewStep = (place: SnowflakePlace, view: SnowflakeView): Step =>
  step({
    name: `view ${view.schema}.${view.name}`,
    because: `one row is ${view.grain}`,
    statements: [`CREATE OR REPLACE VIEW ${viewName(place, view)} COPY GRANTS COMMENT = ${literal(view.grain)} AS ${view.sql}`],
    makes: `${view.schema}.${view.name}`,
  });

/** Columns of a table's files, as Snowflake has them. */
export const heldColumns = (table: Table): Columns =>
  storedColumns(table).map(({ name, type }) => ({ name: name.toUpperCase(), type: snowflakeType(type) }));
