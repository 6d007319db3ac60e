import { beforeAll, describe, expect, it } from 'vitest';
import { readBytes } from '../src/landing/object-bytes.ts';
import { createApp } from '../src/pipeline/wiring.ts';
import type { Tally } from '../src/tables/catalog.ts';
import { TABLES } from '../src/tables/star-schema.ts';
import { never, newFolder, type SampleAccount, SILENT, sampleAccount, tableSums } from './sample-account.ts';
import { isSoak } from './soak.ts';

const everything = { accounts: [], streams: [] };
const adds = ({ read, kept, merged, duplicate, filtered, quarantined }: Tally): boolean =>
  read === kept + merged + duplicate + filtered + quarantined;

async function twoRuns(mode: 'development' | 'extended'): Promise<SampleAccount> {
  const sample = sampleAccount({ mode, allStreams: true, artists: 20, playsPerDay: 12, joinedOn: '2026-02-01' });
  const first = await sample.app.run(everything, never);
  expect(first.outcomes).toEqual([]);
  sample.clock.advance(2 * 24 * 60 * 60 * 1000);
  const second = await sample.app.run(everything, never);
  expect(second.outcomes).toEqual([]);
  for (const summary of [first, second]) {
    expect(adds(summary.total)).toBe(true);
    for (const stream of summary.streams) expect(adds(stream)).toBe(true);
  }
  expect(first.total.read).toBeGreaterThan(100);
  expect(first.total.quarantined).toBe(0);
  return sample;
}

interface Way {
  readonly order: (count: number) => readonly number[];
  /** How many raw objects go into a build, over and over. */
  readonly groups: readonly number[];
}

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
const BACKWARDS: Way = { order: (count) => numbers(count).toReversed(), groups: isSoak ? [1] : [1, 9, 4, 1, 6] };
const BY_SEVENS: Way = {
  order: (count) => numbers(count).toSorted((a, b) => ((a * 7) % count) - ((b * 7) % count)),
  groups: isSoak ? [3] : [5, 1, 8],
};

/** Raw objects of a lake landed in another one, in an order of the test's choice, each group followed by a build. */
async function relanded(sample: SampleAccount, { order, groups }: Way) {
  const lake = newFolder();
  const app = createApp({ ...sample.config, lake, accounts: [] }, { clock: sample.clock, log: SILENT, fetch, progress: () => undefined });
  const notes: Record<string, string>[] = [];
  for await (const { key } of sample.app.store.list('landed/')) {
    const bytes = await readBytes(sample.app.store, key);
    notes.push(JSON.parse(String(bytes)) as Record<string, string>);
  }
  const shuffled = order(notes.length).map((index) => notes[index] ?? {});
  let built = 0;
  let left = groups[0] ?? 1;
  for (const [position, note] of shuffled.entries()) {
    const landedId = `20260401t000000000z-${String(position).padStart(8, '0')}`;
    const rawKey = String(note.key);
    const raw = await readBytes(sample.app.store, rawKey);
    if (raw === null) throw new Error(`${rawKey} is gone`);
    await app.store.put(`landed/${landedId}.json`, new TextEncoder().encode(JSON.stringify({ ...note, landedId })));
    await app.store.put(rawKey, raw);
    left -= 1;
    if (left === 0 || position === shuffled.length - 1) {
      built += 1;
      left = groups[built % groups.length] ?? 1;
      const summary = await app.run(everything, never);
      expect(summary.outcomes).toEqual([]);
    }
  }
  return app;
}

describe.each([
  ['development', BACKWARDS, BY_SEVENS],
  ['extended', BY_SEVENS, BACKWARDS],
] as const)('a sample account in %s mode', (mode, way, other) => {
  let sample: SampleAccount;
  let sums: readonly string[];

  beforeAll(async () => {
    sample = await twoRuns(mode);
    sums = await tableSums(sample.app);
  }, 60_000);

  it.each(isSoak ? [way, other] : [way])(
    'gives the same tables from the raw objects in another order and grouping',
    {
      timeout: 120_000,
    },
    async (ordered) => {
      expect(await tableSums(await relanded(sample, ordered))).toEqual(sums);
    },
  );

  it('gives the same tables when nothing is new, and when rebuilt', { timeout: 120_000 }, async () => {
    const { app } = sample;
    const again = await app.run(everything, never);
    expect(again.outcomes).toEqual([]);
    // Looks say that it was looked at, the evidence counts copies of what was polled before.
    const mayChange = new Set(['looks', 'play_evidence', ...TABLES.filter(({ kind }) => kind === 'operation').map(({ name }) => name)]);
    const unchanged = sums.filter((sum) => !mayChange.has(sum.split('/')[0] ?? ''));
    expect(unchanged.length).toBeGreaterThan(20);
    const before = await tableSums(app);
    expect(before).toEqual(expect.arrayContaining(unchanged));
    const rebuilt = await app.rebuild(never);
    expect(rebuilt.outcomes).toEqual([]);
    expect(await tableSums(app)).toEqual(before);
  });
});
