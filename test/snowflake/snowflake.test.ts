import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Config } from '../../src/config.ts';
import { loadSnowflake } from '../../src/engines/snowflake/publish.ts';
import { openSnowflake, type SnowflakeSession } from '../../src/engines/snowflake/session.ts';
import { applySnowflake, dropSnowflake, planSnowflake } from '../../src/engines/snowflake/setup.ts';
import { createSampleLake, type SampleLake } from '../../src/engines/testing.ts';
import type { Ids } from '../../src/kernel/id.ts';
import { createSnowflake } from '../../src/pipeline/snowflake.ts';
import { createSnowflakeWorld, PASSPHRASE, type SnowflakeWorld } from './world.ts';

const never = new AbortController().signal;

const play = (id: string, at: string) => ({ play_id: id, account_id: 'ana', ended_at: at, kind: 'track', track_name: `It's \\ "${id}"` });
const track = (id: string, name: string, at: string) => ({
  track_id: id,
  name,
  _core_at: at,
  _core_shape: 1,
  _observed_at: at,
  source: 'export',
});

const umask = process.umask();

describe('Snowflake, as it is loaded', () => {
  let folder: string;
  let world: SnowflakeWorld;
  let lake: SampleLake;
  let session: SnowflakeSession;

  const load = async (own: SnowflakeSession = session, isWhole = false) =>
    loadSnowflake(
      { session: own, place: world.place, source: { load: 'put' }, files: lake.files, tempDir: join(folder, 'temp'), isWhole },
      await lake.catalog.current(),
      never,
    );
  const shown = async (table: string, columns: string): Promise<readonly unknown[]> =>
    (await world.standIn.duckdb.runAndReadAll(`select ${columns} from tonearm.lake.${table} order by all`)).getRowsJson();
  /** A session that is gone, with its process, before it asks that statement. */
  const dying = async (after: number): Promise<SnowflakeSession> => {
    const inner = await openSnowflake(world.place, world.place.role, world.driver);
    let left = after;
    return {
      ...inner,
      run: async (sql, signal) => {
        left -= 1;
        if (left < 0) throw new Error('dead');
        return inner.run(sql, signal);
      },
    };
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tonearm-snowflake-'));
    world = await createSnowflakeWorld(folder);
    lake = await createSampleLake(join(folder, 'lake'));
    session = await openSnowflake(world.place, null, world.driver);
  });
  afterAll(async () => {
    await session.close();
    await world.standIn.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('plans all of an empty account, makes it where half of it was made, and has nothing left to do', async () => {
    const planned = await planSnowflake(session, world.place, never);
    expect(planned.map(({ name }) => name).slice(0, 6)).toEqual([
      'warehouse TONEARM',
      'database TONEARM',
      'schema LAKE',
      'schema LAKE_STORED',
      'file format PARQUET_FILES',
      'stage LOADING',
    ]);
    const half = await dying(40);
    await expect(applySnowflake(half, world.place, never)).rejects.toThrow('dead');
    await half.close();
    await applySnowflake(session, world.place, never);
    expect(await planSnowflake(session, world.place, never)).toEqual([]);
    await world.standIn.duckdb.run('alter table tonearm.lake_stored.looks drop column _pages');
    expect((await applySnowflake(session, world.place, never)).flatMap(({ statements }) => statements)).toEqual([
      'ALTER TABLE "TONEARM"."LAKE_STORED"."LOOKS" ADD COLUMN IF NOT EXISTS "_PAGES" VARIANT',
    ]);
    // What was granted of a view that somebody dropped went with it.
    await world.standIn.duckdb.run('drop view tonearm.lake.songs');
    expect((await applySnowflake(session, world.place, never)).map(({ name }) => name)).toEqual([
      'view LAKE.SONGS',
      'role TONEARM_LOADER',
      'role TONEARM_READER',
    ]);
    expect(await planSnowflake(session, world.place, never)).toEqual([]);
  });

  it('loads what is new in one transaction, and then has nothing to do in one statement', async () => {
    await lake.add('plays', [play('a', '2025-01-01 10:00:00'), play('b', '2025-01-02 10:00:00.25')], {
      partition: 'account=ana/year=2025',
    });
    await lake.add('tracks', [track('t', 'Old', '2025-01-01 00:00:00')]);
    expect(await load()).toMatchObject({ version: 2, loaded: 2, removed: 0, rows: 3 });
    await lake.add('tracks', [track('t', 'New', '2025-02-01 00:00:00')]);
    await lake.add('plays', [play('c', '2026-01-01 10:00:00')], {
      partition: 'account=ana/year=2026',
      columns: ['play_id', 'account_id', 'ended_at', 'kind'],
    });
    expect(await load()).toMatchObject({ loaded: 2, removed: 0, rows: 2 });
    expect(await shown('plays', 'play_id, ended_at, track_name')).toEqual([
      ['a', '2025-01-01 10:00:00', 'It\'s \\ "a"'],
      ['b', '2025-01-02 10:00:00.25', 'It\'s \\ "b"'],
      ['c', '2026-01-01 10:00:00', null],
    ]);
    expect(await shown('tracks', 'track_id, name')).toEqual([['t', 'New']]);
    world.standIn.statements.length = 0;
    expect(await load()).toMatchObject({ version: 4, loaded: 0, rows: 0 });
    expect(world.standIn.statements).toHaveLength(1);
  });

  it('shows one whole version wherever a load dies, and the next load finishes it', async () => {
    const seen = async (): Promise<string> => {
      const sql =
        'select (select list(play_id) from tonearm.lake.plays), (select list(album_id order by album_id) from tonearm.lake.albums)';
      return JSON.stringify((await world.standIn.duckdb.runAndReadAll(sql)).getRowsJson());
    };
    let before = await seen();
    for (let after = 0; ; after += 1) {
      await lake.drop('plays');
      await lake.add('plays', [play(`d${after}`, '2024-01-01 10:00:00')], { partition: 'account=ana/year=2024' });
      await lake.add('albums', [{ album_id: `x${after}`, name: 'X', _core_at: '2025-01-01 00:00:00', _core_shape: 1 }]);
      const mortal = await dying(after);
      const hasDied = await load(mortal).then(
        () => false,
        (error: Error) => error.message === 'dead',
      );
      await mortal.close();
      const met = await seen();
      await load();
      const whole = await seen();
      expect(JSON.parse(whole)[0][0]).toEqual([`d${after}`]);
      expect([before, whole]).toContain(met);
      if (!hasDied) break;
      before = whole;
      expect(after).toBeLessThan(30);
    }
  });

  it('changes nothing where Snowflake takes another number of rows than the catalog has', async () => {
    const before = await shown('artists', 'artist_id');
    const key = await lake.add('artists', [{ artist_id: 'r', name: 'R', _core_at: '2025-01-01 00:00:00', _core_shape: 1 }]);
    const catalog = await lake.catalog.current();
    const wrong = {
      ...catalog,
      partitions: catalog.partitions.map((one) => ({
        ...one,
        files: one.files.map((file) => (file.key === key ? { ...file, rows: 2 } : file)),
      })),
    };
    const options = { session, place: world.place, source: { load: 'put' }, files: lake.files, tempDir: folder, isWhole: false } as const;
    await expect(loadSnowflake(options, wrong, never)).rejects.toMatchObject({
      code: 'check_failed',
      message: expect.stringContaining(key),
    });
    expect(await shown('artists', 'artist_id')).toEqual(before);
    await load();
    expect(await shown('artists', 'artist_id')).toEqual([['r']]);
  });

  it('loads all anew where it is told to, which takes out what somebody put in', async () => {
    await world.standIn.duckdb.run("insert into tonearm.lake_stored.plays (play_id, _file) values ('strange', 'none')");
    await load(session, true);
    expect((await shown('plays', 'play_id')).flat()).not.toContain('strange');
  });

  it('is two sessions that load at once: the second waits or begins anew, and no row comes twice', async () => {
    await lake.add('plays', [play('twice', '2023-01-01 10:00:00')], { partition: 'account=ana/year=2023' });
    const other = await openSnowflake(world.place, world.place.role, world.driver);
    await Promise.allSettled([load(), load(other)]);
    await other.close();
    await load();
    expect((await shown('plays', 'play_id')).flat().filter((id) => id === 'twice')).toHaveLength(1);
  });

  it('verify finds no difference after a load, and then a changed row, a lost one, a strange one and an older version', async () => {
    const config = { snowflake: world.place, accounts: [], threads: 1, memoryLimit: '500MB' } as unknown as Config;
    const ids = { runId: () => 'verify' } as Ids;
    const shared = {
      config,
      ids,
      store: lake.store,
      catalog: lake.catalog,
      files: lake.files,
      tempDir: join(folder, 'temp'),
      progress: () => undefined,
    };
    const snowflake = createSnowflake(shared, { driver: world.driver });
    await lake.add('plays', [{ ...play('e', '2022-01-01 10:00:00.000001'), ms_played: 5, is_shuffle: true, is_skipped: false }], {
      partition: 'account=ana/year=2022',
    });
    await lake.add('top_items', [{ account_id: 'ana', kind: 'tracks', observed_on: '2022-01-01', rank: 1, id: 'é' }], {
      partition: 'dt=2022-01-01',
    });
    await snowflake.publish({}, never);
    expect(await snowflake.verify(never)).toMatchObject({ differences: [], partitions: 7 });
    const table = 'tonearm.lake_stored';
    await world.standIn.duckdb.run(`update ${table}.plays set ms_played = 6 where play_id = 'e'`);
    await world.standIn.duckdb.run(`delete from ${table}.tracks`);
    await world.standIn.duckdb.run(`insert into ${table}.looks (list_id, _file) values ('x', 'none')`);
    await lake.add('shows', [{ show_id: 's', _core_at: '2025-01-01 00:00:00', _core_shape: 1 }]);
    const { differences, catalogVersion, loadedVersion } = await snowflake.verify(never);
    expect(differences.map(({ table: name, partition }) => `${name} ${partition}`)).toEqual([
      'plays account=ana/year=2022',
      'looks of no file that was loaded',
      'tracks all',
      'shows all',
    ]);
    expect(catalogVersion).toBe(loadedVersion + 1);
  });

  it('drops what it made, twice, and can be made again', async () => {
    await dropSnowflake(session, world.place, never);
    await dropSnowflake(session, world.place, never);
    await expect(load()).rejects.toMatchObject({ code: 'config', hint: expect.stringContaining('tonearm snowflake apply') });
    await applySnowflake(session, world.place, never);
    expect(await load()).toMatchObject({ removed: 0 });
  });

  it('refuses another key and a wrong passphrase, and says neither', async () => {
    await expect(openSnowflake({ ...world.place, user: 'EVE' }, null, world.driver)).rejects.toMatchObject({ code: 'config' });
    const wrong = { ...world.place, passphrase: 'hush' };
    const error = await openSnowflake(wrong, null, world.driver).then(
      () => '',
      (thrown: Error) => `${thrown.message} ${JSON.stringify(thrown)}`,
    );
    expect(error).toContain('log in to Snowflake as ANA');
    expect(error).not.toMatch(/hush|BEGIN/);
    expect(world.standIn.statements.join('\n')).not.toContain(PASSPHRASE);
    await writeFile(join(folder, 'none.p8'), 'no key');
    await expect(openSnowflake({ ...world.place, keyFile: join(folder, 'none.p8') }, null, world.driver)).rejects.toThrow('log in');
  });

  it('leaves what this process makes as closed to others as it was', () => {
    expect(session.asked()).toBeGreaterThan(0);
    expect(process.umask()).toBe(umask);
  });

  it('takes no statement that Tonearm does not write', async () => {
    for (const sql of [
      'CREATE TABLE "A" (B INT)',
      'TRUNCATE TABLE "TONEARM"."LAKE"."PLAYS"',
      'COPY INTO "A" FROM @"B"',
      'SELECT PI()',
      'SELECT COUNT(*) FILTER (WHERE TRUE) FROM A',
    ]) {
      await expect(session.run(sql, never)).rejects.toMatchObject({ code: 'bad_sql' });
    }
  });
});
