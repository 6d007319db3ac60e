import type { Rule } from '../../tables/rule.ts';
import { TABLES, type Table } from '../../tables/star-schema.ts';
import { duckDbType, storedColumns } from '../../tables/stored.ts';
import { inOrderOfReading, PLAYLIST_STAYS, viewText } from '../cloud/view-texts.ts';
import type { TimeZones } from '../duckdb/local-time.ts';
import { rulesSelect } from '../duckdb/rules.ts';
import { trinoSql } from './dialect.ts';
import { mergedSelect } from './merged.ts';
import { trinoType } from './types.ts';

/** A view as Athena keeps it. */
export interface View {
  readonly name: string;
  readonly sql: string;
  /** Types are those of the files, in DuckDB's words. */
  readonly columns: readonly { readonly name: string; readonly type: string; readonly description: string }[];
}

/** What is applied when the tables are read. */
export interface Reading {
  readonly zones: TimeZones;
  readonly rules: readonly Rule[];
}

/** Rules that are joined to one another are followed over as many as these; Trino's own recursion ends with an error after ten. */
const MOST_ROUNDS = 20;

const roundsOf = (rules: readonly Rule[]): number => {
  const pairs = rules.reduce((sum, rule) => sum + (rule.kind === 'same_recording' ? rule.tracks.length - 1 : 0), 0);
  return Math.min(pairs, MOST_ROUNDS);
};

function selectOf(table: Table, { rules }: Reading): string {
  if (table.name === 'rules') return rulesSelect(rules);
  return viewText(table.name, roundsOf(rules)) ?? `select * from stored.${table.name}`;
}

/** Exactly the public columns, each of the type that is declared: Athena refuses a view whose columns turn out to be of others. */
function publicView(table: Table, reading: Reading): View {
  const columns = table.columns.map(({ name, type, description }) => ({ name, type: duckDbType(type), description }));
  const shown = columns.map(({ name, type }) => `cast("${name}" as ${trinoType(type)}) as "${name}"`);
  const inner = trinoSql(selectOf(table, reading), { zones: reading.zones, params: {} });
  return { name: table.name, sql: `select ${shown.join(', ')} from (${inner})`, columns };
}

function mergedView(table: Table): View {
  const columns = storedColumns(table).map(({ name, type }) => ({ name, type, description: '' }));
  return { name: `stored_${table.name}`, sql: mergedSelect(table), columns };
}

function staysView(reading: Reading): View {
  const items = TABLES.find(({ name }) => name === 'playlist_items');
  const shown = items?.columns.map(({ name, type, description }) => ({ name, type: duckDbType(type), description })) ?? [];
  const columns = [...shown, { name: 'member_from', type: 'TIMESTAMP', description: 'Since when it is known to be a member' }];
  return { name: 'playlist_stays', sql: trinoSql(PLAYLIST_STAYS, { zones: reading.zones, params: {} }), columns };
}

/** Every view, each after those that it reads. */
export function viewsOf(reading: Reading): readonly View[] {
  const merged = TABLES.filter(({ strategy }) => strategy === 'latest').map(mergedView);
  const shown = inOrderOfReading(TABLES).map((table) => publicView(table, reading));
  return [...merged, ...shown, staysView(reading)];
}
