import type { Engine } from '../engines/engine.ts';
import { rowsOf } from './plays-listing.ts';
import coversSql from './sql/covers.sql';

/**
 * Where the pictures of items are, as Spotify's answers said: `album/<id>`, `artist/<id>` or `track/<id>`, which has that of its album. Items
 * without one are left out. Errors: those of the engine.
 */
export async function coversOf(engine: Engine, items: readonly string[], signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
  const rows = await rowsOf(engine, coversSql, { items: JSON.stringify(items) }, signal);
  return Object.fromEntries(rows.map(({ item, image_url: url }) => [String(item), String(url)]));
}
