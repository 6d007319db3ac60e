import { rm } from 'node:fs/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { createApp } from '../src/pipeline/wiring.ts';
import { dataSums, expectWholeCatalog } from './lake-facts.ts';
import { never, type SampleAccount, sampleAccount } from './sample-account.ts';

const HOUR_MS = 60 * 60 * 1000;
const EVERYTHING = { accounts: [], streams: [] };
const samples: SampleAccount[] = [];
afterAll(() => Promise.all(samples.map(({ config }) => rm(config.lake, { recursive: true, force: true }))));

function small(): SampleAccount {
  const sample = sampleAccount({ mode: 'development', artists: 15, playsPerDay: 30, joinedOn: '2026-02-20' });
  samples.push(sample);
  return sample;
}

describe('runs that land only', () => {
  it('leave the tables to a build, which makes those that runs make; a cursor does not wait for it', async () => {
    const [apart, together] = [small(), small()];
    for (let poll = 0; poll < 4; poll += 1) {
      const landed = await apart.app.run({ ...EVERYTHING, landOnly: true }, never);
      expect(landed).toMatchObject({ outcome: 'done', catalogVersion: null, total: { read: 0 } });
      expect((await together.app.run(EVERYTHING, never)).outcomes).toEqual([]);
      for (const { clock } of [apart, together]) clock.advance(7 * HOUR_MS);
    }
    const paths = ({ simulator }: SampleAccount): readonly string[] => simulator.requests().map(({ path, query }) => `${path} ${query}`);
    expect(paths(apart)).toEqual(paths(together));
    expect((await apart.app.status()).catalog.version).toBe(0);
    expect((await apart.app.status()).pending).toBeGreaterThan(4);
    // Another process may be the one that builds.
    const other = createApp(apart.config, apart.effects);
    expect(await other.build(never)).toMatchObject({ verb: 'build', outcome: 'done', catalogVersion: 1 });
    await expectWholeCatalog(other);
    expect(await dataSums(other)).toEqual(await dataSums(together.app));
    expect(await other.build(never)).toMatchObject({ outcome: 'done', catalogVersion: 1, total: { read: 0 } });
  });

  it('land what came before an error, and say where it ended', async () => {
    const { app, simulator } = small();
    simulator.faults.set([{ match: '/v1/me/player', kind: 'rate_limit', retryAfterSeconds: 7200 }]);
    expect(await app.run({ ...EVERYTHING, landOnly: true }, never)).toMatchObject({ exitCode: 5, outcome: 'deferred' });
    const { total } = await app.build(never);
    expect(total.read).toBeGreaterThan(0);
  });
});
