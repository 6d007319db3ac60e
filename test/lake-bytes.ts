/** Every byte of a lake, unpacked, to look for what must not be there. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { literal, openWarehouse } from '../src/transform/duckdb.ts';
import { newFolder } from './sample-account.ts';

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Paths, names included, of files in which the word occurs: packed ones are unpacked, Parquet is read row by row. */
export async function filesThatSay(lake: string, word: string): Promise<readonly string[]> {
  const found: string[] = [];
  const warehouse = await openWarehouse({ threads: 1, memoryLimit: '500MB', tempDir: join(newFolder(), 'spill') });
  try {
    for (const path of filesBelow(lake)) {
      const bytes = readFileSync(path);
      const texts = [
        path.slice(lake.length),
        bytes.toString('utf8'),
        ...(path.endsWith('.gz') ? [gunzipSync(bytes).toString('utf8')] : []),
      ];
      const rows = path.endsWith('.parquet')
        ? await warehouse.rows(`select to_json(t)::text as line from read_parquet(${literal(path)}) as t`)
        : [];
      if ([...texts, ...rows.map(({ line }) => String(line))].some((text) => text.includes(word))) found.push(path.slice(lake.length + 1));
    }
  } finally {
    warehouse.close();
  }
  return found;
}
