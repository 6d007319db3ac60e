import { tableNamed } from '../tables/star-schema.ts';
import { datedRows, gatherDated, mergeDated } from './dated-tables.ts';
import { foldDimension, mergeDimension } from './dimensions.ts';
import { literal, type Warehouse } from './duckdb.ts';
import { readHistories } from './histories.ts';
import { buildLists, gatherLists, tellsOfLists } from './lists.ts';
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

/** What waits under this name is of no one table. */
const LISTS = 'lists';

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

/** What the batches of one build go through, in the order in which they come. */
export interface Models {
  /** Reads a batch of raw objects once, and runs every model over what was read. */
  add(inputs: readonly StageInput[]): Promise<BuiltBatch>;
  /** Brings into the tables what still waits; after the last batch. */
  finish(): Promise<void>;
}

/**
 * So many batches are brought together into tables whose partitions are written anew as a whole, lists above all: what a batch costs would grow with
 * those before it.
 */
const BATCHES_TOGETHER = 4;

export function createModels(warehouse: Warehouse, tables: WorkingTables): Models {
  const waiting = new Set<string>();
  const merged = new Set<string>();
  let batches = 0;

  const gathering = (name: string): { readonly isFirst: boolean } => {
    const isFirst = !waiting.has(name);
    waiting.add(name);
    return { isFirst };
  };
  const gather = (name: string, rows: string): Promise<void> => gatherDated(warehouse, tableNamed(name), rows, gathering(name));

  async function settle(): Promise<void> {
    if (waiting.delete(LISTS)) await buildLists(warehouse, tables);
    for (const name of waiting) await mergeDated(warehouse, tables, tableNamed(name));
    waiting.clear();
  }

  async function add(inputs: readonly StageInput[]): Promise<BuiltBatch> {
    const staged = await stage(warehouse, inputs);
    const hasHistories = await readHistories(warehouse, staged);
    const seen = await objectsSeen(warehouse);
    const isAtHand = ({ reads }: Model): boolean => reads.some((object) => seen.has(object));
    const judgedAnew = seen.has('track') || hasHistories ? await buildPlays(warehouse, tables, staged) : [];
    if (inputs.some(({ stream }) => stream !== null && tellsOfLists(stream))) await gatherLists(warehouse, gathering(LISTS));
    for (const { table, sql } of DATED.filter(isAtHand)) await gather(table, datedRows(sql));
    if (seen.has('track')) await gather('polls', polls);
    if (inputs.some(({ raw }) => raw.format === 'pages')) await gather('api_requests', apiRequests);
    if (staged.some(({ tally }) => tally.quarantined > 0)) await gather('quarantine', quarantine);
    for (const { table, sql } of DIMENSIONS.filter(isAtHand)) {
      await mergeDimension(warehouse, tables, tableNamed(table), sql);
      merged.add(table);
    }
    batches += 1;
    if (batches % BATCHES_TOGETHER === 0) await settle();
    return { staged, judgedAnew };
  }

  async function finish(): Promise<void> {
    await settle();
    for (const name of merged) await foldDimension(tables, tableNamed(name));
  }
  return { add, finish };
}
