import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FunctionPlace, type RunningFunction, withFunction } from '../../bench/lambda/runtime-api.ts';
import { FUNCTIONS, type FunctionName } from '../../src/surfaces/lambda/functions.ts';
import { dataSums, expectWholeCatalog } from '../lake-facts.ts';
import { type Deployment, deploy, NAME } from './functions.ts';
import { describeWithS3, type Moto } from './moto.ts';
import { throughProxy } from './proxy.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const MB = 1024 * 1024;

describeWithS3('the bundles', (moto: () => Moto) => {
  let out = '';
  let d: Deployment;
  beforeAll(async () => {
    out = await mkdtemp(join(tmpdir(), 'tonearm-bundles-'));
    const arch = process.arch === 'arm64' ? 'arm64' : 'x64';
    await promisify(execFile)(process.execPath, [join(ROOT, 'scripts', 'bundle-lambda.mjs'), '--arch', arch, '--out', join(out, 'lambda')]);
    d = await deploy(moto(), { isServed: true });
    await d.logIn();
  }, 90_000);
  afterAll(async () => {
    await d.remove();
    await rm(out, { recursive: true, force: true });
  });

  async function placeOf(name: FunctionName, endpoint = d.endpoint): Promise<FunctionPlace> {
    const { env } = await d.world(name, { endpoint });
    const aws = ['AWS_ENDPOINT_URL', 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'].map((key) => [key, process.env[key]]);
    const runtime = [process.execPath, join(ROOT, 'bench', 'lambda', 'runtime.mjs')];
    const memoryMb = FUNCTIONS.find((one) => one.name === name)?.memoryMb ?? 0;
    return { folder: join(out, 'lambda', name), runtime, memoryMb, env: { ...env, ...Object.fromEntries(aws) } };
  }
  const started = async <T>(name: FunctionName, work: (running: RunningFunction) => Promise<T>, endpoint?: string): Promise<T> =>
    withFunction(await placeOf(name, endpoint), work);

  it('keep within the limits of Lambda, and only the build has a native package', async () => {
    for (const { name } of FUNCTIONS) {
      const folder = join(out, 'lambda', name);
      const files = await readdir(folder, { recursive: true });
      const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size));
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan((name === 'build' ? 250 : 5) * MB);
      expect(files.some((file) => file.endsWith('.node'))).toBe(name === 'build');
      expect(await readFile(join(folder, 'index.mjs'), 'utf8')).not.toContain(ROOT);
    }
  });

  it('speak to the runtime of Lambda; one that is killed in the middle of a write is finished by the next', {
    timeout: 90_000,
  }, async () => {
    let writes = 0;
    let kill: () => void = () => undefined;
    await throughProxy(
      d.endpoint,
      ({ method, url }, _, forward) => {
        if (method === 'PUT' && url?.includes('/raw/') === true) writes += 1;
        if (writes === 2) kill();
        else forward();
      },
      (endpoint) =>
        started(
          'extract',
          async (running) => {
            kill = running.kill;
            await expect(running.invoke({ account: 'ada' }, 300_000)).rejects.toThrow('SIGKILL');
          },
          endpoint,
        ),
    );
    expect(writes).toBe(2);
    await started('extract', async (running) => {
      const { body, isError } = await running.invoke({ account: 'ada' }, 300_000);
      expect([isError, body]).toEqual([false, expect.objectContaining({ outcome: 'done', problems: [] })]);
      expect(await running.invoke({ nothing: 'said' })).toMatchObject({
        isError: true,
        body: { errorMessage: expect.stringContaining('schedule') },
      });
      expect(running.output()).toContain('"service":"extract"');
      expect(running.output()).toContain('"CloudWatchMetrics"');
      expect(running.output()).toContain('"Dimensions":[["service","deployment"]]');
      expect(running.output()).toContain(`"deployment":"${NAME}"`);
      expect(running.output()).not.toMatch(/refresh_?token"?:"?(?!\[hidden)/i);
    });
    await started('stage', (running) =>
      d.deliver('stage', async (event) => (await running.invoke(event)).body as Awaited<ReturnType<Parameters<Deployment['deliver']>[1]>>),
    );
    expect(await d.waiting('stage')).toBe(0);
    await started('build', async (running) => {
      await d.deliver('build', async (event) => {
        const { body, isError } = await running.invoke(event, 600_000);
        expect([isError, body]).toEqual([false, expect.objectContaining({ outcome: 'done', batchItemFailures: [] })]);
        return { batchItemFailures: [] };
      });
    });
    const app = await d.laptop();
    await expectWholeCatalog(app);
    expect((await dataSums(app)).length).toBeGreaterThan(5);
  });
});
