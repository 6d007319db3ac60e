import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Config } from '../../src/config.ts';
import { createSampleLake, type SampleLake } from '../../src/engines/testing.ts';
import type { Ids } from '../../src/kernel/id.ts';
import { createSnowflake } from '../../src/pipeline/snowflake.ts';
import type { Snowflake } from '../../src/pipeline/snowflake-answers.ts';
import { noteConnection } from '../../src/pipeline/snowflake-connection.ts';
import { catalogText } from '../../src/tables/catalog-text.ts';
import { BUCKET, type BucketWorld, createBucketWorld } from './world.ts';

const never = new AbortController().signal;
const NOW = new Date('2026-11-21T12:00:00Z');
const LANDED = '"TONEARM"."LAKE_LANDED"';

const play = (id: string) => ({ play_id: id, account_id: 'ana', ended_at: '2025-01-01 10:00:00', kind: 'track' });

describe('tonearm snowflake doctor', () => {
  let folder: string;
  let world: BucketWorld;
  let lake: SampleLake;
  let snowflake: Snowflake;

  /** When the newest version was written. */
  let writtenAt = '2026-11-21T10:00:00.000Z';

  /** Writes the newest version as a build does, some time before now. */
  const commit = async (hoursAgo: number): Promise<string> => {
    const head = {
      ...(await lake.catalog.current()),
      runId: 'run',
      committedAt: new Date(NOW.getTime() - hoursAgo * 3_600_000).toISOString(),
    };
    const key = `catalog/${String(head.version).padStart(12, '0')}.json`;
    await mkdir(dirname(join(lake.folder, key)), { recursive: true });
    await writeFile(join(lake.folder, key), catalogText(head));
    return key;
  };
  const deliver = async (...keys: readonly string[]): Promise<void> => {
    const snowpipe = await world.standIn.enter();
    for (const key of keys) for (const pipe of world.standIn.shared.pipes.keys()) await snowpipe.deliver(pipe, key);
    await snowpipe.leave();
  };
  /** As Snowflake runs it: what was made, not what is generated now. */
  const wake = async (task: string): Promise<void> => {
    const warehouse = await world.standIn.enter();
    for (const sql of world.standIn.shared.tasks.get(`${LANDED}."${task}"`) ?? []) if ((await warehouse.run(sql)).isEnded === true) break;
    await warehouse.leave();
  };
  const pipe = (name: string, status: Readonly<Record<string, unknown>>) =>
    world.standIn.duckdb.run(`update memory.main.pipe_status set status = '${JSON.stringify(status)}' where pipe = '${LANDED}."${name}"'`);
  const ill = async (): Promise<readonly (readonly unknown[])[]> =>
    (await snowflake.doctor({ now: NOW }, never))
      .filter(({ state }) => state !== 'ok')
      .map(({ check, state, where, found, next }) => [check, state, where, found, next]);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tonearm-doctor-'));
    lake = await createSampleLake(join(folder, 'lake'));
    world = await createBucketWorld(folder, lake.folder);
    await noteConnection(lake.store, { ...BUCKET, userArn: 'arn', externalId: 'x', subscriberArn: 'arn' });
    const config = {
      lake: 's3://my-lake/me',
      accounts: [],
      snowflake: { ...world.place, load: 'pipe', publish: false },
      threads: 1,
      memoryLimit: '500MB',
    };
    const catalog = {
      ...lake.catalog,
      current: async () => ({ ...(await lake.catalog.current()), committedAt: writtenAt }),
      at: async (version: number) => {
        const found = await lake.catalog.at(version);
        return found && { ...found, committedAt: '2026-11-21T10:00:00.000Z' };
      },
    };
    const { store, files } = lake;
    const context = {
      config: config as unknown as Config,
      ids: { runId: () => 'run' } as Ids,
      store,
      files,
      catalog,
      tempDir: join(folder, 'temp'),
      progress: () => undefined,
    };
    snowflake = createSnowflake(context, { driver: world.driver });
    await world.standIn.duckdb.run(
      "insert into memory.main.pipe_usage_history values (0.25); insert into memory.main.serverless_task_history values ('TONEARM', 'LAKE_LANDED', 0.5), ('OTHER', 'X', 9)",
    );
    world.standIn.shared.scanTime = "now() - interval '2 hours'";
    const key = await lake.add('plays', [play('a'), play('b')], { partition: 'account=ana/year=2025' });
    await deliver(key, await commit(2), key);
    await wake('ADVANCE');
  });
  afterAll(async () => {
    await world.standIn.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('finds nothing where pipes brought everything, though a file came twice, and adds up what that cost', async () => {
    const findings = await snowflake.doctor({ now: NOW }, never);
    expect(findings.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(findings.map(({ check, found }) => `${check}: ${found}`)).toEqual([
      'rows: 1 partitions are the same',
      'version: 1, the newest',
      expect.stringMatching(/^pipes: \d+ run$/),
      'loads: 0 files in 14 days, none with an error',
      'costs: 0.750 credits in 7 days: warehouse TONEARM 0.000, pipes 0.250, tasks 0.500',
    ]);
  });

  it('finds a tampered row, and says what mends it', async () => {
    await world.standIn.duckdb.run("update tonearm.lake_stored.plays set kind = 'video' where play_id = 'a'");
    expect(await ill()).toEqual([
      ['rows', 'fail', 'plays account=ana/year=2025', 'its 2 rows are not those of the lake', expect.stringContaining('publish --whole')],
    ]);
    await snowflake.publish({ isWhole: true }, never);
    // No row is wrong in what follows.
  });

  it('finds the file that a version waits for, with the statement that has Snowflake look again', async () => {
    const missing = await lake.add('plays', [play('c')], { partition: 'account=ana/year=2026' });
    const version = await commit(1);
    expect(await ill()).toEqual([
      [
        'version',
        'fail',
        version,
        expect.stringContaining('not told'),
        expect.stringContaining(`ALTER PIPE ${LANDED}."CATALOG_VERSIONS" REFRESH PREFIX = '000000000002.json'`),
      ],
    ]);
    await deliver(version);
    await wake('ADVANCE');
    // Builds go on: the newest version is a minute old, but lacks what an older one waits for.
    await lake.add('looks', [{ list_kind: 'playlist', list_id: 'l', observed_at: '2025-01-01 10:00:00' }], { partition: 'dt=2025-01-01' });
    const next = await commit(0);
    const look = (await lake.catalog.current()).partitions.find(({ table }) => table === 'looks')?.files[0]?.key ?? '';
    writtenAt = NOW.toISOString();
    await deliver(look);
    world.standIn.shared.scanTime = 'now()';
    await deliver(next);
    expect(await ill()).toEqual([
      [
        'version',
        'fail',
        missing,
        'version 3 waits for it since 120 minutes: 0 of 1 rows arrived',
        expect.stringContaining(`ALTER PIPE ${LANDED}."PLAYS" REFRESH PREFIX = 'account=ana/year=2026/b2/part-0.parquet'`),
      ],
    ]);
    world.standIn.shared.scanTime = "now() - interval '2 hours'";
    await deliver(missing);
    expect(await ill()).toEqual([
      ['version', 'fail', null, expect.stringContaining('all of 3 arrived'), expect.stringContaining(`EXECUTE TASK ${LANDED}."ADVANCE"`)],
    ]);
    await wake('ADVANCE');
    await wake('SWEEP');
    const landed = async () =>
      (await world.standIn.duckdb.runAndReadAll('select count(*) from tonearm.lake_landed.plays')).getRows()[0]?.[0];
    expect(Number(await landed())).toBeGreaterThan(0);
    await snowflake.forget(never);
    expect(Number(await landed())).toBe(0);
  });

  describe('where much is wrong at once', () => {
    let found: Awaited<ReturnType<typeof ill>>;
    const of = (check: string): Awaited<ReturnType<typeof ill>> => found.filter(([name]) => name === check);
    beforeAll(async () => {
      const { duckdb } = world.standIn;
      await pipe('PLAYS', { executionState: 'PAUSED', lastReceivedMessageTimestamp: '2026-11-01T00:00:00Z' });
      await pipe('LOOKS', { executionState: 'PAUSED', lastReceivedMessageTimestamp: '2026-11-20T00:00:00Z' });
      await pipe('TRACKS', { executionState: 'STALLED_EXECUTION_ERROR', error: 'no stage' });
      const copied = (file: string, status: string, message: string, bytes: number): string =>
        `('${LANDED}."PLAYS"', 'me/tables/plays/${file}', '${status}', nullif('${message}', ''), ${bytes})`;
      const all = [
        copied('x.parquet', 'Load failed', 'not Parquet', 5),
        copied('y.parquet', 'Load failed', 'busy', 5),
        copied('y.parquet', 'Loaded', '', 5),
        copied('z.parquet', 'Loaded', '', 5),
        copied('z.parquet', 'Loaded', '', 6),
        copied('account=ana/year=2026/b2/part-0.parquet', 'Loaded', '', 7),
      ];
      await duckdb.run(`insert into memory.main.copy_history values ${all.join(', ')}`);
      await duckdb.run('drop table memory.main.pipe_usage_history');
      found = await ill();
    });

    it('finds pipes that stand still, and tells one that was paused for too long from one that goes on by a word', () => {
      const still = (where: string, what: string, next: string) => [
        'pipes',
        'fail',
        where,
        expect.stringContaining(what),
        expect.stringContaining(next),
      ];
      expect(of('pipes')).toEqual([
        still('PLAYS', 'PAUSED, and stale', 'SYSTEM$PIPE_FORCE_RESUME'),
        still('LOOKS', 'PAUSED; it last heard', 'PIPE_EXECUTION_PAUSED = FALSE'),
        still('TRACKS', 'no stage', 'tonearm snowflake drop'),
      ]);
    });

    it('finds loads that failed and names that were used twice, and no failure that was mended', () => {
      expect(of('loads').map(([, state, where, what]) => [state, where, what])).toEqual([
        ['fail', 'me/tables/plays/x.parquet', 'Load failed: not Parquet'],
        ['fail', 'me/tables/plays/z.parquet', expect.stringContaining('with 5 and 6 bytes')],
        ['fail', 'me/tables/plays/account=ana/year=2026/b2/part-0.parquet', expect.stringContaining('with 7 bytes; the lake has')],
      ]);
    });

    it('says what it may not ask, and looks at the rest', () => {
      expect(of('costs')).toEqual([['costs', 'warn', null, expect.any(String), expect.stringContaining('--role')]]);
      expect(found).toHaveLength(3 + 3 + 1);
    });
  });
});
