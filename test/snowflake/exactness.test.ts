import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Config } from '../../src/config.ts';
import type { Ids } from '../../src/kernel/id.ts';
import { createSnowflake } from '../../src/pipeline/snowflake.ts';
import type { Catalog } from '../../src/tables/catalog.ts';
import { isSoak, soak } from '../soak.ts';
import { createPool, everyDeath, history, play, withFewTables } from './histories.ts';
import { type BucketWorld, createBucketWorld } from './world.ts';

const RUNS = soak(1, 50);

describe('what a reader of Snowflake sees', () => {
  let folder: string;
  let world: BucketWorld;
  let pool: Awaited<ReturnType<typeof createPool>>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tonearm-exact-'));
    pool = await createPool(join(folder, 'lake'));
    world = await createBucketWorld(folder, pool.lake.folder);
    if (!isSoak) await withFewTables(world);
  });
  afterAll(async () => {
    await world.standIn.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('is one whole version after whatever died, came twice, late or never, in both ways; and in the end it is all of the newest', async () => {
    const ids = { runId: () => 'verify' } as Ids;
    const config = { snowflake: world.place, accounts: [], threads: 1, memoryLimit: '500MB' } as unknown as Config;
    const { store, files } = pool.lake;
    const same = async (head: Catalog): Promise<void> => {
      const catalog = { ...pool.lake.catalog, current: async () => head };
      const context = { config, ids, store, files, catalog, tempDir: join(folder, 'temp'), progress: () => undefined };
      const verified = await createSnowflake(context, { driver: world.driver }).verify(new AbortController().signal);
      expect(verified).toMatchObject({ differences: [], loadedVersion: head.version });
    };
    await fc.assert(
      fc.asyncProperty(history, async (actions) => same(await play(world, pool, actions))),
      { numRuns: RUNS + 1, examples: [[everyDeath]], endOnFailure: true },
    );
  });
});
