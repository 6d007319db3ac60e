import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateDatabaseCommand, GetTableCommand, GetTablesCommand, GlueClient, type Table } from '@aws-sdk/client-glue';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAthenaEngine } from '../../src/engines/athena/engine.ts';
import { publishedVersions } from '../../src/engines/athena/notes.ts';
import { ask, rowsOf } from '../../src/engines/engine.contract.ts';
import type { Engine } from '../../src/engines/engine.ts';
import { createSampleLake, type SampleLake } from '../../src/engines/testing.ts';
import { createVirtualClock } from '../../src/kernel/clock.ts';
import { readText } from '../../src/landing/object-bytes.ts';
import { createApp } from '../../src/pipeline/wiring.ts';
import { STORED_TABLES, TABLES } from '../../src/tables/star-schema.ts';
import { newFolder, sampleAccount } from '../sample-account.ts';
import { isSoak } from '../soak.ts';
import { describeWithS3, type Moto } from './moto.ts';
import { type Fault, throughProxy } from './proxy.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const never = new AbortController().signal;

describeWithS3('tables in Athena', (moto: () => Moto) => {
  let glue: GlueClient;
  let lake: SampleLake;
  const place = { database: 'my_lake', workgroup: 'primary', region: null, lake: { bucket: 'lake', prefix: 'my/lake' } };
  const engines: Engine[] = [];
  const clock = createVirtualClock(new Date('2026-11-21T12:00:00Z'));

  beforeAll(async () => {
    glue = new GlueClient({ endpoint: moto().endpoint });
    await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: place.database } }));
    lake = await createSampleLake(await mkdtemp(join(tmpdir(), 'tonearm-athena-')));
    await lake.add('tracks', [{ track_id: 't1', name: 'Song' }]);
  });
  afterAll(async () => {
    glue.destroy();
    await Promise.all(engines.map((engine) => engine.close()));
    await rm(lake.folder, { recursive: true, force: true });
  });

  const engineAt = (endpoint = moto().endpoint): Engine => {
    const engine = createAthenaEngine({ catalog: lake.catalog, store: lake.store, place: { ...place, endpoint }, clock, attempts: 1 });
    engines.push(engine);
    return engine;
  };
  const publish = async (engine = engineAt()) => engine.publish(await lake.catalog.current(), null, never);
  const tables = async (): Promise<ReadonlyMap<string, Table>> => {
    const { TableList = [] } = await glue.send(new GetTablesCommand({ DatabaseName: place.database }));
    return new Map(TableList.map((table) => [table.Name ?? '', table]));
  };
  /** The files that a table names, by the list that lies where Glue says; null: there is no such list. */
  const filesOf = async (table: Table | undefined): Promise<readonly string[] | null> => {
    const root = 's3://lake/my/lake/';
    const text = await readText(lake.store, `${table?.StorageDescriptor?.Location?.slice(root.length)}files`);
    return text === null ? null : text.split('\n').slice(0, -1);
  };
  const expected = async (name: string): Promise<readonly string[]> => {
    const { partitions } = await lake.catalog.current();
    return partitions.filter(({ table }) => table === name).flatMap(({ files }) => files.map(({ key }) => `s3://lake/my/lake/${key}`));
  };
  const shown = async (): Promise<{ version: string | undefined; to: string | undefined }> => {
    const parameters = (await tables()).get('published_version')?.Parameters;
    return { version: parameters?.['tonearm.version'], to: parameters?.['tonearm.switching_to'] };
  };
  /** Every table names exactly the files of the newest version, and says so. */
  const expectWhole = async (): Promise<void> => {
    const found = await tables();
    for (const { name, strategy } of STORED_TABLES) {
      expect([name, await filesOf(found.get(`${strategy === 'latest' ? 'files' : 'stored'}_${name}`))]).toEqual([
        name,
        await expected(name),
      ]);
    }
    expect(await shown()).toEqual({ version: String((await lake.catalog.current()).version), to: '' });
  };

  it('are all there after the first publish, with the public columns under the public names; the second changes nothing', async () => {
    expect((await publish()).replaced).toBeGreaterThan(TABLES.length);
    await expectWhole();
    const found = await tables();
    for (const { name, columns } of TABLES) {
      expect([name, found.get(name)?.StorageDescriptor?.Columns?.map((column) => column.Name)]).toEqual([
        name,
        columns.map((column) => column.name),
      ]);
    }
    expect(await publish()).toEqual({ replaced: 0, statements: 0 });
  });

  it('change alone where something new is: a table by one change, and the version that is shown by two', async () => {
    await lake.add('plays', [{ play_id: 'p1' }], { partition: 'account=me/year=2026' });
    await lake.add('plays', [{ play_id: 'p2' }], { partition: 'account=me/year=2025' });
    expect(await publish()).toEqual({ replaced: 1, statements: 3 });
    await expectWhole();
  });

  it('are whole, each as it was or as it will be, wherever a publisher dies; the next one finishes', { timeout: 60_000 }, async () => {
    let requests = 0;
    const dyingAt =
      (last: number, isDone: boolean): Fault =>
      (incoming, answer, forward) => {
        requests += 1;
        if (requests < last) forward();
        else if (isDone && requests === last) {
          answer.writeHead = () => answer.destroy();
          forward();
        } else incoming.destroy();
      };
    let deaths = 0;
    for (let last = 1; ; last += 1) {
      // Both ways at each request in the soak.
      for (const isDone of isSoak ? [false, true] : [last % 2 === 0]) {
        await lake.add('plays', [{ play_id: `p${last}` }], { partition: 'account=me/year=2026' });
        await lake.add('artists', [{ artist_id: `a${last}`, name: 'Björk' }]);
        const before = await tables();
        requests = 0;
        const died = await throughProxy(moto().endpoint, dyingAt(last, isDone), async (endpoint) =>
          publish(engineAt(endpoint)).then(
            () => false,
            () => true,
          ),
        );
        const after = await tables();
        const state = await shown();
        const isNew = await Promise.all(
          [...after]
            .filter(([name]) => name === 'stored_plays' || name === 'files_artists')
            .map(async ([name, table]) => {
              const files = await filesOf(table);
              const isOld = table.StorageDescriptor?.Location === before.get(name)?.StorageDescriptor?.Location;
              if (!isOld) expect(files).toEqual(await expected(name.replace(/^\w+?_/, '')));
              expect(files).not.toBeNull();
              return !isOld;
            }),
        );
        // What it says of itself is true: nothing moves before it says so, and all has moved once it says that it is over.
        const version = String((await lake.catalog.current()).version);
        if (isNew.includes(true) && state.version !== version) expect(state.to).toBe(version);
        if (state.version === version) expect({ isNew, to: state.to }).toEqual({ isNew: [true, true], to: '' });
        if (!died) {
          expect(deaths).toBeGreaterThan(6);
          return expectWhole();
        }
        deaths += 1;
        await publish();
        expect(await shown()).toEqual({ version, to: '' });
      }
    }
  });

  it('end at the newest version where several publish at once, whichever version each began with', { timeout: 60_000 }, async () => {
    const publishers = [];
    for (let at = 0; at < 3; at += 1) {
      await lake.add('plays', [{ play_id: `q${at}` }], { partition: 'account=me/year=2026' });
      await lake.add('tracks', [{ track_id: `u${at}` }]);
      publishers.push(publish(), publish());
    }
    await Promise.all(publishers);
    await expectWhole();
  });

  it('name versions that the sweep must spare until no query can be at them any more', async () => {
    const { version } = await lake.catalog.current();
    await clock.sleep(DAY_MS, never);
    await lake.add('plays', [{ play_id: 'r1' }], { partition: 'account=me/year=2026' });
    await publish();
    expect([...(await publishedVersions(lake.store))].sort((a, b) => a - b)).toEqual([version, version + 1]);
    await clock.sleep(DAY_MS, never);
    await lake.add('plays', [{ play_id: 'r2' }], { partition: 'account=me/year=2026' });
    await publish();
    expect([...(await publishedVersions(lake.store))].sort((a, b) => a - b)).toEqual([version + 1, version + 2]);
    const lists: string[] = [];
    for await (const { key } of lake.store.list('athena/plays/')) lists.push(key);
    expect(lists).toHaveLength(2);
    await expectWhole();
  });

  it('are published before they are asked, and a lake that began anew shows its own', async () => {
    await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'empty' } }));
    const empty = createAthenaEngine({
      catalog: lake.catalog,
      store: lake.store,
      place: { ...place, database: 'empty', endpoint: moto().endpoint },
      clock,
    });
    engines.push(empty);
    await expect(empty.query(ask('select 1'), never)).rejects.toMatchObject({
      code: 'config',
      hint: expect.stringContaining('tonearm publish'),
    });
    const anew = await createSampleLake(await mkdtemp(join(tmpdir(), 'tonearm-athena-')));
    await rm(lake.folder, { recursive: true, force: true });
    lake = anew;
    expect((await publish()).replaced).toBeGreaterThan(0);
    await expectWhole();
  });

  it('answer what Athena gives, with the version that is published', async () => {
    const column_info = ['n', 'name'].map((Name) => ({
      Name,
      Label: Name,
      Type: Name === 'n' ? 'bigint' : 'varchar',
      Precision: 0,
      Scale: 0,
      Nullable: 'UNKNOWN',
      CaseSensitive: false,
      CatalogName: 'hive',
      SchemaName: '',
      TableName: '',
    }));
    const rows = [
      ['n', 'name'],
      ['7', 'Ärla'],
    ].map((row) => ({ Data: row.map((VarCharValue) => ({ VarCharValue })) }));
    const canned = { account_id: '123456789012', region: 'eu-central-1', results: [{ rows, column_info }] };
    await fetch(`${moto().endpoint}/moto-api/static/athena/query-results`, { method: 'POST', body: JSON.stringify(canned) });
    const result = await engineAt().query(ask('select n, name from plays'), never);
    expect(result).toMatchObject({
      catalogVersion: (await lake.catalog.current()).version,
      columns: [
        { name: 'n', type: 'integer' },
        { name: 'name', type: 'text' },
      ],
    });
    expect(await rowsOf(result)).toEqual([[7, 'Ärla']]);
  });

  it('follow a lake by themselves: a run, a failure, a sweep, and a purge that leaves no file named', { timeout: 60_000 }, async () => {
    process.env.AWS_ENDPOINT_URL_GLUE = moto().endpoint;
    const { bucket, endpoint } = await moto().bucket();
    await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'app_lake' } }));
    const {
      config,
      effects,
      clock: time,
    } = sampleAccount({ mode: 'development', artists: 10, playsPerDay: 8, joinedOn: '2026-02-27', streams: ['recently_played'] });
    const aws = {
      name: 'app-lake',
      region: null,
      architecture: 'arm64',
      alarmsTo: null,
      budgetUsd: null,
      crawler: false,
      publish: 'athena',
    } as const;
    const settings = { endpoint, region: null, pathStyle: true, cacheFolder: newFolder(), cacheBytes: 1e9 };
    const app = createApp({ ...config, lake: `s3://${bucket}/l`, bucket: settings, aws }, effects);
    const listed = async (prefix: string): Promise<readonly string[]> => {
      const keys: string[] = [];
      for await (const { key } of app.store.list(prefix)) keys.push(key);
      return keys;
    };
    const named = async (): Promise<readonly string[]> => {
      const { Table: plays } = await glue.send(new GetTableCommand({ DatabaseName: 'app_lake', Name: 'stored_plays' }));
      const text = await readText(app.store, `${plays?.StorageDescriptor?.Location?.slice(`s3://${bucket}/l/`.length)}files`);
      return (text ?? '')
        .split('\n')
        .slice(0, -1)
        .map((line) => line.slice(`s3://${bucket}/l/`.length));
    };
    const run = () => app.run({ accounts: [], streams: [] }, never);

    expect((await run()).outcomes).toEqual([]);
    const first = await named();
    expect(first).toHaveLength(1);
    expect(await app.publish(never)).toMatchObject({ database: 'app_lake', statements: 0 });

    // Glue is away for days: the builds stand, the runs say what is missing, and what Athena still shows stays.
    process.env.AWS_ENDPOINT_URL_GLUE = 'http://127.0.0.1:9';
    for (let day = 0; day < 3; day += 1) {
      await time.sleep(DAY_MS, never);
      expect(await run()).toMatchObject({ outcome: 'failed', exitCode: 1, outcomes: [{ code: 'network' }] });
    }
    expect((await app.sweep()).tableFiles).toBeGreaterThan(0);
    expect(await listed('tables/plays/')).toEqual(expect.arrayContaining([...first]));
    process.env.AWS_ENDPOINT_URL_GLUE = moto().endpoint;
    expect((await app.publish(never)).replaced).toBeGreaterThan(0);

    const { receipts } = await app.remove({ verb: 'purge', account: 'ada' }, { confirmed: true }, never);
    expect(JSON.stringify(receipts)).toContain('answers that Athena has kept');
    expect(await named()).toEqual([]);
    for (const key of await listed('athena/')) expect(await readText(app.store, key)).not.toContain('account=ada');
    expect(await listed('athena/versions/')).toHaveLength(1);
  });
});
