import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSampleLake, type SampleLake } from '../../src/engines/testing.ts';
import { PipelineError } from '../../src/kernel/errors.ts';
import type { Context } from '../../src/pipeline/context.ts';
import { alsoPublished } from '../../src/pipeline/publish.ts';
import { createSnowflake } from '../../src/pipeline/snowflake.ts';
import type { Snowflake } from '../../src/pipeline/snowflake-answers.ts';
import type { RunSummary } from '../../src/tables/run-summary.ts';
import { createSnowflakeWorld, type SnowflakeWorld } from './world.ts';

const never = new AbortController().signal;

describe('Snowflake and the bucket of the lake', () => {
  let folder: string;
  let world: SnowflakeWorld;
  let lake: SampleLake;
  const contextOf = (
    load: 'put' | 'stage' | 'pipe' | null,
    own: { readonly lake?: string; readonly passphrase?: string } = {},
  ): Context => {
    const passphrase = own.passphrase ?? world.place.passphrase;
    const snowflake = { ...world.place, load, publish: true, passphrase };
    const { store, files, catalog } = lake;
    const said = { info: () => undefined, warn: () => undefined };
    return {
      config: { lake: own.lake ?? 's3://my-lake/me', accounts: [], snowflake, threads: 1, memoryLimit: '500MB' },
      ids: { runId: () => 'run' },
      store,
      files,
      catalog,
      log: said,
      tempDir: join(folder, 'temp'),
      progress: () => undefined,
    } as unknown as Context;
  };
  const of = (load: 'put' | 'stage' | 'pipe' | null, place = 's3://my-lake/me'): Snowflake => {
    const account = async () => ({ id: '123456789012', partition: 'aws', region: 'eu-central-1' });
    return createSnowflake(contextOf(load, { lake: place }), { driver: world.driver, account });
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tonearm-connect-'));
    world = await createSnowflakeWorld(folder);
    lake = await createSampleLake(join(folder, 'lake'));
    world.standIn.shared.buckets.set('s3://my-lake/me/', join(folder, 'lake'));
  });
  afterAll(async () => {
    await world.standIn.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('know nothing of one another at first: nobody is let in, and files go through this machine', async () => {
    expect(await of('pipe').guest()).toBeNull();
    await expect(of('pipe').plan({}, never)).rejects.toMatchObject({
      code: 'config',
      hint: expect.stringContaining('tonearm snowflake connect'),
    });
    await expect(of('stage', '/a/folder').plan({}, never)).rejects.toMatchObject({
      code: 'config',
      hint: expect.stringContaining('load: put'),
    });
    await expect(of('pipe', '/a/folder').connect({}, never)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('/a/folder'),
    });
    expect((await of(null).plan({}, never)).map(({ name }) => name)).not.toContain('stage LAKE_TABLES');
  });

  it('let nobody in while the bucket is not there, and tell a bucket that cannot be asked from that', async () => {
    const without = (cause: string): Snowflake => {
      const refused = async function* (): AsyncGenerator<never> {
        yield* [];
        throw new PipelineError('cannot list', { code: 'config', cause: new Error(cause) });
      };
      return createSnowflake({ ...contextOf('pipe'), store: { ...lake.store, list: refused } });
    };
    expect(await without('NoSuchBucket').guest()).toBeNull();
    await expect(without('AccessDenied').guest()).rejects.toThrow('cannot list');
  });

  it('get to know one another without a word pasted: who comes is kept for the deployment, the same each time', async () => {
    const connected = await of('pipe').connect({}, never);
    expect(connected).toMatchObject({
      integration: 'TONEARM_LAKE',
      roleArn: 'arn:aws:iam::123456789012:role/tonearm-snowflake',
      topicArn: 'arn:aws:sns:eu-central-1:123456789012:tonearm-snowflake',
      refusal: 'Access Denied',
      next: [expect.stringContaining('tonearm deploy apply'), expect.stringContaining('apply'), expect.stringContaining('publish')],
    });
    const guest = {
      roleName: 'tonearm-snowflake',
      topicName: 'tonearm-snowflake',
      userArn: 'arn:aws:iam::111122223333:user/abc1-b-self1234',
      externalId: 'MYORG_SFCRole=2_a1b2c3/x=',
    };
    expect(await of('pipe').guest()).toEqual({ ...guest, subscriberArn: guest.userArn });
    expect(await of('stage').guest()).toEqual({ ...guest, subscriberArn: null });
    expect(await of('put').guest()).toBeNull();
    expect(await of('pipe', 's3://another/me').guest()).toBeNull();
    expect(world.standIn.statements.join()).not.toContain('OR REPLACE STORAGE INTEGRATION');
    world.standIn.shared.objects.add('ROLE OF AWS');
    const again = await of('pipe').connect({}, never);
    expect(again).toMatchObject({ userArn: guest.userArn, refusal: null });
    expect(again.next.join()).not.toContain('deploy');
  });

  it('is loaded from where the files lie: nothing is sent through this machine, and twice is nothing', async () => {
    const snowflake = of(null);
    await snowflake.apply({}, never);
    expect(await snowflake.plan({}, never)).toEqual([]);
    await lake.add('plays', [{ play_id: 'a', account_id: 'ana', ended_at: '2025-01-01 10:00:00', kind: 'track' }], {
      partition: 'account=ana/year=2025',
    });
    world.standIn.statements.length = 0;
    expect(await snowflake.publish({}, never)).toMatchObject({ version: 1, loaded: 1, rows: 1 });
    const said = world.standIn.statements.join('\n');
    expect(said).toContain('@"TONEARM"."LAKE_STORED"."LAKE_TABLES"');
    expect(said).not.toMatch(/^PUT|REMOVE/m);
    expect(await snowflake.verify(never)).toMatchObject({ differences: [], loadedVersion: 1 });
    world.standIn.statements.length = 0;
    expect(await snowflake.publish({}, never)).toMatchObject({ version: 1, loaded: 0 });
    expect(world.standIn.statements.length).toBeLessThan(3);
  });

  it('is loaded by every build where the settings say so; where that fails the tables stand, and the run says what was not done', async () => {
    await lake.add('plays', [{ play_id: 'b', account_id: 'ana', ended_at: '2026-01-01 10:00:00', kind: 'track' }], {
      partition: 'account=ana/year=2026',
    });
    const summary = { runId: 'run', catalogVersion: 2, outcome: 'done', exitCode: 0, outcomes: [] } as unknown as RunSummary;
    const failed = await alsoPublished(contextOf(null, { passphrase: 'wrong' }), summary, { driver: world.driver });
    expect(failed).toMatchObject({ catalogVersion: 2, outcomes: [{ message: expect.stringContaining('log in to Snowflake') }] });
    expect(failed.exitCode).toBeGreaterThan(0);
    expect(await of(null).verify(never)).toMatchObject({ catalogVersion: 2, loadedVersion: 1 });
    const [rows, version, ...unknown] = await of(null).doctor({ now: new Date('2026-11-21T12:00:00Z') }, never);
    expect([rows, version]).toMatchObject([
      { check: 'rows', state: 'ok' },
      { check: 'version', state: 'warn', found: '1; the lake has 2', next: expect.stringContaining('tonearm snowflake publish') },
    ]);
    // This account keeps no history of its loads.
    expect(unknown.map(({ check, state }) => [check, state])).toEqual([
      ['loads', 'warn'],
      ['costs', 'warn'],
    ]);
    expect(await alsoPublished(contextOf(null), summary, { driver: world.driver })).toBe(summary);
    expect(await of(null).verify(never)).toMatchObject({ differences: [], loadedVersion: 2 });
    expect(await alsoPublished(contextOf(null), { ...summary, catalogVersion: null }, { driver: null })).toMatchObject({ outcomes: [] });
  });
});
