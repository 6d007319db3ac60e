import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GetTablesCommand, GlueClient } from '@aws-sdk/client-glue';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, expect, it } from 'vitest';
import { asPipelineError } from '../../src/kernel/errors.ts';
import { createRemovals } from '../../src/landing/removals.ts';
import type { App } from '../../src/pipeline/app.ts';
import { createTestCli, ensureBuilt } from '../../src/surfaces/cli/testing.ts';
import { createBuild } from '../../src/surfaces/lambda/build.ts';
import { createExtract } from '../../src/surfaces/lambda/extract.ts';
import { FUNCTIONS, type FunctionName } from '../../src/surfaces/lambda/functions.ts';
import { createStage } from '../../src/surfaces/lambda/stage.ts';
import { dataSums } from '../lake-facts.ts';
import { never, newFolder } from '../sample-account.ts';
import { type Asked, type Asker, recording } from './asked.ts';
import { type Deployment, deploy, invocation, NAME, recordOf, type Take } from './functions.ts';
import { describeWithS3, type Moto } from './moto.ts';
import { throughProxy } from './proxy.ts';
import { enforceRights, reaches } from './roles.ts';

const EVENT = { account: 'ada', streams: [] };
/**
 * What no flow of a test asks for: the event source of Lambda does it in the name of the function; an upload in parts has to break off; the answer to a write
 * has to be lost; or a series of states has to be long.
 */
const UNASKED: Readonly<Record<FunctionName, RegExp>> = {
  extract:
    /^s3:(AbortMultipartUpload raw|GetObject landed|DeleteObject state|DeleteObjectVersion state|GetBucketVersioning|ListBucketVersions)$/,
  stage: /^sqs:(ReceiveMessage|DeleteMessage|GetQueueAttributes)$/,
  build: /^sqs:(ReceiveMessage|DeleteMessage|GetQueueAttributes)$|^s3:AbortMultipartUpload |^s3:DeleteObject /,
};

describeWithS3('the functions, each with the rights that the templates give it,', (moto: () => Moto) => {
  let deployed: Deployment | null = null;
  afterEach(async () => {
    await enforceRights(moto().endpoint, false);
    await deployed?.remove();
  });

  /** The same raw objects, in a folder. */
  async function copied(from: App): Promise<string> {
    const folder = newFolder();
    for (const prefix of ['raw/', 'landed/']) {
      for await (const { key } of from.store.list(prefix)) {
        const body = await from.store.open(key);
        await mkdir(dirname(join(folder, key)), { recursive: true });
        if (body !== null) await writeFile(join(folder, key), body);
      }
    }
    return folder;
  }

  async function takes(d: Deployment, as: (name: FunctionName) => FunctionName = (name) => name): Promise<Record<'stage' | 'build', Take>> {
    const stage = createStage(await d.world('stage'));
    const build = createBuild(await d.world('build'));
    return {
      stage: (event) => d.as(as('stage'), () => stage(event, invocation())),
      build: (event) => d.as(as('build'), () => build(event, invocation())),
    };
  }

  /** How each function fares with the rights of each other one. */
  async function lentRights(d: Deployment, event: Parameters<Take>[0]): Promise<readonly string[]> {
    const found: string[] = [];
    for (const { name } of FUNCTIONS) {
      for (const { name: other } of FUNCTIONS.filter((one) => one.name !== name)) {
        const take = await takes(d, () => other);
        const extract = createExtract(await d.world('extract'));
        const work = name === 'extract' ? d.as(other, () => extract(EVENT, invocation())) : take[name](event);
        const outcome = work.then(
          (answer) => ('batchItemFailures' in answer ? `${answer.batchItemFailures.length} message left` : answer.outcome),
          (error: unknown) => asPipelineError(error).code,
        );
        found.push(`${name} as ${other}: ${await outcome}`);
      }
    }
    return found;
  }

  /** What was asked for that the role has no right to, as IAM reads its policy, and what the role may that nobody asked for. */
  function rightsOf(d: Deployment, name: FunctionName, asked: readonly Asked[]): { readonly beyond: Asked[]; readonly unasked: string[] } {
    const root = `${d.bucket}/my/lake/`;
    const policy = d.roles.get(name)?.policy;
    const beyond = asked.filter(({ action, object }) => object !== null && !reaches(policy, action, `arn:aws:s3:::${object}`));
    const used = new Set(
      asked.map(({ action, object }) => (object === null ? action : `${action} ${object.slice(root.length).split('/')[0]}`)),
    );
    const may = FUNCTIONS.find((one) => one.name === name)?.may ?? [];
    const declared = may.flatMap((one) =>
      one.on === 'objects' ? one.zones.flatMap((zone) => one.actions.map((action) => `${action} ${zone}`)) : one.actions,
    );
    return { beyond, unasked: declared.filter((one) => !used.has(one) && !UNASKED[name].test(one)) };
  }

  /** The catalog version that Athena is told of. */
  async function publishedVersion(): Promise<string | undefined> {
    const glue = new GlueClient({});
    const { TableList = [] } = await glue.send(new GetTablesCommand({ DatabaseName: NAME, Expression: 'published_version' }));
    glue.destroy();
    return TableList.find(({ Name }) => Name === 'published_version')?.Parameters?.['tonearm.version'];
  }

  it('make the tables of what the schedule reads, though every event comes twice and in any order, and one object is damaged for a while; no right is missing or unused', {
    timeout: 90_000,
  }, async () => {
    await ensureBuilt();
    const askers = new Map<string, Asker>();
    const asked = recording(askers);
    await throughProxy(moto().endpoint, asked.fault, async (endpoint) => {
      const d = await deploy({ ...moto(), endpoint }, { askers });
      deployed = d;
      await d.logIn();
      const extract = createExtract(await d.world('extract'));
      expect(await d.as('extract', () => extract(EVENT, invocation()))).toMatchObject({ outcome: 'done', problems: [] });
      const here = await d.laptop();
      const keys: string[] = [];
      for await (const { key } of here.store.list('raw/')) keys.push(key);
      expect(keys.length).toBeGreaterThan(2);

      // One object is damaged for as long as its messages are tried, and somebody else writes where nothing but raw belongs.
      const damaged = `my/lake/${keys[0]}`;
      const { Body } = await d.client.send(new GetObjectCommand({ Bucket: d.bucket, Key: damaged }));
      const whole = (await Body?.transformToByteArray()) ?? new Uint8Array();
      const put = (Key: string, Body: Uint8Array) => d.client.send(new PutObjectCommand({ Bucket: d.bucket, Key, Body }));
      await put(damaged, whole.subarray(0, whole.length - 9));
      await put('my/lake/raw/notes.txt', new Uint8Array([1]));
      const take = await takes(d);
      for (let tries = 0; tries < 5; tries += 1) await d.deliver('stage', take.stage, { twice: true });
      expect([await d.waiting('stage'), await d.waiting('stage-dead')]).toEqual([0, 3]);
      await put(damaged, whole);
      await d.deliver('stage', take.stage);

      const cli = await createTestCli();
      const env = { HOME: cli.folder };
      const words = ['--config', join(d.folder, 'tonearm.yaml'), '--lake', d.lake, '--json'];
      const dry = await cli.run([...words, 'redrive', '--dry-run'], { env });
      expect(JSON.parse(dry.stdout)).toEqual({
        queues: [expect.objectContaining({ moved: 0, left: 3 }), expect.objectContaining({ left: 0 })],
      });
      const redriven = await cli.run([...words, 'redrive', 'stage'], { env });
      expect([redriven.exitCode, JSON.parse(redriven.stdout)]).toEqual([0, { queues: [{ queue: 'stage', moved: 3, left: 0 }] }]);
      for (let tries = 0; tries < 4; tries += 1) await d.deliver('stage', take.stage);
      // What is no raw object is so whenever it is looked at.
      expect(await d.waiting('stage-dead')).toBe(1);

      expect(await d.deliver('build', take.build, { twice: true })).toBeGreaterThan(keys.length);
      expect([await d.waiting('build'), await d.waiting('build-dead')]).toEqual([0, 0]);
      expect(await publishedVersion()).toBe(String((await here.catalog.current()).version));
      await here.store.remove(['raw/notes.txt']);
      const there = await d.laptop(await copied(here));
      expect((await there.build(never)).outcomes).toEqual([]);
      expect(await dataSums(here)).toEqual(await dataSums(there));
      const said = await cli.run([...words, 'query', '--limit', '1000', 'from plays order by all'], { env });
      const local = await cli.run(['--lake', there.config.lake, '--json', 'query', '--limit', '1000', 'from plays order by all'], { env });
      const rows = (text: string): unknown => (JSON.parse(text) as { rows: unknown }).rows;
      expect([said.exitCode, rows(said.stdout)]).toEqual([0, rows(local.stdout)]);
      await cli.remove();

      const told = { s3: { bucket: { name: d.bucket }, object: { key: damaged } } };
      const event = { Records: [recordOf({ MessageId: 'm', Body: JSON.stringify({ Records: [told] }) })] };
      expect(await asked.without(() => lentRights(d, event))).toEqual([
        'extract as stage: config',
        'extract as build: config',
        'stage as extract: 1 message left',
        'stage as build: 1 message left',
        'build as extract: 1 message left',
        'build as stage: config',
      ]);

      // A removal whose machine died is ended by the next build.
      await here.rules.add({ kind: 'count', account: 'ada', counting: 'any' }, never);
      const purge = { verb: 'purge', account: 'ada', closed: ['ada'], landed: [], requires: 1, rawObjects: 0, bytes: 0, rows: [] } as const;
      await createRemovals(here.store).write(0, {
        ...purge,
        closed: ['ada'],
        landed: [],
        rows: [],
        at: d.clock.now().toISOString(),
        runId: 'r',
      });
      expect(await take.build(event)).toMatchObject({ batchItemFailures: [] });
      expect(await createRemovals(here.store).receipt(1)).not.toBeNull();
      expect(await take.stage(event)).toEqual({ batchItemFailures: [] });
      await expect(d.as('extract', () => extract(EVENT, invocation()))).rejects.toThrow('ada was purged');
      for (const { name } of FUNCTIONS) expect.soft([name, rightsOf(d, name, asked.of(name))]).toEqual([name, { beyond: [], unasked: [] }]);
    });
  });
});
