import { describe, expect, it } from 'vitest';
import { never, newFolder, type SampleAccount, sampleAccount, tableSums } from './sample-account.ts';

const everything = { accounts: [], streams: [] };
const HOUR_MS = 60 * 60 * 1000;
const small = (lake = newFolder()): SampleAccount =>
  sampleAccount({
    mode: 'development',
    lake,
    artists: 15,
    playsPerDay: 8,
    joinedOn: '2026-02-20',
    streams: ['saved_tracks', 'recently_played'],
  });

async function keysUnder(sample: SampleAccount, prefix: string): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of sample.app.store.list(prefix)) keys.push(key);
  return keys;
}

describe('the lease', () => {
  it('lets one of two runs work and names it to the other', async () => {
    const lake = newFolder();
    const [one, other] = [small(lake), small(lake)];
    const working = one.app.run(everything, never);
    while ((await keysUnder(one, 'state/lease/')).length === 0) await new Promise(setImmediate);
    await expect(other.app.run(everything, never)).rejects.toMatchObject({
      code: 'lease_held',
      hint: expect.stringContaining('its lease ends at'),
    });
    expect((await working).outcomes).toEqual([]);
    expect((await other.app.run(everything, never)).outcomes).toEqual([]);
  });

  it('ends by itself when its holder died', async () => {
    const sample = small();
    const entry = {
      holder: 'dead',
      verb: 'run',
      since: sample.clock.now().toISOString(),
      until: new Date(sample.clock.now().getTime() + HOUR_MS).toISOString(),
    };
    await sample.app.store.create('state/lease/000000000001.json', new TextEncoder().encode(JSON.stringify(entry)));
    await expect(sample.app.run(everything, never)).rejects.toMatchObject({ code: 'lease_held', message: expect.stringContaining('dead') });
    sample.clock.advance(2 * HOUR_MS);
    expect((await sample.app.run(everything, never)).outcomes).toEqual([]);
  });

  it('is no condition: a run whose lease cannot be read works all the same', async () => {
    const sample = small();
    await sample.app.store.create('state/lease/000000000001.json', new TextEncoder().encode('{"holder":'));
    expect((await sample.app.run(everything, never)).outcomes).toEqual([]);
  });
});

describe('a sweep', () => {
  it('spares what the last day names, removes the rest, and leaves numbers taken', async () => {
    const sample = small();
    for (let day = 0; day < 3; day += 1) {
      await sample.app.run(everything, never);
      sample.clock.advance(HOUR_MS);
    }
    sample.clock.advance(25 * HOUR_MS);
    const sums = await tableSums(sample.app);
    const named = new Set((await sample.app.catalog.current()).partitions.flatMap(({ files }) => files.map(({ key }) => key)));
    expect((await keysUnder(sample, 'tables/')).length).toBeGreaterThan(named.size);
    const swept = await sample.app.sweep();
    expect(swept.tableFiles).toBeGreaterThan(0);
    expect(swept.catalogVersions).toBeGreaterThan(0);
    expect(new Set(await keysUnder(sample, 'tables/'))).toEqual(named);
    expect(await tableSums(sample.app)).toEqual(sums);
    expect(await sample.app.catalog.at(1)).toBeNull();
    expect(await sample.app.store.create('catalog/000000000001.json', new Uint8Array())).toBe(false);
    expect(await sample.app.sweep()).toMatchObject({ tableFiles: 0, catalogVersions: 0 });
  });

  it('leaves a young build that no version names yet', async () => {
    const sample = small();
    await sample.app.run(everything, never);
    const young = `tables/plays/account=ada/year=2026/${sample.clock.now().toISOString().replace(/[-:.]/g, '').toLowerCase()}-00000000/part-1.parquet`;
    await sample.app.store.put(young, new Uint8Array([1]));
    await sample.app.sweep();
    expect(await keysUnder(sample, young)).toEqual([young]);
    sample.clock.advance(25 * HOUR_MS);
    await sample.app.sweep();
    expect(await keysUnder(sample, young)).toEqual([]);
  });
});
