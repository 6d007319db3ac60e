import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../src/kernel/clock.ts';
import { createFsStore } from '../src/landing/fs-store.ts';
import { createLanding } from '../src/landing/raw-writer.ts';
import { createTestCli, savedTracksPage, type TestCli } from '../src/surfaces/cli/testing.ts';

describe('freshness', () => {
  const clock = createVirtualClock(new Date('2026-11-21T10:00:00Z'));
  let cli: TestCli;
  beforeAll(async () => {
    cli = await createTestCli();
    const [folder, newLandedId] = [`${cli.folder}/lake`, () => '20261121t100000000z-0badcafe'];
    const landing = createLanding({ store: createFsStore(folder), clock, newLandedId, tempDir: `${folder}/.tmp/work` });
    const pages = landing.openPages({ stream: 'saved_tracks', account: 'me', source: 'web_api', runId: 'run', contract: null });
    await pages.append({
      observed_at: '2026-11-20T08:30:00.000Z',
      request: { method: 'GET', path: '/me/tracks', query: {} },
      status: 200,
      bytes: new TextEncoder().encode(savedTracksPage(['one'])),
    });
    await pages.close();
    await cli.run('rebuild');
  });
  afterAll(() => cli.remove());

  it('shows the newest observation of each stream and its age', async () => {
    const { exitCode, stdout } = await cli.run('freshness');
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: 'account  stream        newest                age\nme       saved_tracks  2026-11-20T08:30:00Z  1 d 1 h\n',
    });
  });

  it('ends with 3 where a stream is older than asked', async () => {
    expect((await cli.run('freshness --max-age 26h')).exitCode).toBe(0);
    const late = await cli.run('freshness --max-age 25h');
    expect(late.exitCode).toBe(3);
    expect(late.stdout).toMatch(/1 d 1 h +stale$/m);
    const { streams, exitCode } = JSON.parse((await cli.run('freshness --max-age 1d --json')).stdout);
    expect(exitCode).toBe(3);
    expect(streams).toEqual([
      { account: 'me', stream: 'saved_tracks', newestAt: '2026-11-20T08:30:00Z', ageMs: 91_800_000, isStale: true },
    ]);
  });

  it('holds what was never observed for stale', async () => {
    const never = await cli.run('freshness --max-age 2d --stream recently_played');
    expect(never.exitCode).toBe(3);
    expect(never.stdout).toMatch(/^me +recently_played +– +– +stale$/m);
    expect((await cli.run('freshness --stream recently_played')).exitCode).toBe(0);
    expect((await cli.run('freshness --max-age 2d --lake empty')).exitCode).toBe(3);
  });

  it.each(['36', 'h', '0h', '-1d', '1w', '1.5h'])('refuses an age of %s', async (age) => {
    const said = await cli.run(['freshness', `--max-age=${age}`]);
    expect(said).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('90m, 36h, 2d') });
  });
});
