import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { Engine } from '../engines/engine.ts';
import { createSnowflakeEngine } from '../engines/snowflake/engine.ts';
import { type ConnectedBucket, integrationName } from '../engines/snowflake/external.ts';
import { refusalOf, shakeHands } from '../engines/snowflake/handshake.ts';
import type { SnowflakePlace } from '../engines/snowflake/place.ts';
import { loadedVersion, loadSnowflake, type SnowflakeLoad } from '../engines/snowflake/publish.ts';
import { loadReading } from '../engines/snowflake/reading.ts';
import { openSnowflake, type SnowflakeDriver, type SnowflakeSession } from '../engines/snowflake/session.ts';
import { applySnowflake, dropSnowflake, planSnowflake } from '../engines/snowflake/setup.ts';
import { snowflakeSums } from '../engines/snowflake/sums.ts';
import { sweepStatements } from '../engines/snowflake/tasks.ts';
import { PipelineError } from '../kernel/errors.ts';
import type { Catalog } from '../tables/catalog.ts';
import { STORED_TABLES } from '../tables/star-schema.ts';
import { awsAccount } from './aws-account.ts';
import type { Context } from './context.ts';
import type {
  RowSum,
  Snowflake,
  SnowflakeConnected,
  SnowflakeDifference,
  SnowflakeOptions,
  SnowflakeVerified,
} from './snowflake-answers.ts';
import { bucketToConnect, noteConnection, snowflakeGuest, snowflakeSource } from './snowflake-connection.ts';
import { snowflakeFindings } from './snowflake-doctor.ts';
import { tableSums } from './table-sums.ts';
import { zonesOf } from './zones.ts';

/** Errors: `config` where the settings say nothing of it. */
function placeOf(config: Config): SnowflakePlace {
  if (config.snowflake !== undefined) return { ...config.snowflake, zones: zonesOf(config) };
  throw new PipelineError('tonearm.yaml says nothing of Snowflake', {
    code: 'config',
    hint: 'Add `snowflake: {account: …, user: …, key_file: …}`: docs/snowflake.md.',
  });
}

type Shared = Pick<Context, 'config' | 'catalog' | 'files' | 'store' | 'tempDir' | 'ids' | 'progress'>;

/** What is of the world: that of the installation, and of who is logged in. */
export interface SnowflakeWorld {
  readonly driver?: SnowflakeDriver | null;
  readonly account?: typeof awsAccount;
}

/** Nobody is logged in before a method is called, and nobody is afterwards. */
export function createSnowflake(context: Shared, { driver = null, account = awsAccount }: SnowflakeWorld = {}): Snowflake {
  const { config } = context;
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
    plan: (options, signal) =>
      asOwner(options, async (session, place) => planSnowflake(session, place, signal, await snowflakeSource(context))),
    apply: (options, signal) =>
      asOwner(options, async (session, place) => applySnowflake(session, place, signal, await snowflakeSource(context))),
    drop: (options, signal) =>
      asOwner(options, async (session, place) => dropSnowflake(session, place, signal, await snowflakeSource(context))),
    publish: ({ isWhole = false }, signal) =>
      asLoader(async (session, place) => loaded(context, session, place, await context.catalog.current(), isWhole, signal)),
    forget: (signal) =>
      asLoader(async (session, place) => {
        await loaded(context, session, place, await context.catalog.current(), false, signal);
        if ((await snowflakeSource(context)).load !== 'pipe') return;
        for (const statement of sweepStatements(place, STORED_TABLES, true)) await session.run(statement, signal);
      }),
    connect: async (options, signal) => {
      const from = await bucketToConnect(config, account);
      return asOwner(options, (session, place) => connected(context, session, place, from, signal));
    },
    doctor: ({ role = null, now }, signal) =>
      within(role ?? placeOf(config).role, async (session, place) => {
        const [source, catalog, loadedNow] = [
          await snowflakeSource(context),
          await context.catalog.current(),
          await loadedVersion(session, place, signal),
        ];
        // Rows are held against the version that is shown: that a newer one is not there yet is a finding of its own.
        const held = loadedNow === catalog.version ? catalog : ((await context.catalog.at(loadedNow)) ?? catalog);
        // A version that was swept is some days old.
        const first = loadedNow + 1 < catalog.version ? await context.catalog.at(loadedNow + 1) : catalog;
        const unshownAt = new Date(first?.committedAt ?? 0);
        const compared = { ...context, catalog: { ...context.catalog, current: async () => held } };
        const rows = () => verified(compared, session, place, signal);
        return snowflakeFindings({ session, place, source, catalog, loadedVersion: loadedNow, unshownAt, now }, rows, signal);
      }),
    guest: () => snowflakeGuest(context),
    verify: (signal) => asLoader((session, place) => verified(context, session, place, signal)),
  };
}

/** What views read of the lake beside the tables comes with each load, and after it. */
async function loaded(
  context: Shared,
  session: SnowflakeSession,
  place: SnowflakePlace,
  next: Catalog,
  isWhole: boolean,
  signal: AbortSignal,
): Promise<SnowflakeLoad> {
  const { files, store, tempDir, ids } = context;
  const source = await snowflakeSource(context);
  const load = await loadSnowflake({ session, place, source, files, tempDir: join(tempDir, ids.runId()), isWhole }, next, signal);
  await loadReading(session, place, store, signal);
  return { ...load, statements: session.asked() };
}

/** Who answers in Snowflake. Errors: `config` where the settings say nothing of it. */
export function snowflakeEngine(context: Shared, { driver = null }: SnowflakeWorld = {}): Engine {
  const place = placeOf(context.config);
  return createSnowflakeEngine({
    place,
    driver,
    load: async (next, signal) => {
      const session = await openSnowflake(place, place.role, driver);
      try {
        const { loaded: came, removed, statements } = await loaded(context, session, place, next, false, signal);
        return { replaced: came + removed, statements };
      } finally {
        await session.close();
      }
    },
  });
}

/** What is told to AWS is kept in the lake first; then Snowflake tries the door. */
async function connected(
  { config, store }: Shared,
  session: SnowflakeSession,
  place: SnowflakePlace,
  from: ConnectedBucket,
  signal: AbortSignal,
): Promise<SnowflakeConnected> {
  const load = config.snowflake?.load ?? 'stage';
  const handshake = await shakeHands(session, place, from, load === 'pipe', signal);
  const isNew = await noteConnection(store, { ...from, ...handshake });
  const refusal = await refusalOf(session, place, from, signal);
  const deploy = 'tonearm deploy apply: makes the role that Snowflake comes by, and lets in this user of Snowflake alone';
  const next = [
    ...(isNew || refusal !== null ? [deploy] : []),
    'tonearm snowflake apply: makes the stages',
    'tonearm snowflake publish: loads',
  ];
  const { userArn, externalId } = handshake;
  return { ...from, integration: integrationName(place), userArn, externalId, refusal, next };
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
