import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { readBytes } from '../src/landing/object-bytes.ts';
import { type ProcessIdentity, thisProcess } from '../src/pipeline/process-identity.ts';
import { createApp } from '../src/pipeline/wiring.ts';
import { never, newFolder, type SampleAccount, SILENT, sampleAccount, tableSums } from './sample-account.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'web-api', 'development');
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
      until: new Date(sample.clock.now().getTime() + HOUR_MS / 6).toISOString(),
    };
    await sample.app.store.create('state/lease/000000000001.json', new TextEncoder().encode(JSON.stringify(entry)));
    await expect(sample.app.run(everything, never)).rejects.toMatchObject({ code: 'lease_held', message: expect.stringContaining('dead') });
    sample.clock.advance(2 * HOUR_MS);
    expect((await sample.app.run(everything, never)).outcomes).toEqual([]);
  });

  it('is free at once where its holder was a process of this machine and is dead, and held where it lives', async () => {
    const holding = (held: ProcessIdentity, sample: SampleAccount): Uint8Array => {
      const [since, until] = [sample.clock.now(), new Date(sample.clock.now().getTime() + HOUR_MS / 6)].map((at) => at.toISOString());
      return new TextEncoder().encode(JSON.stringify({ holder: 'killed', verb: 'run', since, until, process: held }));
    };
    const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
    await once(child, 'spawn');
    const killed = { ...(await thisProcess()), pid: child.pid ?? 0, startedAt: null };
    const sample = small();
    await sample.app.store.create('state/lease/000000000001.json', holding(killed, sample));
    await expect(sample.app.run(everything, never)).rejects.toMatchObject({ code: 'lease_held' });
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect((await sample.app.run(everything, never)).outcomes).toEqual([]);
  });

  it('is not held by a time that a wrong clock wrote', async () => {
    const sample = small();
    const far = new Date(sample.clock.now().getTime() + 400 * 24 * HOUR_MS).toISOString();
    const entry = { holder: 'ahead', verb: 'run', since: far, until: far };
    await sample.app.store.create('state/lease/000000000001.json', new TextEncoder().encode(JSON.stringify(entry)));
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

describe('raw that landed', () => {
  it('is built although the clock was set back by days', async () => {
    const sample = small();
    await sample.app.run(everything, never);
    const rows = async (): Promise<number> => (await sample.app.status()).tables.find(({ table }) => table === 'api_requests')?.rows ?? 0;
    const before = await rows();
    const apart = small(sample.config.lake);
    apart.clock.advance(-5 * 24 * HOUR_MS);
    expect((await apart.app.run(everything, never)).outcomes).toEqual([]);
    expect(await rows()).toBeGreaterThan(before);
    expect((await sample.app.status()).pending).toBe(0);
  });

  it('is counted once although two notes tell of it', async () => {
    const sample = small();
    await sample.app.run(everything, never);
    const [first] = await keysUnder(sample, 'landed/');
    const note = JSON.parse(String(await readBytes(sample.app.store, first ?? ''))) as { landedId: string };
    const lake = newFolder();
    const other = small(lake);
    const rawKey = (note as unknown as { key: string }).key;
    const later = '20260303t120000000z-00000000';
    await other.app.store.put(first ?? '', new TextEncoder().encode(JSON.stringify(note)));
    await other.app.store.put(`landed/${later}.json`, new TextEncoder().encode(JSON.stringify({ ...note, landedId: later })));
    await other.app.store.put(rawKey, (await readBytes(sample.app.store, rawKey)) ?? new Uint8Array());
    other.clock.advance(24 * HOUR_MS);
    const quiet = createApp({ ...other.config, accounts: [] }, { clock: other.clock, log: SILENT, fetch, progress: () => undefined });
    await quiet.run(everything, never);
    // Files of the days after move the look-back on, past the first note and then past the second.
    const files = (await readdir(FIXTURES)).filter((name) => name.includes('saved') || name.includes('artist'));
    for (const name of files) {
      other.clock.advance(20 * HOUR_MS);
      await quiet.importFiles([join(FIXTURES, name)], { account: 'ada' }, never);
    }
    const consumed: string[] = [];
    for await (const one of quiet.catalog.consumed(await quiet.catalog.current())) consumed.push(one.rawKey);
    expect(consumed.filter((key) => key === rawKey)).toEqual([rawKey]);
  });
});
