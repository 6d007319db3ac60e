import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadSettings } from '../settings.ts';
import { estimate, type FunctionSizes } from './cost.ts';
import { PRICES, PRICES_OF } from './prices.ts';
import { PROFILES, usageOf } from './usage.ts';

const SIZES: FunctionSizes = { extractGb: 0.5, stageGb: 0.5, buildGb: 2, buildStorageGb: 3.5, metrics: 9 };
const totalOf = (name: string): number => estimate(PROFILES[name]?.usage ?? raise(), SIZES).total;
const raise = (): never => {
  throw new Error('no such profile');
};

describe('prices', () => {
  it('have a date, and each a source at AWS', () => {
    expect(PRICES_OF).toMatch(/^\d{4}-\d\d-\d\d$/);
    for (const { source, usd } of Object.values(PRICES)) {
      expect(source).toMatch(/^https:\/\/aws\.amazon\.com\/[\w-]+\/pricing\/$/);
      expect(usd).toBeGreaterThan(0);
    }
  });
});

describe('an estimate', () => {
  it('adds up: each line is what is not free times its price', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 100_000 }),
        fc.integer({ min: 0, max: 500 }),
        fc.integer({ min: 1, max: 20 }),
        (startsPerMonth, answers, accounts) => {
          const readings = [{ name: 'x', startsPerMonth, answers, seconds: 3 }];
          const usage = { readings, accounts, architecture: 'arm64' as const, lakeBytes: 1e9, queriesPerMonth: 10, bytesPerQuery: 1e9 };
          const { lines, total, withoutFree } = estimate(usage, SIZES);
          for (const { quantity, free, usd, cost } of lines) expect(cost).toBeCloseTo(Math.max(0, quantity - free) * usd, 9);
          expect(total).toBeCloseTo(
            lines.reduce((sum, { cost }) => sum + cost, 0),
            9,
          );
          expect(withoutFree).toBeGreaterThanOrEqual(total);
          const dearer = estimate({ ...usage, architecture: 'x64' }, SIZES);
          expect(dearer.withoutFree).toBeGreaterThanOrEqual(withoutFree);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('grows with what is read', () => {
    expect(totalOf('listener')).toBeLessThan(5);
    expect(totalOf('label')).toBeGreaterThan(totalOf('listener'));
    expect(totalOf('family')).toBeGreaterThan(totalOf('listener'));
  });

  it('is of these settings: starts of every schedule of every account', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tonearm-cost-'));
    try {
      const schedule = 'schedule: { listening: { every: 1h }, library: { cron: "0 4 * * *" } }';
      await writeFile(
        join(folder, 'tonearm.yaml'),
        `accounts: [{ name: ana, streams: [recently_played, saved_tracks] }, { name: ben, streams: [recently_played] }]\n${schedule}\n`,
      );
      const { readings, accounts } = usageOf(await loadSettings({ cwd: folder, env: {}, flags: {} }), new Date('2026-11-21T10:00:00Z'));
      expect(accounts).toBe(2);
      expect(readings.map(({ name, startsPerMonth }) => [name, startsPerMonth])).toEqual([
        ['listening of ana', 730],
        ['listening of ben', 730],
        ['library of ana', 30],
      ]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
