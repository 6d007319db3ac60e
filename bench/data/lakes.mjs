/** Lakes of a size, generated once. */
import { cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { bundled } from '../bundled.mjs';
import { CACHE } from '../measured.mjs';

/** Rows of playlist items. */
export const SIZES = { S: 20_000, M: 2_000_000, L: 20_000_000 };

/** Moves with what `generateLake` writes. */
const GENERATED = 3;

/**
 * The folder of a generated lake; nothing may be written to it.
 *
 * @param {{ plays: number, items: number }} size
 */
export async function lakeOf(size) {
  const { RULES_VERSION } = await bundled('src/transform/run-models.ts');
  const name = `lake-${RULES_VERSION}-${GENERATED}-${size.plays}-${size.items}`;
  const folder = join(CACHE, name);
  await mkdir(CACHE, { recursive: true });
  if (!(await readdir(CACHE)).includes(name)) {
    const { generateLake } = await bundled('bench/data/generated-lake.ts');
    await generateLake(folder, size);
  }
  return folder;
}

/** A copy that may be written to. Files of tables are never changed in place. */
export const copyOf = (lake, folder) => cp(lake, folder, { recursive: true });
