import { tableNamed } from '../tables/star-schema.ts';
import { addDated, datedRows } from './dated-tables.ts';
import { mergeDimension } from './dimensions.ts';
import { literal, type Warehouse } from './duckdb.ts';
import { readHistories } from './histories.ts';
import { buildLists } from './lists.ts';
import { buildPlays, type JudgedAnew } from './plays.ts';
import { OBJECTS, type ObjectName } from './shapes.ts';
import accounts from './sql/staging/accounts.sql';
import albums from './sql/staging/albums.sql';
import apiRequests from './sql/staging/api_requests.sql';
import artists from './sql/staging/artists.sql';
import audiobooks from './sql/staging/audiobooks.sql';
import episodes from './sql/staging/episodes.sql';
import playlists from './sql/staging/playlists.sql';
import polls from './sql/staging/polls.sql';
import popularity from './sql/staging/popularity.sql';
import quarantine from './sql/staging/quarantine.sql';
import shows from './sql/staging/shows.sql';
import topItems from './sql/staging/top_items.sql';
import tracks from './sql/staging/tracks.sql';
import { type StagedRaw, type StageInput, stage } from './stage.ts';
import type { WorkingTables } from './working-tables.ts';

/** Version of the models: with another one the tables must be built anew from raw. */
export const RULES_VERSION = 6;

interface Model {
  readonly table: string;
  /** Objects that the model reads: where a batch has none of them, there is nothing to do. */
  readonly reads: readonly ObjectName[];
  readonly sql: string;
}

const DIMENSIONS: readonly Model[] = [
  { table: 'tracks', reads: ['track', 'album'], sql: tracks },
  { table: 'albums', reads: ['track', 'album'], sql: albums },
  { table: 'artists', reads: ['track', 'album', 'artist'], sql: artists },
  { table: 'playlists', reads: ['playlist'], sql: playlists },
  { table: 'shows', reads: ['track', 'show'], sql: shows },
  { table: 'episodes', reads: ['track'], sql: episodes },
  { table: 'audiobooks', reads: ['audiobook'], sql: audiobooks },
  { table: 'accounts', reads: ['account'], sql: accounts },
];

const DATED: readonly Model[] = [
  { table: 'top_items', reads: ['track', 'artist'], sql: topItems },
  { table: 'popularity', reads: ['track', 'album', 'artist', 'playlist'], sql: popularity },
];

export interface BuiltBatch {
  readonly staged: readonly StagedRaw[];
  readonly judgedAnew: readonly JudgedAnew[];
}

async function objectsSeen(warehouse: Warehouse): Promise<ReadonlySet<string>> {
  const counts = Object.keys(OBJECTS).map((object) => `select ${literal(object)} as object from seen_${object} having count(*) > 0`);
  const named = `select 'playlist' as object from exported_list where list_kind = 'playlist' having count(*) > 0`;
  const found = await warehouse.rows([...counts, named].join(' union all '));
  return new Set(found.map(({ object }) => String(object)));
}

/** Brings a batch of raw objects into the working tables: reads it once, then runs every model over what was read. */
export async function buildBatch(warehouse: Warehouse, tables: WorkingTables, inputs: readonly StageInput[]): Promise<BuiltBatch> {
  const staged = await stage(warehouse, inputs);
  const hasHistories = await readHistories(warehouse, staged);
  const seen = await objectsSeen(warehouse);
  const isAtHand = ({ reads }: Model): boolean => reads.some((object) => seen.has(object));
  const judgedAnew = seen.has('track') || hasHistories ? await buildPlays(warehouse, tables, staged) : [];
  await buildLists(warehouse, tables);
  for (const { table, sql } of DATED.filter(isAtHand)) await addDated(warehouse, tables, tableNamed(table), datedRows(sql));
  if (seen.has('track')) await addDated(warehouse, tables, tableNamed('polls'), polls);
  if (inputs.some(({ raw }) => raw.format === 'pages')) await addDated(warehouse, tables, tableNamed('api_requests'), apiRequests);
  if (staged.some(({ tally }) => tally.quarantined > 0)) await addDated(warehouse, tables, tableNamed('quarantine'), quarantine);
  for (const { table, sql } of DIMENSIONS.filter(isAtHand)) await mergeDimension(warehouse, tables, tableNamed(table), sql);
  return { staged, judgedAnew };
}
