import { expect, it } from 'vitest';
import { measureThroughput } from './throughput.ts';

it.each([
  [90, 1],
  [90, 8],
  [180, 8],
])('of %i requests in 30 s, %i at once use at least 95 in 100 without a refusal, once the pace is learned', async (limit, askers) => {
  const { share, refusedAfterwards, refusedWhileLearning, early } = await measureThroughput({ limit, askers, latencyMs: 120, windows: 12 });
  expect(share).toBeGreaterThanOrEqual(0.95);
  expect(share).toBeLessThanOrEqual(1);
  expect(refusedAfterwards).toBe(0);
  expect(refusedWhileLearning).toBeLessThanOrEqual(askers + 1);
  expect(early).toBe(0);
});
