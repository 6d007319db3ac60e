import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { SnowflakePlace } from '../../src/engines/snowflake/place.ts';
import { loadSnowflake } from '../../src/engines/snowflake/publish.ts';
import { loadReading } from '../../src/engines/snowflake/reading.ts';
import { openSnowflake, type SnowflakeDriver } from '../../src/engines/snowflake/session.ts';
import { applySnowflake } from '../../src/engines/snowflake/setup.ts';
import { createSystemClock } from '../../src/kernel/clock.ts';
import { createFsStore } from '../../src/landing/fs-store.ts';
import { createFsLocalFiles } from '../../src/landing/local-files.ts';
import { createSegmentFiles } from '../../src/landing/segment-files.ts';
import { createVersions } from '../../src/landing/versions.ts';
import type { Catalog } from '../../src/tables/catalog.ts';
import { createCatalogStore } from '../../src/tables/catalog-store.ts';
import { catalogText, parseCatalog } from '../../src/tables/catalog-text.ts';

export interface Counts {
  readonly requests: number;
  readonly statements: number;
}

export interface Published extends Counts {
  readonly what: 'the first' | 'one more year' | 'nothing new';
  readonly files: number;
  readonly rows: number;
  /** Of this process: user and system. */
  readonly cpuSeconds: number;
}

const never = new AbortController().signal;

async function catalogOf(lake: string): Promise<Catalog> {
  const store = createFsStore(lake);
  const versions = createVersions({ store, prefix: 'catalog/', parse: parseCatalog, serialise: catalogText });
  return createCatalogStore({
    versions,
    segments: createSegmentFiles(store),
    clock: createSystemClock(),
    newSegmentName: () => 'none',
  }).current();
}

/** A lake loaded but for its last year of plays, then with it, then again. `counts`: what the other side was asked so far. */
export async function measurePublish(options: {
  readonly lake: string;
  readonly root: string;
  readonly tempDir: string;
  readonly place: SnowflakePlace;
  readonly counts: () => Promise<Counts>;
}): Promise<readonly Published[]> {
  const { lake, root, tempDir, place, counts } = options;
  const driver: SnowflakeDriver = createRequire(join(root, 'test', 'snowflake', 'package.json'))('snowflake-sdk');
  const owner = await openSnowflake(place, null, driver);
  await applySnowflake(owner, place, never);
  await owner.close();
  const whole = { ...(await catalogOf(lake)), version: 2 };
  const last = whole.partitions.filter(({ table }) => table === 'plays').at(-1);
  const lacking = { ...whole, version: 1, partitions: whole.partitions.filter((one) => one !== last) };
  const found: Published[] = [];
  for (const [what, next] of [
    ['the first', lacking],
    ['one more year', whole],
    ['nothing new', whole],
  ] as const) {
    const [before, began] = [await counts(), process.cpuUsage()];
    const session = await openSnowflake(place, place.role, driver);
    const files = createFsLocalFiles(lake);
    const done = await loadSnowflake({ session, place, source: { load: 'put' }, files, tempDir, isWhole: false }, next, never);
    await loadReading(session, place, createFsStore(lake), never);
    await session.close();
    const { user, system } = process.cpuUsage(began);
    const after = await counts();
    found.push({
      what,
      files: done.loaded,
      rows: done.rows,
      statements: after.statements - before.statements,
      requests: after.requests - before.requests,
      cpuSeconds: (user + system) / 1e6,
    });
  }
  return found;
}
