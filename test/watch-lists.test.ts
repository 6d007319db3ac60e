import { rm } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { App } from '../src/pipeline/app.ts';
import { createApp } from '../src/pipeline/wiring.ts';
import { watchConfig } from '../src/source/watch.ts';
import { never, type SampleAccount, sampleAccount } from './sample-account.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const EDITORIAL = '37i9dQZF1DXcBWIGoYBM5M';
const everything = { accounts: [], streams: [] };
const samples: SampleAccount[] = [];

/** Watches a playlist that Spotify makes itself, and one of somebody else. */
function watching(mode: 'development' | 'extended') {
  const sample = sampleAccount({ mode, streams: [], artists: 20, playsPerDay: 4, joinedOn: '2026-02-25' });
  samples.push(sample);
  const theirs = sample.simulator.world.foreignPlaylists[0]?.id ?? '';
  const watch = watchConfig({ playlists: [EDITORIAL, theirs] });
  return { sample, theirs, app: createApp({ ...sample.config, watch }, sample.effects) };
}

afterEach(async () => {
  for (const { config } of samples.splice(0)) await rm(config.lake, { recursive: true, force: true });
});

describe('a watch list of what this app may not read', () => {
  it.each([
    ['development', 2],
    ['extended', 1],
  ] as const)('says why and what to do instead, once, and the run is done (%s mode)', async (mode, count) => {
    const { sample, theirs, app } = watching(mode);
    const { warnings, outcome } = await app.run(everything, never);
    expect([outcome, warnings.length]).toEqual(['done', count]);
    expect(warnings[0]).toMatch(
      /^playlist 37i9dQZ\w+ cannot be read: Spotify makes it itself.* In Spotify, add its tracks to a playlist of your own/,
    );
    if (mode === 'development') {
      expect(warnings[1]).toContain(`playlist ${theirs} cannot be read: it is somebody else's, and apps in development mode`);
      expect(warnings[1]).toContain('Ask its owner to make you a collaborator');
    }
    sample.clock.advance(DAY_MS);
    expect(await app.run(everything, never)).toMatchObject({ outcome: 'done', warnings: [] });
  });
});

describe('a watch list without a login', () => {
  const nobody = (sample: SampleAccount, streams: readonly string[]) => {
    const watch = watchConfig({ albums: [sample.simulator.world.albums[0]?.id ?? ''], searches: [{ q: 'a' }] });
    const accounts = sample.config.accounts.map((account) => ({ ...account, refreshToken: null, streams }));
    return createApp({ ...sample.config, accounts, watch }, sample.effects);
  };
  const outcomes = async (app: App) => {
    const { streams, exitCode } = await app.run(everything, never);
    return [exitCode, ...streams.map(({ stream, outcome }) => `${stream} ${outcome}`)];
  };

  it('is read as the app alone once a probe found that this works', async () => {
    const { sample } = watching('development');
    const app = nobody(sample, []);
    expect(await outcomes(app)).toEqual([4, 'albums failed']);
    await app.doctor({ deep: false, probe: true }, never);
    const [exitCode, ...streams] = await outcomes(app);
    expect(exitCode).toBe(0);
    expect(streams).toEqual(expect.arrayContaining(['albums done', 'search done']));
  });

  it('is read though the account itself is not, which the exit code says', async () => {
    const { sample } = watching('extended');
    const app = nobody(sample, ['saved_tracks', 'recently_played']);
    await app.doctor({ deep: false, probe: true }, never);
    const [exitCode, ...streams] = await outcomes(app);
    expect(exitCode).toBe(4);
    expect(streams).toEqual(expect.arrayContaining(['saved_tracks failed', 'albums done', 'search done']));
    expect(streams).not.toContain('recently_played failed');
  });
});
