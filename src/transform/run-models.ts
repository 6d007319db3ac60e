import { tableNamed } from '../tables/star-schema.ts';
import { addDated, datedRows } from './dated-tables.ts';
import { mergeDimension } from './dimensions.ts';
import type { Warehouse } from './duckdb.ts';
import { buildLists } from './lists.ts';
import { buildPlays, type JudgedAnew } from './plays.ts';
import accounts from './sql/staging/accounts.sql';
import albums from './sql/staging/albums.sql';
import artists from './sql/staging/artists.sql';
import audiobooks from './sql/staging/audiobooks.sql';
import episodes from './sql/staging/episodes.sql';
import playlists from './sql/staging/playlists.sql';
import popularity from './sql/staging/popularity.sql';
import quarantine from './sql/staging/quarantine.sql';
import shows from './sql/staging/shows.sql';
import topItems from './sql/staging/top_items.sql';
import tracks from './sql/staging/tracks.sql';
import { type StagedRaw, type StageInput, stage } from './stage.ts';
import type { WorkingTables } from './working-tables.ts';

/** Version of the models: with another one the tables must be built anew from raw. */
export const RULES_VERSION = 1;

const DIMENSIONS: readonly (readonly [string, string])[] = [
  ['tracks', tracks],
  ['albums', albums],
  ['artists', artists],
  ['playlists', playlists],
  ['shows', shows],
  ['episodes', episodes],
  ['audiobooks', audiobooks],
  ['accounts', accounts],
];

export interface BuiltBatch {
  readonly staged: readonly StagedRaw[];
  readonly judgedAnew: readonly JudgedAnew[];
}

/** Brings a batch of raw objects into the working tables: reads it once, then runs every model over what was read. */
export async function buildBatch(warehouse: Warehouse, tables: WorkingTables, inputs: readonly StageInput[]): Promise<BuiltBatch> {
  const staged = await stage(warehouse, inputs);
  const judgedAnew = await buildPlays(warehouse, tables, staged);
  await buildLists(warehouse, tables);
  await addDated(warehouse, tables, tableNamed('top_items'), datedRows(topItems));
  await addDated(warehouse, tables, tableNamed('popularity'), datedRows(popularity));
  await addDated(warehouse, tables, tableNamed('quarantine'), quarantine);
  for (const [name, sightings] of DIMENSIONS) await mergeDimension(warehouse, tables, tableNamed(name), sightings);
  return { staged, judgedAnew };
}
