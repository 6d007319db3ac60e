import { STORED_TABLES, TABLES, type Table, tableNamed } from '../../tables/star-schema.ts';
import { duckDbType } from '../../tables/stored.ts';
import { inOrderOfReading, PLAYLIST_STAYS as STAYS_TEXT, viewText } from '../cloud/view-texts.ts';
import { PLAYLIST_STAYS, snowflakeViewSql } from './dialect.ts';
import { mergedSelect } from './merged.ts';
import { CATALOG_LOADED } from './objects.ts';
import { folded, type SnowflakePlace, schemaName, storedName, storedSchema } from './place.ts';
import { identifier } from './quoted.ts';
import { snowflakeType } from './types.ts';

/** Rules that join recordings are followed over as many pairs: there is no recursion that passes over what it has met. */
const ROUNDS = 6;

/** View that says which version of the catalog all others show. */
export const PUBLISHED_VERSION = 'PUBLISHED_VERSION';

type Named = Pick<SnowflakePlace, 'database' | 'schema' | 'zones'>;

export interface SnowflakeView {
  /** As Snowflake holds it. */
  readonly name: string;
  readonly schema: string;
  readonly grain: string;
  readonly sql: string;
}

/** What is worked out has the types that are declared; what files hold has them already. */
function publicView(table: Table, place: Named): SnowflakeView {
  const text = viewText(table.name, ROUNDS);
  const shown = { name: table.name.toUpperCase(), schema: place.schema, grain: table.grain };
  if (text === undefined) {
    const columns = table.columns.map(({ name }) => folded(name)).join(', ');
    return {
      ...shown,
      sql: `SELECT ${columns} FROM ${storedName(place, table.strategy === 'latest' ? `merged_${table.name}` : table.name)}`,
    };
  }
  const columns = table.columns.map(({ name, type }) => `CAST(${folded(name)} AS ${snowflakeType(duckDbType(type))}) AS ${folded(name)}`);
  return { ...shown, sql: `SELECT ${columns.join(', ')} FROM (${snowflakeViewSql(text, place, place.zones ?? {})})` };
}

function staysView(place: Named): SnowflakeView {
  const grain = `${tableNamed('playlist_items').grain}, with the time since when it is known to be a member`;
  const sql = snowflakeViewSql(STAYS_TEXT, place, place.zones ?? {});
  return { name: PLAYLIST_STAYS.toUpperCase(), schema: place.schema, grain, sql: `SELECT * FROM (${sql})` };
}

function versionView(place: Named): SnowflakeView {
  const sql = `SELECT "VERSION" AS "CATALOG_VERSION" FROM ${storedName(place, CATALOG_LOADED)}`;
  return { name: PUBLISHED_VERSION, schema: place.schema, grain: 'the version of the catalog that all other views show', sql };
}

/** Every view, each after those that it reads. */
export function snowflakeViews(place: Named): readonly SnowflakeView[] {
  const merged = STORED_TABLES.filter(({ strategy }) => strategy === 'latest').map((table) => ({
    name: `MERGED_${table.name.toUpperCase()}`,
    schema: storedSchema(place),
    grain: `${table.grain}, of all its files`,
    sql: mergedSelect(table, place),
  }));
  return [...merged, ...inOrderOfReading(TABLES).map((table) => publicView(table, place)), staysView(place), versionView(place)];
}

export const viewName = (place: Named, { schema, name }: SnowflakeView): string => `${schemaName(place, schema)}.${identifier(name)}`;
