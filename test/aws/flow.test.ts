import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, expect, it } from 'vitest';
import type { App } from '../../src/pipeline/app.ts';
import { createTestCli, ensureBuilt } from '../../src/surfaces/cli/testing.ts';
import { createBuild } from '../../src/surfaces/lambda/build.ts';
import { createExtract } from '../../src/surfaces/lambda/extract.ts';
import { createStage } from '../../src/surfaces/lambda/stage.ts';
import { dataSums } from '../lake-facts.ts';
import { newFolder } from '../sample-account.ts';
import { type Deployment, deploy, invocation, type Take } from './functions.ts';
import { describeWithS3, type Moto } from './moto.ts';

const EVENT = { account: 'ada', streams: [] };

describeWithS3('the functions', (moto: () => Moto) => {
  let deployed: Deployment | null = null;
  afterEach(async () => {
    await deployed?.remove();
  });
  async function newDeployment(): Promise<Deployment> {
    deployed = await deploy(moto());
    await deployed.logIn();
    return deployed;
  }

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

  const takes = async (d: Deployment): Promise<Readonly<Record<'stage' | 'build', Take>>> => {
    const stage = createStage(await d.world('stage'));
    const build = createBuild(await d.world('build'));
    return {
      stage: (event) => stage(event, invocation()),
      build: (event) => build(event, invocation()),
    };
  };

  it('make the tables of what the schedule reads, though every event comes twice and in any order, and one object is damaged for a while', {
    timeout: 90_000,
  }, async () => {
    await ensureBuilt();
    const d = await newDeployment();
    const extract = createExtract(await d.world('extract'));
    expect(await extract(EVENT, invocation())).toMatchObject({ outcome: 'done', problems: [] });
    const here = await d.laptop();
    const keys: string[] = [];
    for await (const { key } of here.store.list('raw/')) keys.push(key);
    expect(keys.length).toBeGreaterThan(2);

    // One object is damaged for as long as its messages are tried, and somebody else writes where nothing but raw belongs.
    const damaged = `my/lake/${keys[0]}`;
    const { Body } = await moto().client.send(new GetObjectCommand({ Bucket: d.bucket, Key: damaged }));
    const whole = (await Body?.transformToByteArray()) ?? new Uint8Array();
    const put = (Key: string, Body: Uint8Array) => moto().client.send(new PutObjectCommand({ Bucket: d.bucket, Key, Body }));
    await put(damaged, whole.subarray(0, whole.length - 9));
    await put('my/lake/raw/notes.txt', new Uint8Array([1]));
    const take = await takes(d);
    for (let tries = 0; tries < 5; tries += 1) await d.deliver('stage', take.stage, { twice: true });
    expect([await d.waiting('stage'), await d.waiting('stage-dead')]).toEqual([0, 3]);
    await put(damaged, whole);
    await d.deliver('stage', take.stage);

    const cli = await createTestCli();
    const env = { HOME: cli.folder };
    const asked = ['--config', join(d.folder, 'tonearm.yaml'), '--lake', d.lake, '--json'];
    const dry = await cli.run([...asked, 'redrive', '--dry-run'], { env });
    expect(JSON.parse(dry.stdout)).toEqual({
      queues: [expect.objectContaining({ moved: 0, left: 3 }), expect.objectContaining({ left: 0 })],
    });
    const redriven = await cli.run([...asked, 'redrive', 'stage'], { env });
    expect([redriven.exitCode, JSON.parse(redriven.stdout)]).toEqual([0, { queues: [{ queue: 'stage', moved: 3, left: 0 }] }]);
    for (let tries = 0; tries < 4; tries += 1) await d.deliver('stage', take.stage);
    // What is no raw object is so whenever it is looked at.
    expect(await d.waiting('stage-dead')).toBe(1);

    expect(await d.deliver('build', take.build, { twice: true })).toBeGreaterThan(keys.length);
    expect([await d.waiting('build'), await d.waiting('build-dead')]).toEqual([0, 0]);
    await here.store.remove(['raw/notes.txt']);
    const there = await d.laptop(await copied(here));
    expect((await there.build(new AbortController().signal)).outcomes).toEqual([]);
    expect(await dataSums(here)).toEqual(await dataSums(there));
    const said = await cli.run([...asked, 'query', '--limit', '1000', 'from plays order by all'], { env });
    const local = await cli.run(['--lake', there.config.lake, '--json', 'query', '--limit', '1000', 'from plays order by all'], { env });
    const rows = (text: string): unknown => (JSON.parse(text) as { rows: unknown }).rows;
    expect([said.exitCode, rows(said.stdout)]).toEqual([0, rows(local.stdout)]);
    await cli.remove();
  });
});
