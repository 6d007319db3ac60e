import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { copyOf } from './lake-facts.ts';
import { never, newFolder, sampleAccount, tableSums } from './sample-account.ts';
import { soak } from './soak.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
/** Every change of the file system in a soak, a few in a test. */
const STEP = soak(15, 1);

/** A sweep of the built program, by this machine's clock: to it, everything of the sample account is old. */
async function sweep(lake: string, preload: readonly string[]): Promise<'done' | 'killed'> {
  try {
    await run(process.execPath, [...preload, join(root, 'bin', 'tonearm.mjs'), '--lake', lake, '--quiet', 'sweep'], { cwd: lake });
    return 'done';
  } catch (error) {
    expect(error).toMatchObject({ signal: 'SIGKILL' });
    return 'killed';
  }
}

it('a sweep killed at any change of the file system leaves the tables whole, and the next one finishes it', {
  timeout: 600_000,
}, async () => {
  const options = {
    mode: 'development',
    artists: 12,
    playsPerDay: 6,
    joinedOn: '2026-02-20',
    streams: ['saved_tracks', 'recently_played'],
  } as const;
  const sample = sampleAccount({ ...options, lake: newFolder() });
  for (let day = 0; day < 2; day += 1) {
    await sample.app.run({ accounts: [], streams: [] }, never);
    sample.clock.advance(60 * 60 * 1000);
  }
  await sample.app.rebuild(never);
  const sums = await tableSums(sample.app);
  let killed = 0;
  for (let isKilled = true; isKilled; killed += isKilled ? 1 : 0) {
    const lake = await copyOf(sample.config.lake);
    const preload = ['--import', `${pathToFileURL(join(root, 'test', 'dying-process.mjs')).href}?at=${killed * STEP + 1}`];
    isKilled = (await sweep(lake, preload)) === 'killed';
    expect(await sweep(lake, [])).toBe('done');
    const { app } = sampleAccount({ ...options, lake });
    expect(await tableSums(app)).toEqual(sums);
    const { partitions } = await app.catalog.current();
    for (const { files } of partitions) await app.files.paths(files.map(({ key, bytes }) => ({ key, size: bytes, etag: '' })));
  }
  expect(killed).toBeGreaterThan(2);
});
