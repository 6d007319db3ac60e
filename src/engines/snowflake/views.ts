import { STORED_TABLES, type Table, tableNamed } from '../../tables/star-schema.ts';
import { mergedSelect } from './merged.ts';
import { folded, type SnowflakePlace, schemaName, storedName, storedSchema } from './place.ts';
import { identifier } from './quoted.ts';
import album from './views/album.sql';
import artist from './views/artist.sql';
import followedArtists from './views/followed_artists.sql';
import playlistItems from './views/playlist_items.sql';
import songs from './views/songs.sql';

/** Tables that show more than their files hold, and those that are in no file. */
const VIEW_SQL: Readonly<Record<string, string>> = {
  album,
  artist,
  followed_artists: followedArtists,
  playlist_items: playlistItems,
  songs,
};

/** What it shows is worked out from looks of two kinds, in words that Snowflake lacks: as its files have it, it would be wrong. */
const NOT_SHOWN: readonly string[] = ['saved_items'];

type Named = Pick<SnowflakePlace, 'database' | 'schema'>;

export interface SnowflakeView {
  /** As Snowflake holds it. */
  readonly name: string;
  readonly schema: string;
  readonly grain: string;
  readonly sql: string;
}

function publicView(table: Table, place: Named): SnowflakeView {
  const from = VIEW_SQL[table.name];
  const stored = storedName(place, table.strategy === 'latest' ? `merged_${table.name}` : table.name);
  const inner =
    from === undefined
      ? stored
      : `(${from
          .replace(/^--.*\n/, '')
          .replaceAll('{{stored}}', () => schemaName(place, storedSchema(place)))
          .replaceAll('{{shown}}', () => schemaName(place, place.schema))
          .trim()})`;
  const columns = table.columns.map(({ name }) => folded(name)).join(', ');
  return { name: table.name.toUpperCase(), schema: place.schema, grain: table.grain, sql: `SELECT ${columns} FROM ${inner}` };
}

/** Every view, each after those that it reads. */
export function snowflakeViews(place: Named): readonly SnowflakeView[] {
  const merged = STORED_TABLES.filter(({ strategy }) => strategy === 'latest').map((table) => ({
    name: `MERGED_${table.name.toUpperCase()}`,
    schema: storedSchema(place),
    grain: `${table.grain}, of all its files`,
    sql: mergedSelect(table, place),
  }));
  const stored = STORED_TABLES.filter(({ name }) => !NOT_SHOWN.includes(name)).map((table) => publicView(table, place));
  const classic = ['album', 'artist', 'songs'].map((name) => publicView(tableNamed(name), place));
  return [...merged, ...stored, ...classic];
}

export const viewName = (place: Named, { schema, name }: SnowflakeView): string => `${schemaName(place, schema)}.${identifier(name)}`;
