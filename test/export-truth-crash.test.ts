import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { createRandom } from '../simulator/world/random.ts';
import { createSystemClock, createVirtualClock } from '../src/kernel/clock.ts';
import { createApp } from '../src/pipeline/wiring.ts';
import { compared } from './export-comparison.ts';
import { exportWorld, stepsOf, taken } from './export-world.ts';
import { dataSums, expectWholeCatalog } from './lake-facts.ts';
import { never, type SampleAccount, SILENT } from './sample-account.ts';
import { soak } from './soak.ts';

const PROGRAM = join(import.meta.dirname, '..', 'bin', 'tonearm.mjs');
const DYING = pathToFileURL(join(import.meta.dirname, 'dying-process.mjs')).href;
const HOUR_MS = 60 * 60 * 1000;
const WORLDS = soak(1, 12);

/** An import by the built program that dies before its change number `at` of the file system, or comes to its end before. */
async function dyingImport({ config }: SampleAccount, paths: readonly string[], at: number): Promise<'done' | 'killed'> {
  const env = { PATH: process.env.PATH ?? '', TONEARM_API_URL: config.spotify.apiUrl, TONEARM_ACCOUNTS_URL: config.spotify.accountsUrl };
  const argv = ['--import', `${DYING}?at=${at}`, PROGRAM, '--lake', config.lake, '--quiet', 'import', '--account', 'ada', ...paths];
  try {
    await promisify(execFile)(process.execPath, argv, { cwd: config.lake, env });
    return 'done';
  } catch (error) {
    expect(error).toMatchObject({ signal: 'SIGKILL' });
    return 'killed';
  }
}

/** The pipeline on a clock that is hours after that of this machine, which the built program goes by: no lease holds it up. */
function hoursLater({ config, simulator }: SampleAccount, hours: number) {
  const clock = createVirtualClock(new Date(createSystemClock().now().getTime() + hours * HOUR_MS));
  const fetch = async (input: string | URL | Request, init?: RequestInit) => simulator.app.fetch(new Request(input, init));
  return createApp(config, { clock, log: SILENT, fetch, progress: () => undefined });
}

it(`polls, and imports killed at any change of the file system and done again, give the plays and rows of undisturbed ones (${WORLDS} worlds)`, {
  timeout: 3_600_000,
}, async () => {
  let killed = 0;
  for (let seed = 0; seed < WORLDS; seed += 1) {
    const world = await exportWorld(`kill ${seed}`);
    const random = createRandom('kill', seed);
    const undisturbed = world.pipeline();
    await taken(undisturbed, stepsOf(world, 1, false));
    const lake = world.pipeline();
    for (const [index, step] of stepsOf(world, 2, false).entries()) {
      if ('paths' in step && (await dyingImport(lake, step.paths, random.between(1, 150))) === 'killed') killed += 1;
      if ('poll' in step) lake.clock.set(new Date(step.poll));
      const app = hoursLater(lake, index + 2);
      const summary =
        'poll' in step ? await app.run({ accounts: [], streams: [] }, never) : await app.importFiles(step.paths, { account: null }, never);
      expect(summary.outcomes).toEqual([]);
    }
    await expectWholeCatalog(lake.app);
    const { differences } = await compared(lake.app, world);
    expect(differences.filter(({ isClosed }) => isClosed).map(({ about }) => about)).toEqual([]);
    expect(await dataSums(lake.app)).toEqual(await dataSums(undisturbed.app));
  }
  expect(killed).toBeGreaterThanOrEqual(WORLDS);
});
