import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { SnowflakePlace } from '../engines/snowflake/place.ts';
import { loadedVersion, loadSnowflake } from '../engines/snowflake/publish.ts';
import { openSnowflake, type SnowflakeDriver, type SnowflakeSession } from '../engines/snowflake/session.ts';
import { applySnowflake, dropSnowflake, planSnowflake } from '../engines/snowflake/setup.ts';
import { snowflakeSums } from '../engines/snowflake/sums.ts';
import { PipelineError } from '../kernel/errors.ts';
import { STORED_TABLES } from '../tables/star-schema.ts';
import type { Context } from './context.ts';
import type { RowSum, Snowflake, SnowflakeDifference, SnowflakeOptions, SnowflakeVerified } from './snowflake-answers.ts';
import { tableSums } from './table-sums.ts';

/** Errors: `config` where the settings say nothing of it. */
function placeOf({ snowflake }: Config): SnowflakePlace {
  if (snowflake !== undefined) return snowflake;
  throw new PipelineError('tonearm.yaml says nothing of Snowflake', {
    code: 'config',
    hint: 'Add `snowflake: {account: …, user: …, key_file: …}`: docs/snowflake.md.',
  });
}

type Shared = Pick<Context, 'config' | 'catalog' | 'files' | 'tempDir' | 'ids' | 'progress'>;

/** Nobody is logged in before a method is called, and nobody is afterwards. `driver`: that of the installation where it is null. */
export function createSnowflake(context: Shared, driver: SnowflakeDriver | null = null): Snowflake {
  const { config, catalog, files, tempDir, ids } = context;
  const within = async <T>(role: string | null, work: (session: SnowflakeSession, place: SnowflakePlace) => Promise<T>): Promise<T> => {
    const place = placeOf(config);
    const session = await openSnowflake(place, role, driver);
    try {
      return await work(session, place);
    } finally {
      await session.close();
    }
  };
  const asOwner = <T>({ role = null }: SnowflakeOptions, work: (session: SnowflakeSession, place: SnowflakePlace) => Promise<T>) =>
    within(role, work);
  const asLoader = <T>(work: (session: SnowflakeSession, place: SnowflakePlace) => Promise<T>) => within(placeOf(config).role, work);
  return {
    plan: (options, signal) => asOwner(options, (session, place) => planSnowflake(session, place, signal)),
    apply: (options, signal) => asOwner(options, (session, place) => applySnowflake(session, place, signal)),
    drop: (options, signal) => asOwner(options, (session, place) => dropSnowflake(session, place, signal)),
    publish: ({ isWhole = false }, signal) =>
      asLoader(async (session, place) => {
        const folder = join(tempDir, ids.runId());
        return loadSnowflake({ session, place, files, tempDir: folder, isWhole }, await catalog.current(), signal);
      }),
    verify: (signal) => asLoader((session, place) => verified(context, session, place, signal)),
  };
}

async function verified(
  context: Shared,
  session: SnowflakeSession,
  place: SnowflakePlace,
  signal: AbortSignal,
): Promise<SnowflakeVerified> {
  const catalogVersion = (await context.catalog.current()).version;
  const loaded = await loadedVersion(session, place, signal);
  const lake = await tableSums(context, { table: null }, signal);
  const differences: SnowflakeDifference[] = [];
  for (const table of STORED_TABLES) {
    const [own, there] = [
      lake.filter((one) => one.table === table.name && one.rows > 0),
      await snowflakeSums(session, table, place, signal),
    ];
    const names = new Set([...own, ...there].map(({ partition }) => partition));
    for (const partition of names) {
      const [ours, theirs] = [own, there].map((sums) => sumOf(sums.find((one) => one.partition === partition)));
      if (ours?.rows === theirs?.rows && ours?.checksum === theirs?.checksum) continue;
      differences.push({ table: table.name, partition, lake: ours ?? null, snowflake: theirs ?? null });
    }
  }
  return { catalogVersion, loadedVersion: loaded, partitions: lake.length, differences };
}

const sumOf = (sum: RowSum | undefined): RowSum | null => (sum === undefined ? null : { rows: sum.rows, checksum: sum.checksum });
