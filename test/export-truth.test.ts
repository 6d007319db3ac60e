import { describe, expect, it } from 'vitest';
import { grouped } from '../src/ledger/grouping.ts';
import { type Comparison, compared, type Difference } from './export-comparison.ts';
import { type ExportWorld, exportWorld, stepsOf, taken } from './export-world.ts';
import { select } from './lake-facts.ts';
import type { SampleAccount } from './sample-account.ts';
import { isSoak, soak } from './soak.ts';

const HISTORIES = soak(1, 200);
const TIMEOUT = 3_600_000;
/** At one time; two is what every machine has. */
const PARALLEL = soak(1, 2);

/** Every record of every file is read once and has one verdict: as the import said, and as the lake holds it now. */
async function expectReconciled(
  { app }: SampleAccount,
  { truth, sha256 }: ExportWorld,
  said: Awaited<ReturnType<typeof taken>>,
): Promise<void> {
  const records = new Map(truth.files.map(({ file, records }) => [sha256.get(file), records]));
  const held = await select(
    app,
    `select file_sha256, count(*)::integer, sum(copy_count)::integer from play_evidence where file_sha256 is not null group by all`,
  );
  const inLake = new Map(held.map(([hash, rows, copies]) => [hash, [rows, copies]]));
  for (const { name, outcome, read, kept, merged, duplicate, filtered, quarantined } of said) {
    expect(['landed', 'known'], name).toContain(outcome);
    expect([kept + merged + duplicate, filtered, quarantined], name).toEqual([read, 0, 0]);
  }
  // A short history that is asked for twice within a year begins with the same bytes, which are read once.
  for (const [hash, files] of grouped(said, (file) => file.sha256 ?? '')) {
    const read = files.reduce((sum, file) => sum + file.read, 0);
    expect([read, inLake.get(hash)], files[0]?.name).toEqual([records.get(hash), [read, 0]]);
    inLake.delete(hash);
  }
  expect([...inLake]).toEqual([]);
}

async function outcomeOf(seed: number): Promise<Comparison> {
  const world = await exportWorld(`export ${seed}`);
  const lake = world.pipeline();
  const said = await taken(lake, stepsOf(world, seed, seed % 2 === 1));
  await expectReconciled(lake, world, said);
  return compared(lake.app, world);
}

/** Plays, and differences by what is odd about them. */
function openDays(outcomes: readonly Comparison[]): string {
  const open = outcomes.flatMap(({ differences }) => differences.filter(({ isClosed }) => !isClosed));
  const byQuirk = grouped(open, ({ what, quirks }) => `${what}: ${quirks.join(', ') || 'no quirk'}`);
  const plays = outcomes.reduce((sum, outcome) => sum + outcome.open, 0);
  return [`${plays} plays on open days`, ...[...byQuirk].map(([quirk, { length }]) => `${length} ${quirk}`)].join('\n');
}

describe('imports and polls against what a simulated account played', () => {
  it(`on closed days lose and invent nothing in ${HISTORIES} histories with every quirk on`, { timeout: TIMEOUT }, async () => {
    const outcomes: Comparison[] = [];
    const seeds = Array.from({ length: HISTORIES }, (_, seed) => seed).values();
    const work = async (): Promise<void> => {
      for (const seed of seeds) outcomes.push(await outcomeOf(seed));
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
    const differences = outcomes.flatMap((outcome) => outcome.differences);
    const abouts = (of: (difference: Difference) => boolean): readonly string[] => differences.filter(of).map(({ about }) => about);
    expect(abouts(({ isClosed }) => isClosed)).toEqual([]);
    expect(outcomes.reduce((sum, { closed }) => sum + closed, 0)).toBeGreaterThan(HISTORIES * 1_000);
    const open = outcomes.reduce((sum, outcome) => sum + outcome.open, 0);
    const odd = abouts(({ isClosed, quirks }) => !isClosed && !quirks.includes('offline_flush'));
    if (isSoak) process.stdout.write(`${openDays(outcomes)}\n`);
    expect(odd.length, odd.join('\n')).toBeLessThan(Math.max(1, open / 1_000));
  });
});
