import { afterAll, beforeAll, expect, it } from 'vitest';
import { createVirtualClock } from '../kernel/clock.ts';
import type { App } from './app.ts';
import { lakeOfSavedTracks, type TestLake } from './testing.ts';
import { createApp } from './wiring.ts';

const never = new AbortController().signal;
const LIMITS = { rows: 10, bytes: 1_000, ms: 60_000 };
const clock = createVirtualClock(new Date('2026-11-21T12:00:00Z'));

let lake: TestLake;
let app: App;
beforeAll(async () => {
  lake = await lakeOfSavedTracks(clock);
  const effects = { clock, log: silent, fetch: async () => Promise.reject(new Error('no network in tests')), progress: () => undefined };
  app = createApp(lake.app.config, effects, undefined, { keepsEngine: true });
});
afterAll(async () => {
  await app.close();
  lake.remove();
});

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

async function tracks(): Promise<unknown> {
  const engine = await app.engine();
  const { batches } = await engine.query({ sql: 'select count(*) from tracks', params: {}, limits: LIMITS, trust: 'ours' }, never);
  const rows: unknown[] = [];
  for await (const batch of batches) rows.push(...batch.flat());
  await engine.close();
  return rows[0];
}

it('answers again after it was closed by one who asked, and sees what a build added', async () => {
  expect(await tracks()).toBe(2);
  await lake.land('three');
  expect(await tracks()).toBe(3);
});
